"""Vouchers with good defaults, without a database; a test names only what matters to it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

from heli.bookings.queries import BookingView, OfficeName, PartyView, SlotTime
from heli.bookings.states import Role, State
from heli.bookings.vouchers import Voucher
from heli.law.services import Service
from heli.papers.calendar_file import CalendarEntry
from heli.places.queries import OfficeView, RegionView

CODE = "ACDE23467999"
STARTS_AT = datetime(2026, 12, 24, 1, 0, tzinfo=UTC)  # Thursday, 9:00 in Shanghai
CHANGED_AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
QR_TEXT = f"HELI1.{CODE}.20261224.1766592000.{'x' * 86}"


def an_office(**facts: object) -> OfficeView:
    """An office with an address, a telephone and no coordinates."""
    office = OfficeView(
        id="test-1",
        name="演示区民政局婚姻登记处",
        region=RegionView("440106", "天河区", "广东省/广州市/天河区"),
        address="演示路1号",
        phone="020-00000000",
        hours="周一至周五 9:00-17:00",
        services=tuple(Service),
        is_bookable=True,
        coordinates=None,
        distance_km=None,
        source="tests",
        as_of="2026-11-24",
        confidence="high",
    )
    return dataclasses.replace(office, **facts)


def a_voucher(
    *,
    office: OfficeView | None = None,
    names: tuple[str, ...] = ("张*", "李**"),
    notes: tuple[str, ...] = ("这是到场办理的排期凭证。",),
) -> Voucher:
    """The voucher of a couple's application."""
    office = office or an_office()
    roles = (Role.APPLICANT, Role.PARTNER)
    booking = BookingView(
        code=CODE,
        state=State.CONFIRMED,
        service=Service.DIVORCE_APPLICATION,
        office=OfficeName(office.id, office.name),
        slot=SlotTime(1, STARTS_AT, STARTS_AT + timedelta(minutes=40)),
        parties=tuple(
            PartyView(role, name, True) for role, name in zip(roles, names, strict=False)
        ),
        consent=None,
        proposal=None,
        successor=None,
        changes_close_at=STARTS_AT - timedelta(days=1),
        me=Role.APPLICANT,
    )
    return Voucher(
        booking=booking,
        office=office,
        qr=QR_TEXT,
        address=office.address,
        starts_at=STARTS_AT,
        issued_at=CHANGED_AT,
        bring=(),
        notes=notes,
    )


def an_entry(**facts: object) -> CalendarEntry:
    """The entry of a booking that stands as it was first agreed."""
    entry = CalendarEntry(
        code=CODE,
        office=an_office(),
        starts_at=STARTS_AT,
        ends_at=STARTS_AT + timedelta(minutes=40),
        revision=0,
        changed_at=CHANGED_AT,
        stands=True,
    )
    return dataclasses.replace(entry, **facts)
