"""How many people ask at this door at once, so that nobody waits for more when all are here."""

from __future__ import annotations

WINDOW_SECONDS = 0.5


class Crowd:
    """The most who were here at once in the last whole window of half a second.

    Of those who ask again as soon as they are answered, no more come once so many are here. Of
    people who come as they like, so many are here but for a moment.
    """

    def __init__(self) -> None:
        self._most = self._most_now = 0
        self._ends = 0.0

    def is_whole(self, here: int, *, now: float) -> bool:
        """Whether as many are here as there were at most. now: by any clock, in seconds."""
        if now >= self._ends:
            self._most, self._most_now = self._most_now, 0
            self._ends = now + WINDOW_SECONDS
        self._most_now = max(self._most_now, here)
        return here == self._most
