"""Which slots an office offers, from its rules and the calendar: values in, values out.

Days and times of day are Shanghai's, moments are UTC. A span or slot includes its beginning and
excludes its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from heli.ground.clock import day_of, moment_of
from heli.law.calendar import Calendar
from heli.law.services import Service
from heli.places.rules import BookingPolicy, OfferedService, OfficeRules, Span, open_spans

# Certificate slots exist so much earlier than others: a couple that applies on the last day of the
# horizon finds one in its window (30 + 30 days, and the rest days both ends may move past).
CERTIFICATE_EXTRA = timedelta(days=75)

# A slot is stored so many days before it opens, so that the next release can be told, also when a
# holiday of nine days lies between.
STORED_BEFORE_OPENING = timedelta(days=15)

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class PlannedSlot:
    """A slot as the rules want it. The moments mean what they mean in `models.Slot`."""

    service: Service
    starts_at: datetime
    ends_at: datetime
    places: int
    opens_at: datetime
    closes_at: datetime
    consent_closes_at: datetime
    change_closes_at: datetime

    @property
    def key(self) -> SlotKey:
        """What makes two slots of an office the same one."""
        return (self.service.value, self.starts_at)

    def columns(self, *, taken: int) -> dict[str, int | datetime | None]:
        """What the stored slot should hold while so many of its places are taken.

        A slot that nobody holds a place in follows the rules. Where somebody does, it keeps its
        times, and its places never sink below what is taken.
        """
        followed: dict[str, int | datetime | None] = {
            "places": max(self.places, taken),
            "withdrawn_at": None,
        }
        if taken == 0:
            followed |= {
                "ends_at": self.ends_at,
                "opens_at": self.opens_at,
                "closes_at": self.closes_at,
                "consent_closes_at": self.consent_closes_at,
                "change_closes_at": self.change_closes_at,
            }
        return followed


SlotKey = tuple[str, datetime]


def planned_slots(
    office_rules: OfficeRules,
    at: datetime,
    calendar: Calendar,
    *,
    since: date | None = None,
) -> dict[SlotKey, PlannedSlot]:
    """All slots that should be stored at this moment, those that have begun left out.

    From today to each service's horizon and `STORED_BEFORE_OPENING` beyond it. Empty for an
    office that takes no bookings here.
    since: only what was not yet to be stored on this day. When a slot opens is settled by the
    rules alone, so with the same rules this is what the days since have added.
    """
    if not office_rules.is_bookable:
        return {}
    today = day_of(at)
    first_opening = None if since is None else since + STORED_BEFORE_OPENING + ONE_DAY
    last_opening = today + STORED_BEFORE_OPENING
    return {
        slot.key: slot
        for day in _candidate_days(office_rules, today, first_opening, last_opening)
        for slot in slots_of_day(office_rules, day, calendar)
        if slot.starts_at > at
        and (opens_on := day_of(slot.opens_at)) <= last_opening
        and (first_opening is None or first_opening <= opens_on)
    }


def _candidate_days(
    office_rules: OfficeRules, today: date, first_opening: date | None, last_opening: date
) -> list[date]:
    """The days, in order, whose slots may open from `first_opening` to `last_opening`."""
    horizons = {
        timedelta(days=policy.horizon_days) + extra
        for policy in office_rules.policies
        for extra in (timedelta(), CERTIFICATE_EXTRA)
    }
    if not horizons:
        return []
    first = today if first_opening is None else first_opening + min(horizons)
    last = last_opening + max(horizons)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    if first_opening is None:
        return list(days)
    return [
        day
        for day in days
        if day >= today and any(first_opening <= day - h <= last_opening for h in horizons)
    ]


def slots_of_day(
    office_rules: OfficeRules, day: date, calendar: Calendar
) -> tuple[PlannedSlot, ...]:
    """The slots of one day, in order of service and beginning.

    Each open span is filled in steps of the service's minutes; the last one ends by closing.
    Where two spans overlap, a beginning they share makes one slot. Days before the office's first
    policy have none.
    """
    policy = office_rules.policy_on(day)
    if policy is None:
        return ()
    spans = open_spans(office_rules, day, calendar)
    last_moment = closes_at(day, policy, calendar)
    slots: dict[SlotKey, PlannedSlot] = {}
    for service in sorted(office_rules.services_on(day)):
        offered = office_rules.service_rule_on(service, day)
        assert offered is not None  # services_on names only what is offered
        first_moment = opens_at(service, day, policy)
        for starts_at, ends_at in _steps(spans, offered, day):
            slot = PlannedSlot(
                service=service,
                starts_at=starts_at,
                ends_at=ends_at,
                places=offered.places,
                opens_at=first_moment,
                closes_at=min(last_moment, starts_at),
                consent_closes_at=starts_at - timedelta(hours=policy.consent_until_hours),
                change_closes_at=starts_at - timedelta(hours=policy.change_until_hours),
            )
            slots.setdefault(slot.key, slot)
    return tuple(sorted(slots.values(), key=lambda slot: slot.key))


def _steps(
    spans: tuple[Span, ...], offered: OfferedService, day: date
) -> Iterator[tuple[datetime, datetime]]:
    """Beginning and end of each slot, UTC."""
    step = timedelta(minutes=offered.minutes)
    for span in spans:
        if span.services is not None and offered.service not in span.services:
            continue
        starts_at, closes_at = moment_of(day, span.opens), moment_of(day, span.closes)
        while starts_at + step <= closes_at:
            yield starts_at, starts_at + step
            starts_at += step


def opens_at(service: Service, day: date, policy: BookingPolicy) -> datetime:
    """The moment, UTC, from which a slot on this day can be booked.

    That is the office's time of release, so many days before as its horizon says. A certificate
    slot is not released but open as soon as it comes into the longer horizon, at midnight: couples
    whose window it lies in have it by law (design, "window guarantee").
    """
    before = timedelta(days=policy.horizon_days)
    if service is Service.DIVORCE_CERTIFICATE:
        return moment_of(day - before - CERTIFICATE_EXTRA)
    return moment_of(day - before, policy.release_at)


def closes_at(day: date, policy: BookingPolicy, calendar: Calendar) -> datetime:
    """The moment, UTC, from which a slot on this day can no longer be booked, its start aside.

    The end (24:00) of the day that lies the lead time in working days before it. Working days are
    the State Council's, not the days on which this office is open.
    """
    last_day = calendar.working_days_before(day, policy.lead_working_days)
    return moment_of(last_day + ONE_DAY)
