"""The check itself: one text in, a verdict with reasons out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from heli.channels.check.findings import RANK, Finding
from heli.channels.check.index import Index, index_of
from heli.channels.check.known import Known
from heli.channels.check.links import whole_link
from heli.channels.check.parts import judge_parts
from heli.channels.check.signs import WEAK, Sign, reason
from heli.channels.check.verdicts import Judgement, Reason, Verdict
from heli.channels.check.writing import fold, shorten, visible
from heli.ground.refusals import FieldError, InvalidInput

TEXT_MAX = 10_000
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
REASONS_MAX = 8
_EMPTY = _("请填写要核对的名称、网址或整条消息。")
_TOO_LONG = _("内容太长，最多10,000个字符。请只粘贴要核对的部分。")
_NO_URL = _("这个网址不完整，或者写错了。请把完整的网址粘贴进来。")


def judge(text: str, known: Known, *, region: str | None = None) -> Judgement:
    """What a text is: a name, a link, a QR code's content, or a whole message.

    The verdict is the worst of its parts; weak signs count where two come together. region: a code;
    of several doors of one name the nearest to it is meant. Raises InvalidInput for a text that is
    empty, longer than 10,000 characters, or a link and nothing else that is none.
    """
    if len(text) > TEXT_MAX:
        raise InvalidInput(FieldError("text", _TOO_LONG))
    if not visible(text).strip():
        raise InvalidInput(FieldError("text", _EMPTY))
    folded = fold(_LONE_SURROGATE.sub("\ufffd", text))
    link = whole_link(folded)
    if link is not None and link.is_broken:
        raise InvalidInput(FieldError("text", _NO_URL))
    index: Index = index_of(known)
    parts = judge_parts(folded, index, region)
    if not parts.findings:
        part = shorten(folded.source)
        return Judgement(Verdict.UNKNOWN, part, None, (reason(Sign.NOTHING_TO_JUDGE, part),))
    return _weigh(parts.findings)


def _weigh(findings: list[Finding]) -> Judgement:
    """The worst part first; two different weak signs together are suspicious."""
    in_order = sorted(findings, key=_order)
    worst = in_order[0]
    reasons = _without_repeats(reason for found in in_order for reason in found.reasons)
    weak = {code for found in findings for code in found.weak_signs}
    if worst.verdict is not Verdict.SUSPICIOUS and len(weak) >= 2:
        first = next(found for found in in_order if found.weak_signs)
        reasons = sorted(reasons, key=lambda found: found.code not in WEAK)
        together = reason(Sign.SIGNS_TOGETHER, first.part)
        return Judgement(
            Verdict.SUSPICIOUS, first.part, None, (*reasons[: REASONS_MAX - 1], together)
        )
    return Judgement(worst.verdict, worst.part, worst.door, tuple(reasons[:REASONS_MAX]))


def _order(found: Finding) -> tuple[int, bool, bool]:
    is_warning = any(reason.code == Sign.PUBLISHED_WARNING for reason in found.reasons)
    return -RANK[found.verdict], not is_warning, not found.weak_signs


def _without_repeats(reasons: Iterable[Reason]) -> list[Reason]:
    return list({(found.code, found.part): found for found in reasons}.values())
