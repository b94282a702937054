"""What a link's host says: whose it is, or whom it imitates."""

from __future__ import annotations

import re
from urllib.parse import unquote

from rapidfuzz.distance import DamerauLevenshtein

from heli.channels.check.findings import Finding, official, suspicious, unknown, with_reason
from heli.channels.check.index import Index
from heli.channels.check.links import Link, address_of, to_ascii, to_unicode
from heli.channels.check.lookalikes import host_skeleton, is_mixed, skeleton
from heli.channels.check.signs import Sign
from heli.channels.check.suffixes import GOV_CN, ZHENGWU, public_suffix, registrable
from heli.channels.check.verdicts import Verdict
from heli.channels.check.warnings import warned
from heli.channels.check.writing import HAN, fold

EXCEPTIONS = {"gdhy.cn": "gdhy.gov.cn"}  # signs.yaml, domain_other_suffix
_PLATFORM_HOSTS = (
    "weixin.qq.com",
    "u.wechat.com",
    "wechat.com",
    "wxaurl.cn",
    "alipay.com",
)
_PLATFORM_SCHEMES = frozenset({"weixin", "wechat", "alipays", "alipay", "alipayqr", "snssdk"})
_SHORT_HOSTS = frozenset(
    {
        "t.cn",
        "url.cn",
        "dwz.cn",
        "suo.im",
        "suo.nz",
        "bit.ly",
        "tinyurl.com",
        "t.co",
        "0x3.me",
        "w.url.cn",
        "u.nu",
        "is.gd",
        "mrw.so",
        "sourl.cn",
        "dwz.mk",
        "rrd.me",
        "s.yam.com",
        "goo.gl",
        "reurl.cc",
        "surl.li",
        "m6z.cn",
        "tb.cn",
        "m.tb.cn",
    }
)
_PAYMENT = re.compile(r"^(?:wxp:|https?://qr\.alipay\.com/(?:fkx|tsx|fk))")
_PERSON = re.compile(r"^https?://u\.wechat\.com/")
_WORDS_OF_OFFICES = re.compile(
    "zwfw|mzj|mzt|minzheng|hydj|hyyy|hysy|jhyy|hunyin|mca|zhengfu|zhengwu|gongan"
)
_NOT_ALNUM = re.compile(r"[^a-z0-9]+")
_GOV_ABROAD = re.compile(r"gov\.[a-z]{2}")
_APK = re.compile(r"\.apk(?:$|[?#&])")
_INNER = re.compile(r"(?:https?:)?//([^/?#&\s]+)")
_HAN_LABEL = re.compile(f"[{HAN}]+")
_SHOWN = re.compile(r"[/@#?]")  # what follows reads like an address; "=" names one


NEAR_LABEL_MIN = 4
REST_MAX = 2000  # of path and query; what comes after says nothing new
INNER_MAX = 10


def judge_link(link: Link, index: Index, region: str | None = None) -> Finding:
    """What a link is. Broken ones and links of other kinds are unknown."""
    if link.is_broken:
        return unknown(link.written, Sign.BROKEN_LINK)
    if _PAYMENT.match(fold(link.written).text):
        return unknown(link.written, Sign.PAYMENT_CODE)
    if link.host is None or link.ascii is None:
        kind = Sign.PLATFORM_LINK if link.scheme in _PLATFORM_SCHEMES else Sign.OTHER_SCHEME
        return unknown(link.written, kind)
    return _judge_rest(link, _judge_host(link, link.ascii, index, region), index)


def bare(host: str) -> str:
    """A host without "www.", where something is left that can be registered."""
    return host[4:] if host.startswith("www.") and registrable(host[4:]) else host


def _judge_host(link: Link, ascii_host: str, index: Index, region: str | None) -> Finding:
    host, written = bare(ascii_host), link.written
    fake = next((f for f in index.fake_hosts if host == f or host.endswith("." + f)), None)
    if fake:
        return warned(written, index.fake_hosts[fake])
    known = _known_host(host, index)
    is_gov_cn = public_suffix(host) == GOV_CN
    eye = to_unicode(host)
    if link.before_at and (is_gov_cn or _names_a_host(link.before_at)):
        if is_gov_cn:
            return unknown(written, Sign.ODD_GOV_HOST)
        return suspicious(written, Sign.USERINFO_TRICK, host=ascii_host)
    if not eye.isascii() or eye != host:
        return _judge_foreign_letters(written, host, eye, index)
    if link.hides and (known or is_gov_cn):
        return suspicious(written, Sign.HIDDEN_CHARACTERS, name=host)
    if link.wide and (known or is_gov_cn):
        return unknown(written, Sign.WIDE_LETTERS, host=host)
    if address_of(host):
        return unknown(written, Sign.BARE_IP)
    if known:
        door = index.nearest(index.hosts[known], region)
        return official(written, Sign.KNOWN_HOST, door, host=host, name=door.name)
    return _judge_gov_cn(written, host, index) if is_gov_cn else _judge_other(written, host, index)


def _known_host(host: str, index: Index) -> str | None:
    """The known host that this is, or lies under where that is under .gov.cn."""
    place = host
    while place:
        if place in index.hosts and (place == host or public_suffix(place) == GOV_CN):
            return place
        place = place.partition(".")[2]
    return None


def _names_a_host(words: str) -> bool:
    host = words.partition(":")[0]
    return "gov" in host_skeleton(words) or public_suffix(host) is not None


def _judge_foreign_letters(written: str, host: str, eye: str, index: Index) -> Finding:
    seen = host_skeleton(eye)
    for known_seen, known in index.host_skeletons.items():
        if seen == known_seen or seen.endswith("." + known_seen):
            return suspicious(written, Sign.LOOKALIKE_HOST, index.hosts[known][0], known=known)
    if host.endswith(("." + ZHENGWU, f".{ZHENGWU}.cn")):
        names = eye.removesuffix(".cn").split(".")[:-1]
        if all(_HAN_LABEL.fullmatch(name) for name in names):
            return _judge_zhengwu(written, names, index)
        return unknown(written, Sign.ODD_GOV_HOST)
    if public_suffix(host) == GOV_CN:
        return unknown(written, Sign.ODD_GOV_HOST)
    imitation = _imitation(written, seen, registrable(host) or host, index)
    if imitation:
        return imitation
    if any(is_mixed(label) for label in eye.split(".")):
        return suspicious(written, Sign.LOOKALIKE_HOST, known=seen)
    return unknown(written, Sign.DOMAIN_OTHER_SUFFIX, host=eye)


def _judge_zhengwu(written: str, names: list[str], index: Index) -> Finding:
    for name in names:
        real = index.skeletons.get(skeleton(name))
        if real and name != real:
            return suspicious(written, Sign.LOOKALIKE_HOST, index.names[real][0], known=real)
    return official(written, Sign.DOMAIN_ZHENGWU, None)


def _judge_gov_cn(written: str, host: str, index: Index) -> Finding:
    """A host under .gov.cn that the directory does not know: nobody else can get one."""
    own = registrable(host)
    if own is None:
        return unknown(written, Sign.ODD_GOV_HOST)
    label = own.partition(".")[0]
    for near, known in index.labels.items():
        is_other = known != own and len(label) >= NEAR_LABEL_MIN
        if is_other and (_distance(label, near, 1) == 1 or _same_to_eye(label, near)):
            return unknown(written, Sign.NEAR_GOV_HOST, known=known)
    return official(written, Sign.DOMAIN_GOV_CN, None)


def _judge_other(written: str, host: str, index: Index) -> Finding:
    if host in EXCEPTIONS:
        return unknown(written, Sign.DOMAIN_EXCEPTION, host=host, known=EXCEPTIONS[host])
    if any(host == one or host.endswith("." + one) for one in _PLATFORM_HOSTS):
        finding = unknown(written, Sign.PLATFORM_LINK)
        is_person = _PERSON.match(fold(written).text)
        return with_reason(finding, Sign.PRIVATE_CONTACT) if is_person else finding
    if host in _SHORT_HOSTS:
        return unknown(written, Sign.SHORT_LINK)
    imitation = _imitation(written, host, registrable(host) or host, index)
    if imitation:
        return imitation
    if _WORDS_OF_OFFICES.search(host):
        return unknown(written, Sign.OTHER_SUFFIX_FOR_OFFICE, host=host)
    return unknown(written, Sign.DOMAIN_OTHER_SUFFIX, host=host)


def _imitation(written: str, host: str, own: str, index: Index) -> Finding | None:
    """A host of anybody that dresses up as one of the government's, or None. own: whose it is."""
    dotted = "." + _NOT_ALNUM.sub(".", host) + "."
    for known, doors in index.hosts.items():
        if f".{known}." in dotted:
            return suspicious(written, Sign.EMBEDS_KNOWN_HOST, doors[0], known=known, host=own)
    near = _near_host(host, index)
    if near:
        return suspicious(written, Sign.NEAR_HOST, index.hosts[near][0], known=near)
    if _has_fake_gov(host, dotted, index):
        return suspicious(written, Sign.FAKE_GOV)
    return None


def _has_fake_gov(host: str, dotted: str, index: Index) -> bool:
    """Whether "gov" stands in the host without being its ending."""
    suffix = public_suffix(host) or ""
    if suffix == "gov" or _GOV_ABROAD.fullmatch(suffix):
        return suffix.startswith("gov.c")  # gov.cm, gov.co: one letter from gov.cn
    seen = host_skeleton(host)
    if ".gov.cn." in dotted or "govcn" in _NOT_ALNUM.sub("", seen):
        return True
    body = seen.removesuffix(host_skeleton(suffix))
    words = [word for word in _NOT_ALNUM.split(body) if word]
    return "gov" in words or any(
        word.endswith("gov")
        and (
            suffix.endswith("cn")
            or word[:-3] in {host_skeleton(stem) for stem in (*index.stems, *index.labels)}
            or _WORDS_OF_OFFICES.search(word)
        )
        for word in words
    )


def _near_host(host: str, index: Index) -> str | None:
    """The known host that this one is a near-miss of."""
    for known in index.hosts:
        slips = 2 if len(known) >= 12 else 1
        if len(known) >= 8 and _distance(host, known, slips) <= slips:
            return known
    suffix = public_suffix(host) or ""
    body = host_skeleton(host.removesuffix(suffix))
    words = [word for word in _NOT_ALNUM.split(body) if word not in ("", "www", "m", "wap")]
    whole = "".join(words)
    for stem, known in (*index.stems.items(), *index.labels.items()):
        seen = host_skeleton(stem)
        if (len(seen) >= 5 and seen in whole) or (len(seen) >= 4 and seen in (*words, whole)):
            return known
        if len(seen) >= 6 and _distance(whole, seen, 1) <= 1:
            return known
    return None


def _judge_rest(link: Link, finding: Finding, index: Index) -> Finding:
    """What path and query add: where else it leads, what it names, what it loads down."""
    rest = unquote(unquote(link.rest)).lower()
    if not rest or finding.verdict is Verdict.SUSPICIOUS:
        return finding
    inner = [bare(host.lower()) for host in _INNER.findall(rest[:REST_MAX])[:INNER_MAX]]
    if finding.verdict is Verdict.OFFICIAL:
        foreign = [host for host in inner if not _is_official(host, index)]
        if foreign:
            return unknown(link.written, Sign.LEADS_ELSEWHERE, host=foreign[0])
        return finding
    if _APK.search(rest):
        finding = with_reason(finding, Sign.APK)
    for segment in _SHOWN.split(rest[:REST_MAX].partition("=")[0])[:INNER_MAX]:
        known = _known_at_start(segment, index)
        if known:
            door = index.hosts[known][0]
            whose = link.host or ""
            return suspicious(link.written, Sign.EMBEDS_KNOWN_HOST, door, known=known, host=whose)
    named = next((known for host in inner if (known := _known_host(host, index))), None)
    if named:
        finding = with_reason(finding, Sign.NAMES_KNOWN_HOST, known=named, host=link.host or "")
    return finding


def _known_at_start(segment: str, index: Index) -> str | None:
    """The known host with which a piece of a path begins (gdhy.gov.cn.html), or None."""
    labels = re.split(r"[^a-z0-9.\-]", bare(segment), maxsplit=1)[0].split(".")
    ends = (".".join(labels[:count]) for count in range(len(labels), 2, -1))
    return next((known for end in ends if (known := _known_host(end, index))), None)


def _is_official(host: str, index: Index) -> bool:
    in_ascii = to_ascii(host.rpartition("@")[2].partition(":")[0])
    return in_ascii is not None and (
        public_suffix(in_ascii) == GOV_CN or _known_host(in_ascii, index) is not None
    )


def _distance(one: str, other: str, at_most: int) -> int:
    return DamerauLevenshtein.distance(one, other, score_cutoff=at_most)


def _same_to_eye(one: str, other: str) -> bool:
    return one != other and host_skeleton(one) == host_skeleton(other)
