"""What the check answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

from heli.channels.check.known import KnownDoor


class Verdict(StrEnum):
    """What is thought of something, the worst last."""

    OFFICIAL = "official"
    UNKNOWN = "unknown"
    SUSPICIOUS = "suspicious"


@dataclass(frozen=True)
class Reason:
    """Why. code: stable (`signs.Sign`). text: a sentence for a layman, in Chinese, translated.

    part: the words of the text that it is about. source, as_of: who says that it is a sign, where
    somebody does.
    """

    code: str
    text: str | Promise
    part: str
    source: str | None = None
    as_of: str | None = None


@dataclass(frozen=True)
class Judgement:
    """The verdict on a text: the worst of its parts. part: that part, as it was written.

    door: the door of the directory that it is (official), or that it resembles (suspicious).
    reasons: of the worst part first; never empty.
    """

    verdict: Verdict
    part: str
    door: KnownDoor | None
    reasons: tuple[Reason, ...]
