"""What is found of one part of a text, before all parts are weighed together."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.functional import Promise

from heli.channels.check.known import KnownDoor
from heli.channels.check.signs import WEAK, Sign, reason
from heli.channels.check.verdicts import Reason, Verdict

RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


@dataclass(frozen=True)
class Finding:
    """The verdict on one part, with the reasons. door: what it is, or what it resembles."""

    part: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    door: KnownDoor | None = None

    @property
    def weak_signs(self) -> frozenset[str]:
        """The signs in it that count only together with another one."""
        return frozenset(found.code for found in self.reasons if found.code in WEAK)


def official(part: str, sign: Sign, door: KnownDoor | None, **words: str | Promise) -> Finding:
    """It is what it seems to be."""
    return Finding(part, Verdict.OFFICIAL, (reason(sign, part, **words),), door)


def unknown(part: str, sign: Sign, **words: str | Promise) -> Finding:
    """Nobody can tell from this alone."""
    return Finding(part, Verdict.UNKNOWN, (reason(sign, part, **words),))


def suspicious(
    part: str, sign: Sign, door: KnownDoor | None = None, **words: str | Promise
) -> Finding:
    """It pretends to be something. door: what it resembles."""
    return Finding(part, Verdict.SUSPICIOUS, (reason(sign, part, **words),), door)


def with_reason(finding: Finding, sign: Sign, **words: str | Promise) -> Finding:
    """The same finding with one more reason."""
    return replace(finding, reasons=(*finding.reasons, reason(sign, finding.part, **words)))
