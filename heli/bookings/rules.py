"""What is allowed with a booking, and until when: pure functions over values."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from heli.bookings.states import State

CONSENT_HOURS_MAX = 24
CONSENT_MINUTES_AFTER_RELEASE = 30
RELEASE_IS_FRESH_MINUTES = 60

MISTAKE_MINUTES = 10
LAPSES_MAX = 2
LAPSE_DAYS = 30
SUSPENSION_DAYS = 15  # as in Zhaoqing and Zhongshan: 2 unattended bookings in 30 days, 15 days

REAPPEAR_MINUTES_MIN = 10
REAPPEAR_MINUTES_MAX = 60


def consent_deadline(
    held_at: datetime, *, opens_at: datetime, consent_closes_at: datetime
) -> datetime:
    """The moment from which the other party can no longer agree to a place held at `held_at`.

    The earliest of 24 hours, the office's cut-off before the slot and, for a slot released within
    the last hour, 30 minutes. The SQL function bookings_consent_deadline is the same rule, used
    where the place is taken; a test holds the two together.
    """
    latest = held_at + timedelta(hours=CONSENT_HOURS_MAX)
    if held_at < opens_at + timedelta(minutes=RELEASE_IS_FRESH_MINUTES):
        latest = held_at + timedelta(minutes=CONSENT_MINUTES_AFTER_RELEASE)
    return min(latest, consent_closes_at)


def counts_as_lapse(target: State, *, held_since: datetime, at: datetime) -> bool:
    """Whether a held place that ends so counts against the applicant.

    Lapsed and declined ones do; one given back by its applicant does unless it was a mistake,
    cancelled within ten minutes of the first hold.
    """
    if target in (State.EXPIRED, State.DECLINED):
        return True
    return target is State.CANCELLED and at - held_since > timedelta(minutes=MISTAKE_MINUTES)


def suspended_until(lapses_before: int, *, at: datetime) -> datetime | None:
    """Until when the applicant holds no new place, or None.

    lapses_before: how many of theirs lapsed in the 30 days before `at`, this one not counted.
    """
    if lapses_before + 1 < LAPSES_MAX:
        return None
    return at + timedelta(days=SUSPENSION_DAYS)


def reappears_at(given_back_at: datetime, *, starts_at: datetime, chance: Random) -> datetime:
    """The random moment at which a place given back can be booked again.

    10 to 60 minutes later, so that cancelling for somebody else gains nothing; within a day of the
    slot 1 to 10 minutes later, since there is little time left to use it.
    """
    if starts_at - given_back_at < timedelta(days=1):
        seconds = chance.uniform(60, 60 * REAPPEAR_MINUTES_MIN)
    else:
        seconds = chance.uniform(60 * REAPPEAR_MINUTES_MIN, 60 * REAPPEAR_MINUTES_MAX)
    return given_back_at + timedelta(seconds=seconds)
