"""The check, asked with what the database knows at the moment."""

from __future__ import annotations

import re
from datetime import date, datetime
from urllib.parse import urlsplit

from heli.channels.check.judge import judge
from heli.channels.check.known import Known, KnownDoor, KnownFake, KnownRegion
from heli.channels.check.verdicts import Judgement
from heli.channels.kinds import Kind
from heli.channels.models import ChannelEntry, Warning
from heli.ground import clock
from heli.ground.kept import Kept
from heli.places.models import Office, Region
from heli.places.retired import region_now

PHONE = re.compile(r"(?:0\d{2,3}[-－ ]?)?\d{7,8}")


def verify(text: str, region: str | None, *, at: datetime) -> Judgement:
    """Whether a name, a link, a QR code's content or a message is official, unknown, suspicious.

    region: a code, where the person lives, or None; it chooses among channels of the same name.
    at: the moment, UTC. Nothing of the text is stored. Raises InvalidInput for a text that is
    empty, too long or a link that is none, and NotFound for a region that never was.
    """
    code = region_now(region)[0].code if region is not None else None
    return judge(text, known_at(at), region=code)


def known_at(at: datetime) -> Known:
    """What the check knows at a moment (UTC), read anew when something changed."""
    return _kept.get(clock.day_of(at))


def _read(today: date) -> Known:
    entries = ChannelEntry.objects.valid_on(today)
    offices = list(Office.objects.order_by("id"))
    doors = [_door_of(entry) for entry in entries.order_by("id")]
    halls = [
        KnownDoor(office.id, Kind.OFFICE_QUEUE, office.name, office.name, None, office.region_id)
        for office in offices
    ]
    phones = {
        number: hall
        for office, hall in zip(offices, halls, strict=True)
        for number in phone_numbers(office.phone or "")
    }
    for door in doors:
        if door.kind is Kind.PHONE:
            phones |= dict.fromkeys(phone_numbers(door.name), door)
    return Known(
        doors=(*doors, *halls),
        fakes=tuple(
            KnownFake(row.name, row.host, row.proof, row.published_on)
            for row in Warning.objects.filter(withdrawn_on=None).order_by("id")
        ),
        regions=tuple(
            KnownRegion(code, name)
            for code, name in Region.objects.order_by("code").values_list("code", "name")
        ),
        phones=phones,
    )


def phone_numbers(text: str) -> list[str]:
    """The telephone numbers of a text, digits only.

    >>> phone_numbers("020-12345678、87654321")
    ['02012345678', '87654321']
    """
    return [re.sub(r"\D", "", number) for number in PHONE.findall(text)]


def _door_of(entry: ChannelEntry) -> KnownDoor:
    return KnownDoor(
        id=str(entry.pk),
        kind=Kind(entry.kind),
        name=entry.name,
        operator=entry.operator,
        host=_host_of(entry.url),
        region=entry.region_id,
    )


def _host_of(url: str | None) -> str | None:
    host = urlsplit(url).hostname if url else None
    return host.removeprefix("www.") if host else None


_kept = Kept(_read, ChannelEntry, Warning, Office, Region)
