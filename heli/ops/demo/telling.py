"""How the story is told: on the terminal in Chinese with English beneath, or as one document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

import segno
from django.utils import translation

from heli.ground.words import day_in_words, moment_in_words


@dataclass(frozen=True)
class Both:
    """The same in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True)
class Step:
    """One step of the story: its name, what was said of it, and the HTTP status it ended with."""

    name: str
    said: str
    said_in_english: str
    status: int


@dataclass
class Teller:
    """Keeps the steps and says each of them. say: takes a line for people, or throws it away."""

    say: Callable[[str], None]
    steps: list[Step] = field(default_factory=list)

    def begin(self, today: date) -> None:
        """The headline. today: business time, in Shanghai."""
        day = in_both(lambda: day_in_words(today, today=today))
        self.say(f"和离演示 Heli demo · {day.zh} · {day.en}")
        self.say("人物和登记处都是虚构的。 The people and their office are fictional.")

    def chapter(self, zh: str, en: str) -> None:
        """A heading above some steps."""
        self.say("")
        self.say(f"── {zh} · {en}")

    def step(self, name: str, status: int, said: Both, *more: Both | str) -> None:
        """A step is done. more: lines below it, for people only."""
        self.steps.append(Step(name, said.zh, said.en, status))
        self.say("")
        for lines in (said, *more):
            for line in (lines.zh, lines.en) if isinstance(lines, Both) else (lines,):
                self.say(f"   {line}".rstrip())

    def document(self) -> list[dict[str, str | int]]:
        """The steps as they stand in the JSON document."""
        return [asdict(step) for step in self.steps]


def in_both(words: Callable[[], str]) -> Both:
    """What `words` says in Chinese and in English."""
    with translation.override("zh-hans"):
        zh = words()
    with translation.override("en"):
        return Both(zh, words())


def day_of(text: str, today: date) -> Both:
    """A day of an answer, in words."""
    return in_both(lambda: day_in_words(date.fromisoformat(text), today=today))


def moment_of(text: str, today: date) -> Both:
    """A moment of an answer, in words."""
    return in_both(lambda: moment_in_words(datetime.fromisoformat(text), today=today))


def drawn(text: str) -> list[str]:
    """A QR code of half blocks that a telephone reads from a terminal with a dark ground."""
    rows = [list(row) for row in segno.make(text, error="l").matrix_iter(border=2)]
    if len(rows) % 2:
        rows.append([1] * len(rows[0]))
    blocks = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}  # a light module is drawn
    return [
        "".join(blocks[upper, lower] for upper, lower in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    ]


def silent(_line: str) -> None:
    """Says nothing."""


def aloud(line: str) -> None:
    """Says the line on the terminal; one that knows no Chinese gets question marks."""
    try:
        print(line, flush=True)
    except UnicodeEncodeError:
        print(line.encode("ascii", "replace").decode(), flush=True)
