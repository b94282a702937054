"""The directory in words, in the language that is active."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from heli.channels.doors import Proof
from heli.channels.kinds import UNSPECIFIED, Kind, SourceKind
from heli.channels.reporting import Seen
from heli.channels.rules import Sureness
from heli.ground.words import MONTHS_EN
from heli.law.services import Service
from heli.places.naming import SERVICE_NAMES

KIND_NAMES: dict[Kind, str | Promise] = {
    Kind.WECHAT_MINI_PROGRAM: gettext_lazy("微信小程序"),
    Kind.WECHAT_OFFICIAL_ACCOUNT: gettext_lazy("微信公众号"),
    Kind.WECHAT_CITY_SERVICES: gettext_lazy("微信城市服务"),
    Kind.ALIPAY_MINI_PROGRAM: gettext_lazy("支付宝小程序"),
    Kind.GOVERNMENT_APP: gettext_lazy("政务 App"),
    Kind.GOVERNMENT_WEBSITE: gettext_lazy("政府网站"),
    Kind.PHONE: gettext_lazy("电话"),
    Kind.OFFICE_QUEUE: gettext_lazy("大厅"),
}
SOURCE_NAMES: dict[SourceKind, str | Promise] = {
    SourceKind.OFFICIAL: gettext_lazy("政府网站或公告"),
    SourceKind.PRESS: gettext_lazy("媒体报道"),
    SourceKind.THIRD_PARTY: gettext_lazy("其他网站的转载"),
}
SEEN_NAMES = {
    Seen.WECHAT: gettext_lazy("在微信里"),
    Seen.SEARCH: gettext_lazy("在网上搜索到的"),
    Seen.MESSAGE: gettext_lazy("短信，或者别的聊天软件"),
    Seen.PERSON: gettext_lazy("有人当面或打电话说的"),
    Seen.OTHER: gettext_lazy("别的地方"),
}


def services_in_words(services: tuple[str, ...]) -> str:
    """What a source says is booked; "" where it says nothing."""
    known = [str(SERVICE_NAMES[Service(word)]) for word in services if word != UNSPECIFIED]
    if UNSPECIFIED in services:
        known.append(_("只写着“婚姻登记”"))
    return " · ".join(known)


def as_of_in_words(as_of: str) -> str:
    """The day, month or year of a source.

    >>> from django.utils.translation import override
    >>> with override("zh-hans"):
    ...     as_of_in_words("2024-04-25"), as_of_in_words("2024-04"), as_of_in_words("2024")
    ('2024年4月25日', '2024年4月', '2024年')
    >>> with override("en"):
    ...     as_of_in_words("2024-04-25"), as_of_in_words("2024-04")
    ('25 April 2024', 'April 2024')
    """
    year, month, day = (*as_of.split("-"), "", "")[:3]
    if (get_language() or "zh-hans").startswith("zh"):
        in_month = f"{int(month)}月" if month else ""
        return f"{year}年{in_month}{f'{int(day)}日' if day else ''}"
    named = MONTHS_EN[int(month) - 1] if month else ""
    return " ".join(part for part in (day.lstrip("0"), named, year) if part)


def sureness_in_words(proof: Proof) -> str:
    """How sure what a source says is, and what follows from that.

    An operator who has confirmed an entry is its newest source, so its day is the source's day.
    """
    if proof.sure is Sureness.WEAK:
        return _("来源不可靠，只作参考。请先打电话问。")
    if proof.as_of is None:
        return _("来源没有注明日期。请先打电话问。")
    if proof.sure is Sureness.CONFIRMED:
        return _("{day}的来源确认。").format(day=as_of_in_words(proof.as_of))
    return _("{year}年以后没有再确认。请先打电话问。").format(year=proof.as_of[:4])
