"""The offices as ways to book: those that take bookings here, their telephones, their halls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from heli.channels.doors import Door, Proof
from heli.channels.kinds import Confidence, Kind, SourceKind
from heli.channels.rules import Sureness, is_day, sureness
from heli.law.services import Service
from heli.places.atlas import Atlas
from heli.places.queries import OfficeView, RegionView

OFFICES_MAX = 12

AT_EVERY_HALL = (Service.DIVORCE_APPLICATION, Service.DIVORCE_CERTIFICATE, Service.MARRIAGE)
HALL = _("婚姻登记处大厅，现场取号")
REGULATION = "婚姻登记条例（国务院令第804号）第二条、第十三条"
REGULATION_IN_FORCE = "2025-05-10"


@dataclass(frozen=True)
class KnownOffices:
    """The offices of a region, and of its city where a county has none of its own."""

    own: tuple[OfficeView, ...]
    of_city: tuple[OfficeView, ...]

    @property
    def all(self) -> tuple[OfficeView, ...]:
        """Those of the region, else those of the city, at most twelve."""
        return (self.own or self.of_city)[:OFFICES_MAX]


def offices_of(region: RegionView, places: Atlas) -> KnownOffices:
    """What is known of the offices of a region."""
    own = places.offices_in(region.code)
    city = region.code[:4] + "00"
    if own or region.code == city or city not in places.regions:
        return KnownOffices(own, ())
    return KnownOffices((), places.offices_in(city))


def own_doors(offices: KnownOffices, today: date) -> tuple[Door, ...]:
    """The offices that take bookings here."""
    return tuple(_own_door(office, today) for office in offices.all if office.is_bookable)


def telephone_doors(offices: KnownOffices, today: date) -> tuple[Door, ...]:
    """The telephones of the offices."""
    return tuple(
        _office_door(office, Kind.PHONE, office.phone, None, today)
        for office in offices.all
        if office.phone
    )


def hall_doors(region: RegionView, offices: KnownOffices, today: date) -> tuple[Door, ...]:
    """The halls of the offices, where a queue is kept.

    Where the region has no office that is known, the hall that the law wants there comes first.
    """
    by_law = () if offices.own else (_hall_by_law(region, today),)
    return by_law + tuple(
        _office_door(office, Kind.OFFICE_QUEUE, office.name, office.address, today)
        for office in offices.all
    )


def _own_door(office: OfficeView, today: date) -> Door:
    address = f"{settings.HELI.base_url}/offices/{office.id}"
    proof = Proof(
        entry_id=None,
        region=office.region,
        services=tuple(service.value for service in office.services),
        source=address,
        source_kind=SourceKind.OFFICIAL,
        as_of=today.isoformat(),
        confidence=Confidence.HIGH,
        sure=Sureness.CONFIRMED,
    )
    return Door(
        kind=Kind.GOVERNMENT_WEBSITE,
        name=office.name,
        operator=office.name,
        operator_stated=True,
        path=None,
        url=address,
        proofs=(proof,),
        office_id=office.id,
    )


def _office_door(
    office: OfficeView, kind: Kind, name: str | None, path: str | None, today: date
) -> Door:
    confidence = Confidence(office.confidence)
    as_of = office.as_of if is_day(office.as_of) else None
    proof = Proof(
        entry_id=None,
        region=office.region,
        services=tuple(service.value for service in office.services),
        source=office.source,
        source_kind=SourceKind.THIRD_PARTY,
        as_of=as_of,
        confidence=confidence,
        sure=sureness(confidence, as_of, today),
    )
    return Door(
        kind=kind,
        name=name or office.name,
        operator=office.name,
        operator_stated=True,
        path=path,
        url=None,
        proofs=(proof,),
        office_id=office.id,
    )


def _hall_by_law(region: RegionView, today: date) -> Door:
    proof = Proof(
        entry_id=None,
        region=region,
        services=tuple(service.value for service in AT_EVERY_HALL),
        source=REGULATION,
        source_kind=SourceKind.OFFICIAL,
        as_of=REGULATION_IN_FORCE,
        confidence=Confidence.MEDIUM,
        sure=sureness(Confidence.MEDIUM, REGULATION_IN_FORCE, today),
    )
    return Door(
        kind=Kind.OFFICE_QUEUE,
        name=str(HALL),
        operator=f"{region.name}民政局",
        operator_stated=False,
        path=None,
        url=None,
        proofs=(proof,),
    )
