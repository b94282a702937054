"""What the page of the check shows of a verdict: what it means, and what to do now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heli.channels.check.known import KnownDoor
from heli.channels.check.verdicts import Judgement, Reason, Verdict
from heli.channels.kinds import HOTLINE, Kind
from heli.channels.queries import Guide, guide
from heli.channels.rules import Sureness
from heli.channels.words import KIND_NAMES, as_of_in_words
from heli.places.queries import RegionView
from heli.web.doors import A_GOVERNMENT_BODY
from heli.web.guiding import phone_of

DOORS_MAX = 3

# What can still be a fake although the name is a real one, and how to see that.
STILL_TO_LOOK_AT: dict[Kind, str | Promise] = {
    Kind.WECHAT_MINI_PROGRAM: gettext_lazy(
        "名字可能被冒用。点右上角“…”，看“账号主体”是不是{operator}，再填写。"
    ),
    Kind.WECHAT_OFFICIAL_ACCOUNT: gettext_lazy(
        "名字可能被冒用。点右上角“…”，看“账号主体”是不是{operator}，再填写。"
    ),
    Kind.ALIPAY_MINI_PROGRAM: gettext_lazy(
        "名字可能被冒用。点右上角“…”，看服务主体是不是{operator}，再填写。"
    ),
    Kind.GOVERNMENT_APP: gettext_lazy(
        "请从手机自带的应用商店下载，下载之前看“开发者”是不是{operator}。"
    ),
}
A_SITE = gettext_lazy("填写之前看清地址栏：除了开头的 www.，网址要和 {host} 一个字母都不差。")
ANY_DOOR = gettext_lazy("预约不收费。要您付钱、说验证码或银行卡密码的，不要理。")


@dataclass(frozen=True)
class LinkedDoor:
    """A door by its name. url: a page of ours that tells more, or None."""

    name: str
    kind: str
    url: str | None


@dataclass(frozen=True)
class ShownReason:
    """A reason, with who says that it is one. day: of that source in words, or ""."""

    reason: Reason
    day: str

    @property
    def url(self) -> str | None:
        """Where the source can be read."""
        source = self.reason.source or ""
        return source if source.startswith(("http://", "https://")) else None


@dataclass(frozen=True)
class JudgedPage:
    """A verdict as its page shows it.

    door: what it is (official) or resembles. still: what to look at all the same, of an official
    one. region: what was given, or None. doors: some official ones of the region. phone: a number
    that can be asked.
    """

    judgement: Judgement
    reasons: tuple[ShownReason, ...]
    door: LinkedDoor | None
    still: str
    region: RegionView | None
    doors: tuple[LinkedDoor, ...]
    phone: str

    @property
    def is_official(self) -> bool:
        """Whether it is in the directory."""
        return self.judgement.verdict is Verdict.OFFICIAL

    @property
    def is_suspicious(self) -> bool:
        """Whether there are signs of a fake."""
        return self.judgement.verdict is Verdict.SUSPICIOUS


def judged_page(judgement: Judgement, region: RegionView | None, at: datetime) -> JudgedPage:
    """A verdict, with the ways of the region (None: no region was given). at: the moment, UTC."""
    found = guide(region.code, at=at) if region else None
    door = judgement.door
    return JudgedPage(
        judgement=judgement,
        reasons=tuple(map(_reason, judgement.reasons)),
        door=_linked(door) if door else None,
        still=_still_to_look_at(door) if door else "",
        region=region,
        doors=_doors_of(found) if found else (),
        phone=phone_of(found) if found else HOTLINE,
    )


def _reason(reason: Reason) -> ShownReason:
    return ShownReason(reason, as_of_in_words(reason.as_of) if reason.as_of else "")


def _linked(door: KnownDoor) -> LinkedDoor:
    kind = str(KIND_NAMES[door.kind])
    if not door.id.isdigit():
        return LinkedDoor(door.name, kind, reverse("office", args=[door.id]))
    return LinkedDoor(
        door.name, kind, reverse("guide", args=[door.region]) if door.region else None
    )


def _still_to_look_at(door: KnownDoor) -> str:
    if door.kind is Kind.GOVERNMENT_WEBSITE and door.host:
        return str(A_SITE).format(host=door.host)
    operator = door.operator or str(A_GOVERNMENT_BODY)
    return str(STILL_TO_LOOK_AT.get(door.kind, ANY_DOOR)).format(operator=operator)


def _doors_of(found: Guide) -> tuple[LinkedDoor, ...]:
    """The first doors of a region, and the queue, which is always one."""
    url = reverse("guide", args=[found.region.code])
    first = [
        LinkedDoor(
            door.name,
            str(KIND_NAMES[door.kind]),
            reverse("office", args=[door.office_id]) if door.is_ours else url,
        )
        for door in found.channels
        if door.lead.sure is not Sureness.WEAK
    ][:DOORS_MAX]
    return (*first, LinkedDoor(_("大厅取号"), _("一直保留"), url))
