"""The booking's states and the one table of what may follow what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a booking stands. The first three hold a place; the others have ended."""

    HELD = "held"  # place taken, waiting for the other party, has a deadline
    CONFIRMED = "confirmed"  # everybody it needs has agreed; there is a voucher
    CHECKED_IN = "checked_in"  # everybody it needs is at the office
    SERVED = "served"  # dealt with, or the day on which they were there is over
    DECLINED = "declined"  # by the party who was asked
    EXPIRED = "expired"  # the deadline passed without an answer
    CANCELLED = "cancelled"
    RESCHEDULED = "rescheduled"  # a held one moved: its successor has a new code
    NO_SHOW = "no_show"
    OFFICE_CLOSED = "office_closed"


class Role(StrEnum):
    """Which of the two people of a booking: the one who booked or the one who was asked."""

    APPLICANT = "applicant"
    PARTNER = "partner"


@dataclass(frozen=True)
class Transition:
    """One row: from, to, the verb that does it, and who may."""

    source: State
    target: State
    verb: str
    who: str


TRANSITIONS = (
    Transition(State.HELD, State.CONFIRMED, "give_consent", "partner"),
    Transition(State.HELD, State.DECLINED, "refuse_consent", "partner"),
    Transition(State.HELD, State.EXPIRED, "expire_holds", "clock"),
    Transition(State.HELD, State.CANCELLED, "cancel_booking", "either"),
    Transition(State.HELD, State.RESCHEDULED, "move_held_booking", "applicant"),
    Transition(State.HELD, State.OFFICE_CLOSED, "close_office", "office"),
    Transition(State.CONFIRMED, State.CHECKED_IN, "check_in", "office"),
    Transition(State.CONFIRMED, State.CANCELLED, "cancel_booking", "either"),
    Transition(State.CONFIRMED, State.NO_SHOW, "close_day", "clock"),
    Transition(State.CONFIRMED, State.OFFICE_CLOSED, "close_office", "office"),
    Transition(State.CHECKED_IN, State.SERVED, "record_outcome", "office"),
    Transition(State.CHECKED_IN, State.SERVED, "close_day", "clock"),
)

ENDED = frozenset(State) - {transition.source for transition in TRANSITIONS}
ACTIVE = frozenset(State) - ENDED


class ProposalState(StrEnum):
    """Where a proposed move of a confirmed booking stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"  # the booking ended, or its asker took the proposal back
