"""What is to go wrong: scripted for a path, so many times."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Fault:
    """A fault that waits for its call.

    path: of the call without its prefix, such as /cgi-bin/stable_token, or for Tencent Cloud the
    action; "sms" or "sms NUMBER" is what becomes of a short message; "*" is any call. errcode: the
    refusal to give; for Tencent Cloud a word. status: the HTTP status to answer, with a page nobody
    wants. body: what to answer instead of JSON. delay: seconds to wait first. cut: whether the
    connection breaks without an answer. after: whether the call is done all the same and only its
    answer gets lost. times: how often; None is always.
    """

    path: str
    errcode: int | str | None = None
    errmsg: str | None = None
    status: int | None = None
    body: str | None = None
    delay: float = 0.0
    cut: bool = False
    after: bool = False
    times: int | None = 1


@dataclass
class Faults:
    """All that are scripted, first come first served."""

    waiting: list[Fault] = field(default_factory=list)

    def next_for(self, path: str) -> Fault | None:
        """The fault that this call meets; it is one fewer then."""
        for fault in self.waiting:
            if fault.path == path or (fault.path == "*" and not path.startswith("sms")):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times < 1:
                        self.waiting.remove(fault)
                return fault
        return None

    def document(self) -> list[dict[str, Any]]:
        """What still waits."""
        return [asdict(fault) for fault in self.waiting]
