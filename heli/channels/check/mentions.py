"""Known names inside running text, also where they are written with other characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from heli.channels.check.findings import Finding, suspicious, unknown
from heli.channels.check.index import Index
from heli.channels.check.lookalikes import skeleton
from heli.channels.check.names import judge_name
from heli.channels.check.regional import is_regional, split_regions
from heli.channels.check.signs import Sign
from heli.channels.check.verdicts import Verdict
from heli.channels.check.warnings import warned
from heli.channels.check.writing import HAN, Folded, is_hidden

MENTIONS_MAX = 20
_LEADS_TO = re.compile(
    "(?:搜索?|关注|打开|登[录陆]|进入|下载|通过|使用|在|用|上|到|访问|里"
    '|app|小程序|公众号|微信|支付宝|官方)[“「『"《【:： ]*$'
)
_IS_A = re.compile(
    '^[”」』"》】 ]*(?:的?官方)?(?:微信|支付宝)?'
    "(?:小程序|公众号|app|网站|官网|平台|客户端|搜索|首页|上|里|中|内|或|和)"
)
_ADDED_AFTER = re.compile(
    "^[ ·\\-]?(?:代办|代约|代抢|代理|助手|官方版|极速版|专业版|加急|vip|内部|抢号"
    "|快速通道|绿色通道|帮办)"
)
_SPELLED = re.compile(f"[{HAN}a-z](?:[ \\t·.。_\\-*|]{{1,2}}[{HAN}]){{2,}}")


def find_mentions(text: Folded, index: Index, region: str | None) -> list[Finding]:
    """Known names in a message. Written right they are official only where they are named as the
    way to go; else they are merely mentioned."""
    found = [*_warned(text, index), *_lookalikes(text, index), *_spelled_out(text, index)]
    mentioned: list[Finding] = []
    for start, end, name in _literal(text.text, index):
        finding = _judge_mention(text, start, end, name, index, region)
        (mentioned if finding.reasons[0].code == Sign.MENTIONED else found).append(finding)
    return found or mentioned[:1]


def _literal(words: str, index: Index) -> Iterator[tuple[int, int, str]]:
    """Where known names stand, the longest first, none inside another."""
    taken = words
    count = 0
    for name in index.longest_first:
        start = taken.find(name)
        if start < 0:
            continue
        taken = taken.replace(name, "\x00" * len(name))
        yield start, start + len(name), name
        count += 1
        if count >= MENTIONS_MAX:
            return


def _judge_mention(
    text: Folded, start: int, end: int, name: str, index: Index, region: str | None
) -> Finding:
    written = text.written(start, end)
    if any(is_hidden(c) for c in written):
        door = index.nearest(index.names[name], region)
        return suspicious(written, Sign.HIDDEN_CHARACTERS, door, name=index.shown_name(name))
    added = _ADDED_AFTER.match(text.text[end : end + 8])
    if added:
        longer = judge_name(text.written(start, end + added.end()), index, region)
        if longer.verdict is Verdict.SUSPICIOUS:
            return longer
    before, after = text.text[max(0, start - 8) : start], text.text[end : end + 10]
    if any(is_regional(name + after[:more], index.regions) for more in range(1, len(after) + 1)):
        return unknown(written, Sign.MENTIONED, name=index.shown_name(name))  # 广东民政局
    if _LEADS_TO.search(before) or _IS_A.search(after):
        return judge_name(written, index, region)
    return unknown(written, Sign.MENTIONED, name=index.shown_name(name))


def _lookalikes(text: Folded, index: Index) -> list[Finding]:
    """Known names with characters that only look like theirs."""
    seen = skeleton(text.text)
    if seen == text.text and text.text == text.source.lower():
        return []
    found: list[Finding] = []
    for shape, name in index.skeletons.items():
        start = seen.find(shape)
        while start >= 0:
            end = start + len(shape)
            finding = _judge_lookalike(text, start, end, name, index)
            if finding:
                found.append(finding)
                break
            start = seen.find(shape, end)
        if len(found) >= MENTIONS_MAX:
            break
    return found


def _judge_lookalike(text: Folded, start: int, end: int, name: str, index: Index) -> Finding | None:
    written = text.written(start, end)
    if text.text[start:end] == name and not any(_is_radical(c) for c in written):
        return None
    if split_regions(text.text[start : start + 15], index.regions):
        return None  # another real place (秦州民政, 泰州民政)
    before, after = text.text[max(0, start - 8) : start], text.text[end : end + 10]
    pairs = zip(text.text[start:end], name, strict=True)
    if not (
        any(one != other and _is_rare(one) for one, other in pairs)
        or any(_is_radical(c) for c in written)
        or _LEADS_TO.search(before)
        or _IS_A.search(after)
    ):
        return None
    finding = judge_name(written, index)
    return finding if finding.verdict is Verdict.SUSPICIOUS else None


def _is_rare(character: str) -> bool:
    """Whether a character is not among the 3755 that everybody uses (GB 2312, level 1)."""
    code = character.encode("gb2312", errors="ignore")
    return len(code) != 2 or not 0xB0 <= code[0] <= 0xD7


def _is_radical(character: str) -> bool:
    return "\u2e80" <= character <= "\u2fdf" or "\uf900" <= character <= "\ufaff"


def _spelled_out(text: Folded, index: Index) -> list[Finding]:
    """Known names with something between all of their characters (粤 省 事)."""
    found: list[Finding] = []
    for run in _SPELLED.finditer(text.text):
        drawn = re.sub(r"[ \t·.。_\-*|]", "", run[0])
        name = next((name for name in index.longest_first if name in drawn), None)
        if name and name not in run[0]:
            door = index.names[name][0]
            written = text.written(*run.span())
            found.append(suspicious(written, Sign.ODD_SPACES, door, name=index.shown_name(name)))
        if len(found) >= MENTIONS_MAX:
            break
    return found


def _warned(text: Folded, index: Index) -> list[Finding]:
    drawn = "".join(text.text.split())
    return [
        warned(fake.name or name, fake)
        for name, fake in index.fake_names.items()
        if len(name) >= 3 and name in drawn
    ]
