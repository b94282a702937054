"""Names of accounts, programs and offices: a known one, a near-miss of one, or neither."""

from __future__ import annotations

import re

from rapidfuzz.distance import DamerauLevenshtein

from heli.channels.check.canonical import canonical, has_odd_spaces, letters_only, written_plainly
from heli.channels.check.findings import Finding, official, suspicious, unknown, with_reason
from heli.channels.check.index import Index, is_generic
from heli.channels.check.known import KnownDoor
from heli.channels.check.lookalikes import Likeness, skeleton, stands_for
from heli.channels.check.regional import is_regional, same_place, split_regions
from heli.channels.check.signs import Sign
from heli.channels.check.warnings import warned
from heli.channels.check.words import name_words
from heli.channels.check.writing import is_hidden, made_of
from heli.channels.kinds import ALTERNATIVES, Kind

_DRESSED_MAX = 40  # characters of a name and what a fake adds; in longer ones nothing is looked for
_ADDED_MAX = 2  # whatever it says, so little added to a known name makes a near-miss
_ENQUIRY = re.compile(
    "(?:的)?(?:电话|地址|上班时间|工作时间|时间|位置|在哪|几点|怎么|如何|怎样|可以|能不能|是不是|吗|流程|材料|官方微博"
    "|需要|照相|周末|附近|路线|公交|地铁|停车|下载|登录|打不开|是什么|真的|假的|有没有|投诉|热线).*"
)
_NEAR_MIN, _NEAR_LONG = 4, 8
# A name that anybody could have, claiming to be the one.
_CLAIM = re.compile(
    "官方|官网|认证|正版|唯一|加急|快速|极速|代办|助手|入口|通道|vip|抢", re.IGNORECASE
)
_FOR_MONEY = re.compile("代办|代理|代约|代抢|代排|代领|加急|vip|抢号|极速|快速通道")


def judge_name(written: str, index: Index, region: str | None = None) -> Finding:
    """What a name is. It may stand in quotes or be followed by what it is of (小程序, 官网)."""
    name = canonical(written)
    fake = index.fake_names.get(name) or index.fake_names.get(letters_only(name))
    if fake:
        return warned(written, fake)
    known = _known(name, index)
    if known:
        return _judge_known(written, name, known, index, region)
    if name not in index.generic and is_generic(name) and _CLAIM.search(written):
        claimed = _added(written, name, index)
        if claimed:
            return claimed
    if name in index.generic or is_generic(name):
        odd = _odd(written, name) if name in index.generic else None
        return odd or unknown(written, Sign.GENERIC_NAME, name=name)
    if is_regional(name, index.regions):
        return unknown(written, Sign.REGIONAL_NAME, name=name)
    return _judge_strange(written, name, index)


def may_be_known(written: str, index: Index) -> bool:
    """Whether a piece of a text is a known name, or looks like one: quick, for many pieces."""
    name = canonical(written)
    return (
        name in index.names
        or name in index.fake_names
        or skeleton(name) in index.skeletons
        or letters_only(name) in index.letters
    )


def _known(name: str, index: Index) -> list[KnownDoor]:
    """The doors of a name, also where the names of the regions around it stand before it."""
    doors = index.names.get(name)
    if doors:
        return doors
    for reading in split_regions(name, index.regions):
        inside = [
            door
            for door in index.names.get(reading.rest, [])
            if door.kind in ALTERNATIVES and same_place(reading.codes[-1], door.region)
        ]
        if inside:
            return inside
    return []


def _judge_known(
    written: str, name: str, doors: list[KnownDoor], index: Index, region: str | None
) -> Finding:
    door = index.nearest(doors, region)
    odd = _odd(written, index.shown_name(name), door)
    if odd:
        return odd
    shown = index.shown_name(name) if name in index.names else door.name
    finding = official(written, Sign.KNOWN_NAME, door, name=shown)
    halls = {other.region for other in doors if other.kind in ALTERNATIVES}
    if len(halls) > 1 and door.kind in ALTERNATIVES:
        finding = with_reason(finding, Sign.SEVERAL_OF_THIS_NAME)
    is_account = door.kind not in ALTERNATIVES and door.kind is not Kind.GOVERNMENT_WEBSITE
    if door.operator and is_account and canonical(door.operator) != name:
        finding = with_reason(finding, Sign.CHECK_SUBJECT, operator=door.operator)
    return finding


def _odd(written: str, name: str, door: KnownDoor | None = None) -> Finding | None:
    """A right name with something between its characters, or None."""
    inner = written.strip().strip("\ufeff\u200b\u200e\u200f\u2060")
    if any(is_hidden(c) for c in inner[:-1]):
        return suspicious(written, Sign.HIDDEN_CHARACTERS, door, name=name)
    is_address = door is not None and door.kind in ALTERNATIVES
    if has_odd_spaces(written) and not is_address:
        return suspicious(written, Sign.ODD_SPACES, door, name=name)
    return None


def _judge_strange(written: str, name: str, index: Index) -> Finding:
    """A name that the directory does not hold: an imitation, or simply another one."""
    lookalike = _lookalike_and_more(written, name, index)
    if lookalike:
        return lookalike
    bare = letters_only(name)
    if bare != name and bare in index.letters:
        real = index.letters[bare]
        return suspicious(
            written, Sign.ODD_SPACES, index.names[real][0], name=index.shown_name(real)
        )
    added = _added(written, name, index)
    contains = added is not None and added.reasons[0].code == Sign.CONTAINS_NAME
    return (
        (None if contains else added)
        or _sold(written, name, index)
        or _near(written, name, index)
        or added
        or unknown(written, Sign.NOT_LISTED, name=written_plainly(written) or name)
    )


def _sold(written: str, name: str, index: Index) -> Finding | None:
    """A region's office with words that no office has in its name (南京民政局代办), or None."""
    for end in range(len(name) - 1, 3, -1):
        rest = name[end:]
        if made_of(rest, name_words().added) and is_regional(name[:end], index.regions):
            if not _FOR_MONEY.search(rest):
                return None
            return suspicious(written, Sign.ADDED_WORDS, None, name=name[:end], added=rest)
    return None


def _lookalike(written: str, name: str, index: Index) -> Finding | None:
    """A known name with characters replaced by others that look or sound like them."""
    for real in index.by_length.get(len(name), ()):
        swapped = _swapped(name, real)
        if swapped:
            one, other, how = swapped
            sign = Sign.LOOKALIKE_CHARACTER if how is Likeness.SHAPE else Sign.SOUNDALIKE_CHARACTER
            return suspicious(written, sign, _door(real, index), one=one, other=other)
    return None


def _lookalike_and_more(written: str, name: str, index: Index) -> Finding | None:
    """As `_lookalike`, the name alone or between words that fakes add (粤省亊官方代办)."""
    if len(name) > _DRESSED_MAX:
        return _lookalike(written, name, index)
    added = name_words().added
    starts = [at for at in range(len(name)) if not at or made_of(name[:at], added)]
    ends = [at for at in range(len(name), 0, -1) if at == len(name) or made_of(name[at:], added)]
    for start in starts:
        for end in ends:
            piece = name[start:end]
            is_other = piece in index.names or is_regional(piece, index.regions)
            if piece != name and (len(piece) < 3 or is_other):
                continue
            lookalike = _lookalike(written, piece, index)
            if lookalike:
                return lookalike
    return None


def _swapped(name: str, real: str) -> tuple[str, str, Likeness] | None:
    """The first character that stands for another one, where all others are right."""
    first: tuple[str, str, Likeness] | None = None
    right = 0
    for one, other in zip(name, real, strict=True):
        if one == other:
            right += 1
            continue
        how = stands_for(one, other)
        if how is None:
            return None
        first = first or (one, other, how)
    is_short_sound = first is not None and first[2] is Likeness.SOUND and right * 2 < len(name)
    return None if is_short_sound else first


def _door(name: str, index: Index) -> KnownDoor:
    doors = index.names.get(name)
    return doors[0] if doors else index.generic[name]


def _added(written: str, name: str, index: Index) -> Finding | None:
    """A known name with words before, after or inside it."""
    for real in (*index.longest_first, *index.generic):
        before, found, after = name.partition(real)
        if not found or len(real) < 3:
            continue
        rest = before + after
        if (before in index.regions or not before) and (after in index.regions or not after):
            return unknown(written, Sign.REGIONAL_NAME, name=name)
        if _ENQUIRY.fullmatch(after) and not before:
            return unknown(written, Sign.MENTIONED, name=index.shown_name(real))
        if rest == "官方" and after and name != "".join(written_plainly(written).split()):
            return unknown(written, Sign.MENTIONED, name=index.shown_name(real))  # 官方小程序
        is_addition = made_of(rest, name_words().added)
        if real in index.generic and not _CLAIM.search(written):
            continue
        if is_addition or (real in index.names and len(rest) <= _ADDED_MAX):
            return suspicious(
                written,
                Sign.ADDED_WORDS,
                _door(real, index),
                name=index.shown_name(real),
                added="…".join(part for part in (before, after) if part),
            )
        if real in index.names:
            contained = unknown(written, Sign.CONTAINS_NAME, name=index.shown_name(real))
            return _sold(written, name, index) or contained
    return None


def _near(written: str, name: str, index: Index) -> Finding | None:
    """A known name with a character or two changed, dropped, doubled or exchanged."""
    slips = 2 if len(name) >= _NEAR_LONG else 1
    best: tuple[int, str] | None = None
    for length in range(len(name) - slips, len(name) + slips + 1):
        for real in index.by_length.get(length, ()):
            distance = DamerauLevenshtein.distance(name, real, score_cutoff=slips)
            if distance <= slips and (best is None or distance < best[0]):
                best = (distance, real)
    if best is None:
        return None
    real, shown = best[1], index.shown_name(best[1])
    if len(real) >= _NEAR_MIN or _is_doubled(name, real):
        return suspicious(written, Sign.NEAR_NAME, _door(real, index), name=shown)
    if len(real) == 3 and best[0] == 1:
        return unknown(written, Sign.SHORT_NAME_NEAR, name=shown)
    return None


def _is_doubled(name: str, real: str) -> bool:
    """Whether a name is a short known one with a character twice, or two of them exchanged."""
    return re.sub(r"(.)\1", r"\1", name) == real or sorted(name) == sorted(real)
