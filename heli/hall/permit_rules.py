"""What needs the word of a second member of staff, whose, and for how long it is good."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from heli.hall.roles import StaffRole

ASKED_LASTS = timedelta(hours=24)  # real time: the other one may be on duty tomorrow
GRANTED_LASTS = timedelta(hours=2)  # time to walk to the machine, and not to leave it lying about
# Who makes two accounts on the machine this morning is not two people yet: until the next day the
# record of it is there to be read.
SETTLED_AFTER = timedelta(hours=24)
# How many bookings and cases that are not of today one member of staff opens in a day. A busy
# office has some fifteen withdrawals without a ticket, for all of its windows together.
LOOK_UPS_A_DAY = 40


class PermitKind(StrEnum):
    """What the permit is for."""

    ROTATE_KEYS = "rotate_keys"  # heli keys rotate: another sealing key
    DROP_KEY = "drop_key"  # heli keys drop: a key leaves the file
    LOOK_UP = "look_up"  # as many records again that are not of today, on the day of its use


class PermitWhy(StrEnum):
    """Why it is asked for. A choice and no text, as with a reading (`heli.hall.reasons`)."""

    REGULAR = "regular"  # it is time
    LEAK = "leak"  # a key may be in other hands
    MACHINES = "machines"  # another machine, another cipher, another place for the keys
    AT_THE_DESK = "at_the_desk"
    TELEPHONE = "telephone"
    CORRECTION = "correction"
    INQUIRY = "inquiry"


class PermitState(StrEnum):
    """Where a permit stands. Only GRANTED opens anything."""

    ASKED = "asked"
    GRANTED = "granted"
    USED = "used"
    CLOSED = "closed"  # taken back or declined, or an account of the two was closed or given anew
    LAPSED = "lapsed"  # too old, or nobody of the office stands behind it at this moment


KEY_WORK = frozenset({PermitKind.ROTATE_KEYS, PermitKind.DROP_KEY})
_FOR_KEYS = (PermitWhy.REGULAR, PermitWhy.LEAK, PermitWhy.MACHINES)
WHYS_OF: dict[PermitKind, tuple[PermitWhy, ...]] = {
    PermitKind.ROTATE_KEYS: _FOR_KEYS,
    PermitKind.DROP_KEY: _FOR_KEYS,
    PermitKind.LOOK_UP: (
        PermitWhy.AT_THE_DESK,
        PermitWhy.TELEPHONE,
        PermitWhy.CORRECTION,
        PermitWhy.INQUIRY,
    ),
}


def may_ask(kind: PermitKind, role: StaffRole) -> bool:
    """Whether this role asks for such permits: for keys an operator, who runs the machine.

    >>> may_ask(PermitKind.DROP_KEY, StaffRole.MANAGER)
    False
    """
    return kind not in KEY_WORK or role is StaffRole.OPERATOR


def may_grant(role: StaffRole, own_office: str | None, office: str | None) -> bool:
    """Whether this role grants permits of that office (None: of no office in particular).

    That nobody grants their own is asked besides.

    >>> may_grant(StaffRole.MANAGER, "a", None), may_grant(StaffRole.MANAGER, "a", "b")
    (True, False)
    """
    if role is StaffRole.OPERATOR:
        return True
    return role is StaffRole.MANAGER and office in (None, own_office)


def state_of(
    *,
    asked_at: datetime,
    granted_at: datetime | None,
    used_at: datetime | None,
    closed_at: datetime | None,
    are_in_office: bool,
    now: datetime,
) -> PermitState:
    """Where a permit stands. are_in_office: nobody of the two has lost their account since. The
    last moment of each time is no longer part of it. now: real time, UTC, like the moments."""
    if used_at is not None:
        return PermitState.USED
    if closed_at is not None:
        return PermitState.CLOSED
    ends_at = asked_at + ASKED_LASTS if granted_at is None else granted_at + GRANTED_LASTS
    if not are_in_office or now >= ends_at:
        return PermitState.LAPSED
    return PermitState.ASKED if granted_at is None else PermitState.GRANTED
