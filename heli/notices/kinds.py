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
    NEEDLESS = "needless"  # the application was received without it
    RESCHEDULED = "rescheduled"  # stands at another time, without anybody having to agree
    MOVE_PROPOSED = "move_proposed"
    MOVE_ACCEPTED = "move_accepted"
    MOVE_DECLINED = "move_declined"
    MOVE_LAPSED = "move_lapsed"
    DAY_BEFORE = "day_before"
    MISSED = "missed"
    OFFICE_CLOSED = "office_closed"  # does not open then; tells what is offered instead

    SEEN_AT_THE_DESK = "seen_at_the_desk"  # a clerk gave a proof in this person's name

    # On the way of a case, from the receipt to its end.
    RECEIPT_GIVEN = "receipt_given"
    COOLING_OFF_ENDS = "cooling_off_ends"
    WINDOW_OPEN = "window_open"
    WINDOW_ENDS_IN_SEVEN = "window_ends_in_seven"
    WINDOW_ENDS_IN_TWO = "window_ends_in_two"
    LAPSED = "lapsed"
    ENDED = "ended"
    REFUSED = "refused"
    REGISTERED = "registered"


# Notices that carry the link for the other party, as long as their answer is awaited.
CARRYING_THE_LINK = frozenset({Kind.CONSENT_ASKED, Kind.REMINDER_CONSENT, Kind.RESCHEDULED})

ON_THE_WAY = (
    Kind.COOLING_OFF_ENDS,
    Kind.WINDOW_OPEN,
    Kind.WINDOW_ENDS_IN_SEVEN,
    Kind.WINDOW_ENDS_IN_TWO,
)  # those that the clock sends

ABOUT_A_CASE = frozenset(
    {
        *ON_THE_WAY,
        Kind.RECEIPT_GIVEN,
        Kind.LAPSED,
        Kind.ENDED,
        Kind.REFUSED,
        Kind.REGISTERED,
    }
)
