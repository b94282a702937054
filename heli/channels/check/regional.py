"""Names that are built like those of real offices: a region's name and a usual ending.

Thousands of offices have accounts that the directory does not know. A name whose region and ending
are spelled right is nobody's imitation, however near it is to a known one (台州民政, 泰州民政).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from heli.channels.check.known import KnownRegion

_PEOPLES = (
    "蒙古族|蒙古|回族|藏族|维吾尔|维吾尔族|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族"
    "|哈萨克族|哈萨克|傣族|黎族|傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族|柯尔克孜|土族"
    "|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯|阿昌族|普米族|塔吉克|怒族|鄂温克族|鄂伦春"
    "|保安族|裕固族|京族|独龙族|各族"
)
_SELF_RULED = re.compile(f"(?:{_PEOPLES})*自治(区|州|县|旗)$")
_KIND = re.compile("(?:特别行政区|地区|林区|省|市|区|县|盟|旗)$")
_OFFICE = (
    "(?:人民政府|政府|民政(?:局|厅|部门)?|社会事业局|行政审批(?:服务)?局|大数据(?:管理)?局"
    "|政务服务(?:和数据)?管理(?:局|办公室)|(?:政务|行政|便民|市民)服务(?:中心|大厅)|民政和社会工作局)"
)
_REGISTRY = (
    r"(?:涉外)?(?:婚姻|结婚|离婚)(?:[(（]?收养[)）]?)?登记(?:管理)?(?:服务)?"
    "(?:处|中心|所|窗口|大厅|点|机关)?"
)
_BOOKING = (
    "(?:结婚|离婚|婚姻|婚登|婚姻登记|结婚登记|离婚登记)(?:网上|在线)?(?:预约|服务)(?:信息|服务)?"
    "(?:系统|平台|网)?"
)
_OTHER = (
    "民政(?:微讯|发布|在线|信息网|网|资讯|之声|之窗|微信)|政务(?:服务)?(?:网|平台)?|发布|市民云"
    "|政务公开|(?:人民)?政府(?:门户)?网(?:站)?"
)
ENDING = re.compile(f"{_OFFICE}|(?:{_OFFICE})?(?:{_REGISTRY}|{_BOOKING})|{_OTHER}")
_NAMES_MAX = 3  # 广东省 广州市 越秀区


@dataclass(frozen=True)
class Regional:
    """The regions at the beginning of a name, the innermost last, and what follows them."""

    codes: tuple[frozenset[str], ...]
    rest: str


def short_region_names(name: str) -> set[str]:
    """The ways in which people write a region's name.

    >>> sorted(short_region_names("延边朝鲜族自治州"))
    ['延边', '延边州', '延边朝鲜族自治州']
    >>> sorted(short_region_names("广州市"))
    ['广州', '广州市']
    """
    names = {name}
    ruled = _SELF_RULED.search(name)
    if ruled and ruled.start() >= 2:
        names |= {name[: ruled.start()], name[: ruled.start()] + ruled[1]}
    else:
        short = _KIND.sub("", name)
        if len(short) >= 2:
            names.add(short)
    return names


def region_names(regions: tuple[KnownRegion, ...]) -> dict[str, frozenset[str]]:
    """Every way to write a region's name, with the codes of those that are called so."""
    found: dict[str, set[str]] = {}
    for region in regions:
        for name in short_region_names(region.name):
            found.setdefault(name, set()).add(region.code)
    return {name: frozenset(codes) for name, codes in found.items()}


def split_regions(name: str, names: dict[str, frozenset[str]]) -> list[Regional]:
    """Each way to read one to three regions off the beginning of a name, the longest first."""
    found: list[Regional] = []
    open_ends = [Regional((), name)]
    for _step in range(_NAMES_MAX):
        open_ends = [
            Regional((*end.codes, names[end.rest[:length]]), end.rest[length:])
            for end in open_ends
            for length in range(min(len(end.rest), 15), 1, -1)
            if end.rest[:length] in names
        ]
        found = [*open_ends, *found]
    return found


def is_regional(name: str, names: dict[str, frozenset[str]]) -> bool:
    """Whether a name is a real region and a usual ending of offices, both spelled right."""
    return any(ENDING.fullmatch(reading.rest) for reading in split_regions(name, names))


def same_place(outer: frozenset[str], code: str | None) -> bool:
    """Whether a code lies in one of the regions, or is one of them."""
    return code is not None and any(code.startswith(_prefix(region)) for region in outer)


def closeness(door: str | None, here: str | None) -> int:
    """How near a door's region is to where somebody lives: 3 the same county, 0 elsewhere."""
    if here is None or door is None:
        return 0
    if door == here:
        return 4
    if not here.startswith(_prefix(door)) and not door.startswith(_prefix(here)):
        return 1 if door[:2] == here[:2] else 0
    return 3 if door[:4] == here[:4] else 2


def _prefix(code: str) -> str:
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code
