"""What a message offers or asks for: fees, touts, promises, secrets, private contacts.

Each clause is read by itself, and not where it denies something or warns of it (预约不收费).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from heli.channels.check.findings import Finding, suspicious, unknown
from heli.channels.check.lookalikes import skeleton
from heli.channels.check.phrases import (
    ASKED,
    CALLED_FALSE,
    DENIED,
    NO_TOPIC_NEEDED,
    NOT_PROMISED,
    OTHER_CODES,
    OTHER_COSTS,
    PATTERNS,
    TOPIC,
    WARNING,
    WARNING_END,
)
from heli.channels.check.signs import WEAK, Sign
from heli.channels.check.writing import HAN, Folded

_SENTENCE = re.compile(r"[^。！!\n；;]+")
_CLAUSE = re.compile(r"[^，,?？]+[?？]?")
_SPACED = re.compile(f"(?<![{HAN}])[{HAN}](?:[ \\t·.。_\\-*|丨/]{{1,2}}[{HAN}])+(?![{HAN}])")
_DENY_REACH = 10
_SHOWN_AROUND = 12


@dataclass(frozen=True)
class _Clause:
    start: int
    text: str
    seen: str


def judge_wording(text: Folded) -> list[Finding]:
    """What the wording of a text says, one finding a sign, where it stands first."""
    words, seen = _joined(text), skeleton(text.text)
    has_topic = bool(TOPIC.search(words))
    found: dict[Sign, Finding] = {}
    for clause in _clauses(words, seen):
        for sign, pattern in PATTERNS:
            if sign in found:
                continue
            match = pattern.search(clause.text) or pattern.search(clause.seen)
            if match is None or not _is_meant(sign, clause, match, words):
                continue
            if not has_topic and not NO_TOPIC_NEEDED.search(match[0]):
                continue
            found[sign] = _finding(sign, text, clause, match)
    return list(found.values())


def _joined(text: Folded) -> str:
    """The text with characters that stand one by one (内 部 号) drawn together; as long."""
    letters = list(text.text)
    for match in _SPACED.finditer(text.text):
        kept = [c for c in match[0] if re.match(f"[{HAN}]", c)]
        letters[match.start() : match.end()] = kept + [" "] * (len(match[0]) - len(kept))
    return "".join(letters)


def _clauses(words: str, seen: str) -> Iterator[_Clause]:
    for sentence in _SENTENCE.finditer(words):
        if WARNING.search(sentence[0]) and WARNING_END.search(sentence[0]):
            continue
        for clause in _CLAUSE.finditer(sentence[0]):
            said = clause[0].strip()
            if said:
                start = sentence.start() + clause.start() + clause[0].index(said)
                yield _Clause(start, said, seen[start : start + len(said)])


def _is_meant(sign: Sign, clause: _Clause, match: re.Match[str], whole: str) -> bool:
    """Whether the clause offers or asks it, and does not deny it, warn of it or ask about it."""
    before = clause.text[max(0, match.start() - _DENY_REACH) : match.start()]
    if DENIED.search(before) or CALLED_FALSE.search(clause.text):
        return False
    if re.search("不要|勿|不会|不得|别", clause.text[match.start() : match.end() + 6]):
        return sign is Sign.PROMISE
    if sign in (Sign.SECRET_ASKED, Sign.PRIVATE_CONTACT):
        other = (
            OTHER_CODES.search(clause.text) if sign is Sign.SECRET_ASKED else "公众号" in match[0]
        )
        return not other
    if ASKED.search(clause.text):
        return False
    if sign is Sign.FEE:
        return not OTHER_COSTS.search(clause.text) and "免费" not in clause.text
    if sign is Sign.PROMISE:
        is_quick = re.search("证|本$|好$", match[0]) and "冷静期" not in match[0]
        is_wedding = "结婚" in clause.text or ("结婚" in whole and "离婚" not in whole)
        if is_quick and is_wedding and not match[0].startswith(("代", "包")):
            return False
        return not NOT_PROMISED.search(clause.text) or "冷静期" in match[0]
    return True


def _finding(sign: Sign, text: Folded, clause: _Clause, match: re.Match[str]) -> Finding:
    start = clause.start + max(0, match.start() - _SHOWN_AROUND)
    end = clause.start + min(len(clause.text), match.end() + _SHOWN_AROUND)
    part = text.written(start, min(end, len(text.text))).strip()
    return unknown(part, sign) if sign in WEAK else suspicious(part, sign)
