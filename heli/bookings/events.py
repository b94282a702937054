"""What a booking can tell the other rooms. Codes and moments only, never personal data."""

from dataclasses import dataclass

from heli.ground.events import Event, declare


@dataclass(frozen=True, kw_only=True)
class BookingFact(Event):
    """Something happened to the booking with this code."""

    code: str


@declare
class BookingHeld(BookingFact):
    """A place is held; the partner has not answered yet."""


@declare
class BookingConfirmed(BookingFact):
    """Everybody the booking needs has agreed."""


@declare
class BookingDeclined(BookingFact):
    """The party who was asked does not agree."""


@declare
class BookingExpired(BookingFact):
    """The deadline passed without an answer."""


@dataclass(frozen=True, kw_only=True)
class _Cancelled(BookingFact):
    was_confirmed: bool


@declare
class BookingCancelled(_Cancelled):
    """One of the two gave the place back, or the office had no more use for it: the case has ended,
    or the application was received without it. was_confirmed: both had agreed before."""


@dataclass(frozen=True, kw_only=True)
class _Rescheduled(BookingFact):
    successor: str


@declare
class BookingRescheduled(_Rescheduled):
    """A held booking moved; `successor` is the code of the new one, the old link is dead."""


@dataclass(frozen=True, kw_only=True)
class _Proposal(BookingFact):
    asked_by: str
    slot_id: int


@declare
class MoveProposed(_Proposal):
    """One party (asked_by: applicant or partner) asks to move a confirmed booking."""


@declare
class MoveAccepted(_Proposal):
    """The other party agreed: the booking now stands in the new slot."""


@declare
class MoveDeclined(_Proposal):
    """The other party did not agree: the old place stands."""


@declare
class MoveLapsed(_Proposal):
    """Nobody answered in time: the old place stands."""


@declare
class BookingMoved(BookingFact):
    """A booking that one person may make alone stands in another slot."""


@declare
class BookingMissed(BookingFact):
    """The service day is over and not everybody it needs came."""


@declare
class BookingCheckedIn(BookingFact):
    """Everybody the booking needs is at the office."""


@declare
class BookingServed(BookingFact):
    """What they came for was dealt with, or their day is over and nothing was recorded.

    What came of it is not told here."""


@dataclass(frozen=True, kw_only=True)
class _Closed(BookingFact):
    successor: str


@declare
class BookingOfficeClosed(_Closed):
    """The office does not open at that time; `successor` is the code of the booking that was made
    instead, or empty where none could be."""
