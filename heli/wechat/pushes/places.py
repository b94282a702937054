"""The ways of a region and the offices near a position, short enough for a chat."""

from __future__ import annotations

import re
from datetime import datetime

from heli.channels.doors import Door
from heli.channels.kinds import HOTLINE, Kind
from heli.channels.queries import Guide, guide
from heli.channels.words import KIND_NAMES, sureness_in_words
from heli.law.services import Service
from heli.places.queries import OfficeView, RegionView, find_regions, is_called, list_offices
from heli.wechat.pushes import words

REGIONS_MAX = 5
OFFICES_MAX = 3
NEAR_KM_MAX = 200.0  # what lies further away helps nobody
POSITION_DECIMALS = 2  # degrees: about a kilometre, enough for a list
NAME_CHARACTERS_MAX = 16  # of a region; the longest has 15
PINYIN_MIN = 4  # letters; fewer are somebody's "ok"

# What people write beside the name of their place.
_BESIDE = re.compile(
    "(?:离婚|婚姻|结婚)?(?:登记)?(?:网上|在线)?(?:预约|怎么约|怎么预约|怎么办|办理)|预约离婚|协议离婚"
    "|离婚|(?:的)?(?:民政局|婚姻登记处|登记处)"
)
_WITH_OPERATOR = (
    *(Kind.WECHAT_MINI_PROGRAM, Kind.WECHAT_OFFICIAL_ACCOUNT, Kind.ALIPAY_MINI_PROGRAM),
    Kind.GOVERNMENT_APP,
)


def ways_in(typed: str, *, at: datetime) -> str | None:
    """The first way to book in the place whose name was typed; None where it is no place's name.

    at: business time, UTC.
    """
    name = _BESIDE.sub("", typed).strip()
    meant = _meant(name)
    if not meant:
        return None
    if len(meant) > 1:
        listed = (f"{region.path}\n{_guide_page(region)}" for region in meant)
        return "\n".join((str(words.SEVERAL), *listed))
    return _ways(guide(meant[0].code, at=at))


def nearest(position: tuple[float, float]) -> str:
    """The offices near a position (latitude, longitude, degrees), of which two decimals are used.

    Raises InvalidInput for a point that is not on the earth.
    """
    rounded = round(position[0], POSITION_DECIMALS), round(position[1], POSITION_DECIMALS)
    known = [
        office
        for office in list_offices(service=Service.DIVORCE_APPLICATION, near=rounded)
        if office.distance_km is not None and office.distance_km <= NEAR_KM_MAX
    ]
    found = sorted(known, key=lambda office: (office.distance_km or 0.0, office.id))[:OFFICES_MAX]
    if not found:
        return str(words.NOTHING_NEAR).format(url=words.page("/places"))
    rows = (_office(office) for office in found)
    return "\n\n".join((str(words.NEAREST), *rows, str(words.POSITION_NOT_KEPT)))


def _meant(name: str) -> tuple[RegionView, ...]:
    """The regions of this name, written out or not; () where there is none."""
    if not 2 <= len(name) <= NAME_CHARACTERS_MAX or (name.isascii() and len(name) < PINYIN_MIN):
        return ()
    found = find_regions(name)
    if name.isascii():
        return found[:REGIONS_MAX]
    exact = [region for region in found if is_called(region.name, name)]
    begins = [region for region in found if region.name.startswith(name)]
    return tuple(exact or begins or _in_an_outer_one(name))[:REGIONS_MAX]


def _in_an_outer_one(name: str) -> list[RegionView]:
    """Regions whose name was typed behind those of outer ones: 广州天河, 广东省广州市天河区."""
    for cut in range(2, len(name) - 1):
        outer, inner = name[:cut].strip(), name[cut:].strip()
        found = (region for region in find_regions(inner) if is_called(region.name, inner))
        if within := [region for region in found if _is_within(region, outer)]:
            return within
    return []


def _is_within(region: RegionView, outer: str) -> bool:
    """Whether the characters of `outer` stand in this order in the names of the regions around."""
    around = iter(region.path.removesuffix(region.name))
    return all(character in around for character in outer)


def _ways(found: Guide) -> str:
    door = next(
        (door for door in found.channels if door.names_divorce or door.is_unspecified), None
    )
    way = _first_door(door) if door else _nothing_online(found)
    every = str(words.ALL_WAYS).format(url=_guide_page(found.region))
    return "\n".join((found.region.path, way, every))


def _first_door(door: Door) -> str:
    if door.is_ours:
        url = words.page(f"/offices/{door.office_id}")
        return str(words.OWN_DOOR).format(name=door.name, url=url)
    kind = str(KIND_NAMES[door.kind])
    lines = [str(words.FIRST_DOOR).format(kind=kind, name=door.name)]
    if door.operator and door.kind in _WITH_OPERATOR:
        lines.append(str(words.OPERATOR).format(operator=door.operator))
    if door.is_unspecified:
        lines.append(str(words.ASK_FIRST))
    return "\n".join((*lines, sureness_in_words(door.lead)))


def _nothing_online(found: Guide) -> str:
    phones = [door.name for door in found.alternatives if door.kind is Kind.PHONE]
    phone = next((phone for phone in phones if phone != HOTLINE), HOTLINE)
    lines = [str(words.NOTHING_ONLINE).format(phone=phone)]
    if found.nearest is not None:
        place, km = found.nearest.region.path, found.nearest.distance_km
        lines.append(str(words.NEXT_PLACE).format(place=place, km=km))
    return "\n".join(lines)


def _guide_page(region: RegionView) -> str:
    return words.page(f"/channels/{region.code}")


def _office(office: OfficeView) -> str:
    far = str(words.KILOMETRES).format(km=office.distance_km)
    lines = (f"{office.name} · {far}", office.address, office.phone)
    return "\n".join((*filter(None, lines), words.page(f"/offices/{office.id}")))
