"""What bookings hold of people: forgotten after the visit, given out, erased where it is over.

A forgotten party is an empty one: no mark, no details. The row stays, so that offices know how
many came; `named` is b"" and finds nobody.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.bookings.models import Booking, Lapse, Party
from heli.bookings.parties import open_details
from heli.bookings.queries import state_at
from heli.bookings.states import ACTIVE, Role
from heli.ground import clock
from heli.identity.verified import VerifiedIdentity
from heli.keeping.batches import batch, remove
from heli.keeping.by_the_day import forget_by_the_day
from heli.keeping.holdings import ROWS_PER_BATCH, Holding, Taken
from heli.law.services import Service
from heli.slots.archive import first_day
from heli.slots.models import Slot, SlotGeneration

ONE_DAY = timedelta(days=1)
STILL_COMING = _("您有还没结束的预约，请先取消它，或者办完再来。")

# One empty key would be the same for all of a person's bookings; the row's own number is nobody's.
_FORGET_ASKERS = """
UPDATE bookings_booking SET asker = '', request_digest = '', idempotency_key = id::text
 WHERE id = ANY (%s) AND asker <> ''::bytea
"""
_FORGET_PARTIES = """
UPDATE bookings_party
   SET named = '', details_sealed = '', is_active = false,
       person = CASE WHEN person IS NULL THEN NULL ELSE ''::bytea END
 WHERE id = ANY (%s)
"""


def forget_visits(before: datetime) -> int:
    """Empty the people of a batch of bookings whose day was over at the moment (business, UTC).

    Whatever state they are in: half a year after its day a booking has none that matters. They are
    found by their slots, day by day, since bookings have no index of their own by time.
    """
    return forget_by_the_day("booking", before, first_day=first_day, forget_day=_forget_day)


def _forget_day(on: date) -> int:
    slots = Slot.objects.filter(
        office__in=list(SlotGeneration.objects.values_list("office_id", flat=True)),
        service__in=list(Service),
        starts_at__gte=clock.moment_of(on),
        starts_at__lt=clock.moment_of(on + ONE_DAY),
    )
    of_day = Booking.objects.filter(slot__in=list(slots.values_list("id", flat=True)))
    due = Party.objects.filter(booking__in=list(of_day.values_list("id", flat=True)))
    full = due.exclude(details_sealed=b"").values_list("id", "booking_id")[:ROWS_PER_BATCH]
    parties = dict(full)
    bookings = _locked(parties.values())
    _run(_FORGET_PARTIES, list(parties))
    _run(_FORGET_ASKERS, bookings)
    return len(parties)


def _forget_lapses(before: datetime) -> int:
    """A booking's number grows with time and a place lapses within a day: the oldest are enough."""
    oldest = batch(Lapse.objects.order_by("booking_id"))
    return remove(Lapse.objects.filter(pk__in=oldest, at__lt=before))


def _take_out(by: VerifiedIdentity) -> Taken:
    at = clock.now()
    rows = _mine(by).select_related("booking__office").order_by("booking__taken_at")
    return [_part(party, at) for party in rows.exclude(person=None, dismissed_at__isnull=False)]


def _part(party: Party, at: datetime) -> dict[str, object]:
    """What the applicant typed of somebody is shown to nobody, not to them either."""
    booking = party.booking
    part: dict[str, object] = {
        "code": booking.code,
        "service": booking.service,
        "office": booking.office.name,
        "starts_at": booking.starts_at,
        "state": state_at(booking, at),
        "role": party.role,
        "consented_at": party.consented_at,
    }
    if party.person is not None:
        details = open_details(party)
        part |= {
            "name": details.name,
            "id_number": details.id_number,
            "phone": details.phone,
            "household_address": details.household_address,
        }
    return part


def _erase(by: VerifiedIdentity) -> int:
    """Of bookings that have ended; what somebody typed of this person goes with it."""
    over = _mine(by).filter(is_active=False).exclude(booking__state__in=list(ACTIVE))
    ended = list(over.values_list("id", "booking_id", "role"))
    _locked(booking for _id, booking, _role in ended)
    _run(_FORGET_PARTIES, [party for party, _booking, _role in ended])
    _run(_FORGET_ASKERS, [booking for _id, booking, role in ended if role == Role.APPLICANT])
    return len(ended)


def _obstacles(by: VerifiedIdentity) -> Iterable[str | Promise]:
    holds = Booking.objects.filter(asker=by.person, state__in=list(ACTIVE))
    agreed = Party.objects.filter(person=by.person, is_active=True)
    return (STILL_COMING,) if holds.exists() or agreed.exists() else ()


def _take_out_lapses(by: VerifiedIdentity) -> Taken:
    rows = Lapse.objects.filter(person=by.person).order_by("at")
    return [{"at": row.at, "suspended_until": row.suspended_until} for row in rows]


def _mine(by: VerifiedIdentity) -> QuerySet[Party]:
    """This person's rows, by the indexes there are: the bookings they asked for, the requests that
    name them."""
    asked = Q(booking__asker=by.person, role=Role.APPLICANT)
    return Party.objects.filter(asked | Q(role=Role.PARTNER, named=by.person))


def _locked(ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """The ids of these bookings, locked in their order, as everywhere."""
    rows = Booking.objects.select_for_update().filter(id__in=set(ids)).order_by("id")
    return list(rows.values_list("id", flat=True))


def _run(statement: str, ids: Sequence[uuid.UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(ids)])


HOLDINGS = (
    Holding(
        "booking", forget=forget_visits, take_out=_take_out, erase=_erase, obstacles=_obstacles
    ),
    Holding("lapse", forget=_forget_lapses, take_out=_take_out_lapses),
)
