"""The words of the hall: where a ticket stands, and what can come of a visit."""

from enum import StrEnum


class TicketState(StrEnum):
    """Where a ticket stands. It is good for its day and lapses with it."""

    WAITING = "waiting"
    CALLED = "called"
    SERVED = "served"


class Result(StrEnum):
    """What came of a visit."""

    ACCEPTED = "accepted"  # the application was accepted: a case opens with its receipt
    REFUSED = "refused"  # not accepted; no case opens
    NOT_READY = "not_ready"  # a paper is missing, or one of them wants to think
    SERVED = "served"  # anything else that was done
