"""A way that does not answer is left alone for a while.

Each call waits for seconds, and the worker has a few hands only: with a backlog of notices an
outage would keep it from everything else it has to do. So each process remembers for a moment
that a way was silent, and takes the next notices for it as tried: surely not sent.
"""

from __future__ import annotations

import time

from heli.notices.ways import Answer, Said

SECONDS = 5.0

_until: dict[str, float] = {}  # by the monotonic clock of this process


def answer_of(way: str) -> Answer | None:
    """The answer in place of a call, while the way is left alone; None: it may be called."""
    if time.monotonic() < _until.get(way, 0.0):
        return Answer(Said.LATER, "silent a moment ago")
    return None


def remember(way: str, answer: Answer) -> None:
    """Leave the way alone where nobody answered."""
    if answer.is_silence:
        _until[way] = time.monotonic() + SECONDS


def forget() -> None:
    """Call every way again, for tests."""
    _until.clear()
