"""The kinds of notice."""

from enum import StrEnum


class Kind(StrEnum):
    """What a notice is about. The name is stored and, later, chooses a message template."""

    CONSENT_ASKED = "consent_asked"  # a place is held; pass the link on
    REMINDER_CONSENT = "reminder_consent"  # the deadline comes near and nobody has answered
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    RESCHEDULED = "rescheduled"  # stands at another time, without anybody having to agree
    MOVE_PROPOSED = "move_proposed"
    MOVE_ACCEPTED = "move_accepted"
    MOVE_DECLINED = "move_declined"
    MOVE_LAPSED = "move_lapsed"
    DAY_BEFORE = "day_before"
    MISSED = "missed"


# Notices that carry the link for the other party, as long as their answer is awaited.
CARRYING_THE_LINK = frozenset({Kind.CONSENT_ASKED, Kind.REMINDER_CONSENT, Kind.RESCHEDULED})
