"""What the check says of something that was pasted into the chat."""

from __future__ import annotations

from datetime import datetime

from heli.channels.check.signs import Sign
from heli.channels.check.verdicts import Judgement, Verdict
from heli.channels.checking import verify
from heli.channels.kinds import HOTLINE
from heli.ground.refusals import InvalidInput
from heli.wechat.pushes import words

REASONS_MAX = 3
REASON_CHARACTERS_MAX = 120


def checked(text: str, *, at: datetime) -> str | None:
    """The verdict with its reasons; None where there is nothing in it to judge.

    at: business time, UTC. Nothing of the text is stored.
    """
    try:
        judgement = verify(text, None, at=at)
    except InvalidInput:
        return None
    if all(reason.code == Sign.NOTHING_TO_JUDGE for reason in judgement.reasons):
        return None
    return "\n".join((*_verdict(judgement), _where_to_look(judgement)))


def _verdict(judgement: Judgement) -> list[str]:
    reasons = [
        _short(str(reason.text))
        for reason in judgement.reasons[:REASONS_MAX]
        if reason.code != Sign.NOT_LISTED  # what `UNKNOWN` says
    ]
    if judgement.verdict is Verdict.SUSPICIOUS:
        return [str(words.SUSPICIOUS), *(f"· {reason}" for reason in reasons)]
    if judgement.verdict is Verdict.UNKNOWN:
        return [str(words.UNKNOWN).format(phone=HOTLINE), *reasons]
    return [*reasons, str(words.ANY_DOOR)]


def _where_to_look(judgement: Judgement) -> str:
    path = "/channels" if judgement.verdict is Verdict.SUSPICIOUS else "/check"
    sentence = words.CHECK_MORE if judgement.verdict is Verdict.SUSPICIOUS else words.TELL_MORE
    return str(sentence).format(url=words.page(path))


def _short(sentence: str) -> str:
    if len(sentence) <= REASON_CHARACTERS_MAX:
        return sentence
    return sentence[: REASON_CHARACTERS_MAX - 1] + "…"
