"""A door of the directory in words: what to tap, what it books, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from heli.channels.doors import Door, Proof
from heli.channels.kinds import Kind
from heli.channels.rules import Sureness
from heli.channels.words import (
    KIND_NAMES,
    SOURCE_NAMES,
    as_of_in_words,
    services_in_words,
    sureness_in_words,
)
from heli.web.templatetags.days import speaks_chinese

# How one gets to a door by its name, and where to see whose it is before anything is typed there.
OPENING: dict[Kind, tuple[str | Promise, ...]] = {
    Kind.WECHAT_MINI_PROGRAM: (
        gettext_lazy("打开微信，在首页往下拉，点“搜索”。"),
        gettext_lazy("搜索“{name}”，找带“小程序”字样的。"),
        gettext_lazy("先不要填写。点右上角“…”，再点名字，看“账号主体”是不是{operator}。"),
    ),
    Kind.WECHAT_OFFICIAL_ACCOUNT: (
        gettext_lazy("打开微信，点“通讯录”，再点“公众号”，点“搜索”。"),
        gettext_lazy("搜索“{name}”。"),
        gettext_lazy("关注之前，点右上角“…”，看“账号主体”是不是{operator}。"),
    ),
    Kind.WECHAT_CITY_SERVICES: (
        gettext_lazy("打开微信，点“我”，点“服务”，再点“城市服务”。"),
        gettext_lazy("选您所在的城市，找“{name}”。"),
    ),
    Kind.ALIPAY_MINI_PROGRAM: (
        gettext_lazy("打开支付宝，点上面的搜索框。"),
        gettext_lazy("搜索“{name}”，找带“小程序”字样的。"),
        gettext_lazy("先不要填写。点右上角“…”，看服务主体是不是{operator}。"),
    ),
    Kind.GOVERNMENT_APP: (
        gettext_lazy("打开手机自带的应用商店。"),
        gettext_lazy("搜索“{name}”。"),
        gettext_lazy("下载之前，看“开发者”是不是{operator}。"),
    ),
}
A_GOVERNMENT_BODY = gettext_lazy("政府部门")
ARROW = "→"


@dataclass(frozen=True)
class ShownDoor:
    """A door as a page shows it. steps: sentences of ours; taps: the source's words for what to
    tap, in order, after the steps.

    host: of a web site, to be typed. is_linked: whether its address may be a link.
    """

    door: Door
    steps: tuple[str, ...]
    taps: tuple[str, ...]
    host: str | None
    is_linked: bool

    @property
    def kind(self) -> str:
        """What kind of door it is, in words."""
        return str(KIND_NAMES[self.door.kind])

    @property
    def books(self) -> str:
        """What is booked there, as its source says, in words."""
        return services_in_words(self.door.services)

    @property
    def sure(self) -> str:
        """How sure that is, in a sentence."""
        return sureness_in_words(self.door.lead)

    @property
    def is_confirmed(self) -> bool:
        """Whether a good source that is not old says so."""
        return self.door.lead.sure is Sureness.CONFIRMED

    @property
    def is_weak(self) -> bool:
        """Whether the source is not to be relied on."""
        return self.door.lead.sure is Sureness.WEAK

    @property
    def sources(self) -> tuple[ShownSource, ...]:
        """Every source, the one that counts first."""
        return tuple(map(shown_source, self.door.proofs))


@dataclass(frozen=True)
class ShownSource:
    """A source. url: where it can be read, or None. text: its own words where there is no url.
    kind, day: in words; day is "" where none is known. note: of the directory's keepers."""

    url: str | None
    text: str
    kind: str
    day: str
    note: str


def shown_door(door: Door) -> ShownDoor:
    """A door in words, in the language that is active now."""
    taps = tuple(tap.strip() for tap in (door.path or "").split(ARROW) if tap.strip())
    if door.kind is Kind.OFFICE_QUEUE:
        taps = ()  # its path is the hall's address
    leads_all_the_way = bool(taps) and _names_a_start(taps[0])
    operator = door.operator or str(A_GOVERNMENT_BODY)
    opening = () if leads_all_the_way else OPENING.get(door.kind, ())
    return ShownDoor(
        door=door,
        steps=tuple(str(step).format(name=door.name, operator=operator) for step in opening),
        taps=taps,
        host=host_of(door.url) if door.kind is Kind.GOVERNMENT_WEBSITE else None,
        is_linked=door.lead.sure is not Sureness.WEAK,
    )


def shown_source(proof: Proof) -> ShownSource:
    """A source in words, in the language that is active now."""
    is_url = proof.source.startswith(("http://", "https://"))
    note = proof.note or ""
    return ShownSource(
        url=proof.source if is_url else None,
        text=proof.source,
        kind=str(SOURCE_NAMES[proof.source_kind]),
        day=as_of_in_words(proof.as_of) if proof.as_of else "",
        note=note if _is_readable(note) else "",
    )


def host_of(url: str | None) -> str | None:
    """The host of an address as a person types it.

    >>> host_of("https://www.gdhy.gov.cn/yy?x=1")
    'www.gdhy.gov.cn'
    """
    return urlsplit(url).hostname if url else None


def _names_a_start(tap: str) -> bool:
    """Whether what to tap begins outside of the door itself.

    >>> _names_a_start("支付宝"), _names_a_start("湖南民政微信公众号"), _names_a_start("微服务")
    (True, True, False)
    """
    return "微信" in tap or "支付宝" in tap


def _is_readable(note: str) -> bool:
    """Whether most of a note is in the reader's language.

    >>> from django.utils.translation import override
    >>> with override("zh-hans"):
    ...     _is_readable("old name; 苏服办 later"), _is_readable("原名，后来叫苏服办")
    (False, True)
    """
    return (sum(map(str.isascii, note)) * 2 < len(note)) is speaks_chinese()
