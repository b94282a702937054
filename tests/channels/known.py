"""What the check knows, built from the project's own files, without a database."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

import heli.channels
import heli.places
from heli.channels.check.known import Known, KnownDoor, KnownFake, KnownRegion
from heli.channels.kinds import Kind

CHANNELS = Path(heli.channels.__file__).parent / "data" / "channels.yaml"
PLACES = Path(heli.places.__file__).parent / "data"
PHONE = re.compile(r"(?:0\d{2,3}[-－ ]?)?\d{7,8}")


@cache
def all_known() -> Known:
    """The directory of 218 doors, the offices and all regions, without any warning."""
    return known()


def known(*, fakes: tuple[KnownFake, ...] = ()) -> Known:
    doors = [_door(place, row) for place, row in enumerate(channel_rows(), 1)]
    offices = office_rows()
    halls = [
        KnownDoor(row["id"], Kind.OFFICE_QUEUE, row["name"], row["name"], None, row["region_code"])
        for row in offices
    ]
    phones = {
        number: hall
        for row, hall in zip(offices, halls, strict=True)
        for number in _numbers(row.get("phone") or "")
    }
    phones |= {
        number: door for door in doors if door.kind is Kind.PHONE for number in _numbers(door.name)
    }
    return Known((*doors, *halls), fakes, _regions(), phones)


@cache
def channel_rows() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load(CHANNELS.read_text("utf-8"))["channels"])


@cache
def office_rows() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load((PLACES / "offices.yaml").read_text("utf-8"))["offices"])


@cache
def _regions() -> tuple[KnownRegion, ...]:
    with (PLACES / "regions.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(KnownRegion(row["code"], row["name"]) for row in csv.DictReader(lines))


def _door(place: int, row: dict[str, Any]) -> KnownDoor:
    return KnownDoor(
        id=str(place),
        kind=Kind(row["kind"]),
        name=row["name"],
        operator=row["operator"],
        host=host_of(row),
        region=None if row["region"] == "000000" else row["region"],
    )


def host_of(row: dict[str, Any]) -> str | None:
    host = urlsplit(row["url"]).hostname if row["url"] else None
    return host.removeprefix("www.") if host else None


def _numbers(text: str) -> list[str]:
    return [re.sub(r"\D", "", number) for number in PHONE.findall(text)]
