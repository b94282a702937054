"""Splits a text into what can be judged: links, telephone numbers, names, subjects, wording."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from heli.channels.check.canonical import KIND_AFTER, canonical, written_plainly
from heli.channels.check.findings import Finding, suspicious, unknown
from heli.channels.check.hosts import bare, judge_link
from heli.channels.check.index import Index
from heli.channels.check.links import find_links, parse_link
from heli.channels.check.mentions import find_mentions
from heli.channels.check.names import judge_name, may_be_known
from heli.channels.check.phones import find_phones
from heli.channels.check.phrases import TOPIC
from heli.channels.check.signs import Sign, reason
from heli.channels.check.subjects import find_claims, judge_subjects
from heli.channels.check.suffixes import GOV_CN, public_suffix
from heli.channels.check.verdicts import Verdict
from heli.channels.check.wording import judge_wording
from heli.channels.check.writing import HAN, Folded, shorten

NAME_MAX = 40
_SAYS_LITTLE = (Sign.MENTIONED, Sign.GENERIC_NAME)
PARTS_MAX = 100  # of one kind in one text
_ENDS = re.compile(r"[。！!？?；;，,\n\r：:、…]")
_TALK = re.compile(
    "怎么|如何|[吗呢吧]$|什么|哪[里个儿些]|可以|能不能|能否|是不是|请|已经?|想|需要|应该|谁|多少|几点|为什么|[你您]|我(?!的)|[他她]们?"
    "|^(?:在|去|用|打开|进入|登[录陆]|下载|搜索?|关注|通过|使用|微信搜索?|支付宝搜索?)|(?:下载|注册|搜索)$|必须|今天|明天|昨天|不能|不会|没有|收到|发来|说是|有人|给我|让我|叫我"
)
_SEGMENT = re.compile(r"[^\n\r，,。；;、！!？?：:(){}|\t]+")
_QUOTED = re.compile(
    r"「([^「」\n]{2,40})」|『([^『』\n]{2,40})』|《([^《》\n]{2,40})》|【([^【】\n]{2,40})】|“([^“”\n]{2,40})”"
    r"|\"([^\"\n]{2,40})\"|‘([^‘’\n]{2,40})’|\[([^\[\]\n]{2,40})\]"
)
_KIND = "(?:小程序|公众号|服务号|订阅号|app|客户端|软件|平台|网站|官网)"
_BEFORE_NAME = re.compile(
    f"(?:{_KIND}|搜索?|关注|下载|名称|名为|名叫|账号|帐号|打开|进入)(?:是|为|叫|一下)?[:： ]*$"
)
_AFTER_NAME = re.compile(f"^ {{0,2}}(?:的?官方)?(?:微信|支付宝)?{_KIND}")
_AFTER_WORD = re.compile(
    "(?:公众号|小程序|服务号|订阅号|app|搜索|搜|关注|下载|名称)(?:名称|名字|是|为|叫)?"
    "[:：/ ]{0,4}([\\w·]{2,30})"
)
_END_OF_NAME = re.compile(f"(?:的?官方)?(?:微信|支付宝)?{_KIND}")
_RUN = re.compile(f"[^{HAN}。，、；！？]{{5,100}}")


@dataclass(frozen=True)
class Parts:
    """What was found. is_name: the whole text is one name."""

    findings: list[Finding]
    is_name: bool


def judge_parts(text: Folded, index: Index, region: str | None) -> Parts:
    """Judge every part of a text that can be judged."""
    links = find_links(text)
    findings = [_in_context(judge_link(f.link, index, region), text) for f in links[:PARTS_MAX]]
    findings += _spaced_hosts(text, index)
    words = text.without([(found.start, found.end) for found in links])
    phones = find_phones(words, index)
    findings += [finding for _start, _end, finding in phones[:PARTS_MAX]]
    words = words.without([(start, end) for start, end, _finding in phones])
    if not links and not phones and _is_name(words, index):
        return Parts([*findings, *_judge_as_name(words, index, region)], True)
    claims = find_claims(words)
    names = _names(words.without([claim.span() for claim in claims]), index, region)
    findings += [*names, *judge_subjects(claims, words, names, index), *judge_wording(words)]
    if max(len(links), len(phones), len(names)) > PARTS_MAX:
        findings.append(unknown(shorten(text.source), Sign.TOO_MANY_PARTS))
    # What is only mentioned, or anybody's, says nothing beside a part that can be judged.
    findings = [f for f in findings if f.reasons[0].code not in _SAYS_LITTLE] or findings
    return Parts(findings, False)


def _judge_as_name(text: Folded, index: Index, region: str | None) -> list[Finding]:
    name, wording = judge_name(text.source.strip(), index, region), judge_wording(text)
    is_nothing = name.reasons[0].code == Sign.NOT_LISTED
    return wording if wording and is_nothing else [name, *wording]


def _in_context(finding: Finding, text: Folded) -> Finding:
    """A site with another ending counts as a weak sign where the text speaks of official things."""
    is_other = any(found.code == Sign.DOMAIN_OTHER_SUFFIX for found in finding.reasons)
    if not is_other or not TOPIC.search(text.text):
        return finding
    claim = reason(Sign.OTHER_SUFFIX_FOR_OFFICE, finding.part, host=finding.part)
    others = (found for found in finding.reasons if found.code != Sign.DOMAIN_OTHER_SUFFIX)
    return replace(finding, reasons=(claim, *others))


def _is_name(text: Folded, index: Index) -> bool:
    """Whether the whole text is one name: short, one line, no sentence."""
    words = text.text.strip()
    plain = written_plainly(words)
    if not plain or len(words) > NAME_MAX:
        return False
    name = canonical(words)
    if name in index.names or name in index.generic:
        return True
    return not _ENDS.search(plain) and not _TALK.search(plain)


def _names(text: Folded, index: Index, region: str | None) -> list[Finding]:
    """The names in a message, each once."""
    found: dict[str, Finding] = {}
    for written, is_told in _candidates(text):
        name = canonical(written)
        if not name or name in found or not (is_told or may_be_known(written, index)):
            continue
        finding = judge_name(written, index, region)
        if is_told or _stands_alone(finding):
            found[name] = finding
        if len(found) > PARTS_MAX:
            break
    for finding in find_mentions(text, index, region):
        name = canonical(finding.part)
        if name not in found or finding.verdict is Verdict.SUSPICIOUS:
            found[name] = finding
    return list(found.values())


def _stands_alone(finding: Finding) -> bool:
    """Whether a piece of a message is a name, though nothing says so."""
    codes = {reason.code for reason in finding.reasons}
    return bool(
        codes
        & {
            Sign.KNOWN_NAME,
            Sign.LOOKALIKE_CHARACTER,
            Sign.HIDDEN_CHARACTERS,
            Sign.ODD_SPACES,
            Sign.PUBLISHED_WARNING,
        }
    )


def _candidates(text: Folded) -> Iterator[tuple[str, bool]]:
    """What may be a name, and whether the text says that it is one."""
    for match in _QUOTED.finditer(text.text):
        group = match.lastindex or 0
        before = text.text[max(0, match.start() - 10) : match.start()]
        after = text.text[match.end() : match.end() + 12]
        is_told = bool(_BEFORE_NAME.search(before) or _AFTER_NAME.search(after))
        is_told = is_told or bool(KIND_AFTER.search(match[group]))
        is_signature = match[0].startswith("【") and not is_told
        if not is_signature:  # anybody can sign with any name
            yield text.written(*match.span(group)), is_told
    for match in _AFTER_WORD.finditer(text.text):
        start, end = match.span(1)
        kind = _END_OF_NAME.search(match[1])
        if kind and kind.start() >= 2:
            yield text.written(start, start + kind.start()), True
        elif len(match[1].strip()) <= 16:
            yield text.written(start, end), False
    for match in _SEGMENT.finditer(text.text):
        is_sender = text.text[match.end() : match.end() + 1] in (":", "：")
        if 2 <= len(match[0].strip()) <= NAME_MAX and not is_sender:
            yield text.written(*match.span()).strip(), False


def _spaced_hosts(text: Folded, index: Index) -> list[Finding]:
    """A known host with spaces between its characters: what stands before them would be lost."""
    for run in _RUN.finditer(text.text):
        words = run[0].strip()
        if "." not in words or len(words.split()) < 2:
            continue
        link = parse_link(words, "http://" + re.sub(r"^https?:/*", "", "".join(words.split())))
        host = bare(link.ascii) if link.ascii else ""
        last = bare(words.split()[-1])
        if host in index.hosts or (public_suffix(host) == GOV_CN and last != host):
            door = index.hosts[host][0] if host in index.hosts else None
            return [suspicious(words, Sign.ODD_SPACES, door, name=host)]
    return []
