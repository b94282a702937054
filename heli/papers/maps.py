"""The way to an office: a plain link to Tencent's map, opened only by whoever taps it."""

from __future__ import annotations

from urllib.parse import urlencode

from heli.places.queries import OfficeView

MAP = "https://apis.map.qq.com/uri/v1"
REFERER = "heli"
_SEPARATORS = str.maketrans(":;", "：；")


def map_link(office: OfficeView) -> str:
    """A page of the map that shows the office: by its coordinates, else by searching its address.

    Source: Tencent's URI API (marker, search); coordinates are GCJ-02, its default.
    """
    if office.coordinates is None:
        query = {"keyword": office.address or office.name, "region": _city_of(office)}
        return f"{MAP}/search?{urlencode(query | {'referer': REFERER})}"
    latitude, longitude = office.coordinates
    marker = {
        "coord": f"{latitude},{longitude}",
        "title": office.name,
        "addr": office.address or office.name,
    }
    text = ";".join(f"{name}:{part.translate(_SEPARATORS)}" for name, part in marker.items())
    return f"{MAP}/marker?{urlencode({'marker': text, 'referer': REFERER})}"


def _city_of(office: OfficeView) -> str:
    names = office.region.path.split("/")
    return next((name for name in names if name.endswith("市")), names[0])
