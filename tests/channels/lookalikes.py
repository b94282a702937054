"""Look-alikes of the real names and hosts, made by rules: at least six hundred, by family."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from heli.channels.kinds import ALTERNATIVES, Kind
from tests.channels.known import channel_rows, host_of, office_rows

# One way to imitate characters of real names; the product's own table is not looked at.
TWINS = {
    "事": "亊是",
    "省": "眚",
    "粤": "粵奥",
    "民": "氏珉",
    "政": "攻正",
    "记": "己计",
    "婚": "惛昏",
    "日": "曰",
    "口": "囗",
    "办": "为半",
    "通": "桶",
    "东": "柬",
    "江": "汀",
    "浙": "淅",
    "苏": "苈",
    "预": "豫",
    "约": "钓",
    "网": "冈",
    "局": "侷",
    "厅": "庁",
    "市": "巿",
    "西": "酉",
    "北": "兆",
    "福": "褔",
    "赣": "贛",
    "海": "诲",
    "渝": "愉",
    "湘": "箱",
    "辽": "疗",
    "郑": "鄭",
    "好": "妤",
    "闽": "闵",
    "服": "報",
    "爱": "爰",
    "太": "大",
    "务": "務",
    "快": "块",
    "登": "豋",
    "京": "亰",
    "云": "雲",
    "重": "董",
    "陕": "陜",
    "安": "桉",
    "州": "洲",
}
RADICALS = {
    "民": "\u2ea0",
    "西": "\u2ec4",
    "山": "\u2f2d",
    "口": "\u2f1d",
    "大": "\u2f24",
    "心": "\u2f3c",
    "广": "\u2f34",
    "龙": "\u2fd3",
    "水": "\u2f54",
    "金": "\u2fa6",
    "青": "\u2fad",
    "长": "\u2ed3",
    "里": "\u2fa5",
    "手": "\u2f3f",
    "方": "\u2f45",
}
ADDED_BEFORE = ("官方", "新", "快速", "全国")
ADDED_AFTER = ("官方预约", "代办", "服务平台", "极速版", "快速通道", "助手", "预约入口", "VIP")
CYRILLIC = str.maketrans("acehopxy", "асеһорху")
GREEK = str.maketrans("ovn", "ονη")
HIDDEN = ("\u200b", "\u200d", "\u2060", "\u00ad", "\ufeff")


@cache
def account_names() -> tuple[str, ...]:
    """Names of accounts, programs and sites that are nobody else's, each once."""
    generic = {
        "婚姻登记预约",
        "城市服务 · 婚姻登记预约",
        "婚姻登记网上预约",
        "民政一体化政务服务平台",
        "婚登预约小程序",
    }
    rows = (row for row in channel_rows() if Kind(row["kind"]) not in ALTERNATIVES)
    return tuple(dict.fromkeys(row["name"] for row in rows if row["name"] not in generic))


@cache
def hosts() -> tuple[str, ...]:
    return tuple(dict.fromkeys(host for row in channel_rows() if (host := host_of(row))))


def twin_characters() -> Iterator[str]:
    for name in account_names():
        for place, character in enumerate(name):
            for twin in TWINS.get(character, "")[:1]:
                yield name[:place] + twin + name[place + 1 :]
                break


def radicals() -> Iterator[str]:
    for name in account_names():
        if any(character in RADICALS for character in name):
            yield "".join(RADICALS.get(character, character) for character in name)


def added_words() -> Iterator[str]:
    for place, name in enumerate(account_names()):
        yield name + ADDED_AFTER[place % len(ADDED_AFTER)]
        yield ADDED_BEFORE[place % len(ADDED_BEFORE)] + name


def inner_spaces() -> Iterator[str]:
    for place, name in enumerate(account_names()):
        at = len(name) // 2
        yield " ".join(name) if place % 2 else name[:at] + " " + name[at:]


def hidden_characters() -> Iterator[str]:
    for place, name in enumerate(account_names()):
        yield name[:1] + HIDDEN[place % len(HIDDEN)] + name[1:]


def dropped_and_doubled() -> Iterator[str]:
    for name in account_names():
        at = len(name) // 2
        if len(name) >= 4:
            yield name[:at] + name[at + 1 :]
        yield name[:at] + name[at] + name[at:]


def subdomain_tricks() -> Iterator[str]:
    for host in hosts():
        yield f"https://{host}.example.com/yuyue"
        yield f"www.{host}.cn"
        yield f"http://login-{host}.example.org"


def hyphens() -> Iterator[str]:
    for host in hosts():
        yield host.replace(".", "-") + ".com"
        yield host.replace(".gov.cn", "gov.cn")


def before_at() -> Iterator[str]:
    for host in hosts():
        yield f"https://www.{host}@example.cn/login"
        yield f"https://{host}:443@198.51.100.7/"


def other_suffixes() -> Iterator[str]:
    for host in hosts():
        for suffix in (".gov.com", ".gov.cm", ".gov-cn.com", ".org.cn"):
            yield host.removesuffix(".gov.cn") + suffix


def digits_for_letters() -> Iterator[str]:
    for host in hosts():
        yield host.replace(".gov.", ".g0v.")
        yield "https://" + host.replace("gov", "qov") + "/"


def foreign_letters() -> Iterator[str]:
    for host in hosts():
        yield host.translate(CYRILLIC)
        yield "https://" + host.translate(GREEK)


def punycode() -> Iterator[str]:
    for host in hosts():
        yield ".".join(
            label if label.isascii() else "xn--" + label.encode("punycode").decode()
            for label in host.translate(CYRILLIC).split(".")
        )


def full_width() -> Iterator[str]:
    for host in hosts():
        yield "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in host)


def spaced_hosts() -> Iterator[str]:
    for host in hosts():
        yield host[:2] + " " + host[2:]


def in_paths() -> Iterator[str]:
    for host in hosts():
        yield f"https://example.com/{host}/index.html"


def in_messages() -> Iterator[str]:
    for place, name in enumerate(account_names()):
        twin = next((TWINS[c][0] for c in name if c in TWINS), None)
        if twin:
            real = next(c for c in name if c in TWINS)
            fake = name.replace(real, twin, 1)
            yield (f"请搜索“{fake}”预约离婚登记。", f"预约请关注{fake}公众号")[place % 2]


FAMILIES: dict[str, Callable[[], Iterator[str]]] = {
    made.__name__: made
    for made in (
        twin_characters,
        radicals,
        added_words,
        inner_spaces,
        hidden_characters,
        dropped_and_doubled,
        subdomain_tricks,
        hyphens,
        before_at,
        other_suffixes,
        digits_for_letters,
        foreign_letters,
        punycode,
        full_width,
        spaced_hosts,
        in_paths,
        in_messages,
    )
}


@cache
def lookalikes(family: str) -> tuple[str, ...]:
    """The look-alikes of one family, each once, none of them a real name or host."""
    real = {*account_names(), *hosts(), *(row["name"] for row in office_rows())}
    return tuple(made for made in dict.fromkeys(FAMILIES[family]()) if made not in real)
