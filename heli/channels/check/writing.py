"""How a text is written: what can be seen of it, and where each character stood."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Draw nothing, though their category does not say so: fillers, variation selectors, joiners.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0]")
HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff〇"
SHOWN_MAX = 40
EXPANDED_MAX = 4  # some single characters stand for whole sentences


@lru_cache(maxsize=4096)
def is_hidden(character: str) -> bool:
    """Whether a character cannot be seen and takes no room: zero width, control, lone surrogate."""
    if character in "\t\n\r":
        return False
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Cn"):
        return True
    return bool(_UNSEEN.match(character)) or "\U000e0100" <= character <= "\U000e01ef"


def visible(text: str) -> str:
    """The text without what cannot be seen."""
    return text if text.isascii() and text.isprintable() else _without_hidden(text)


def _without_hidden(text: str) -> str:
    return "".join(character for character in text if not is_hidden(character))


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    if is_hidden(character):
        return ""
    folded = unicodedata.normalize("NFKC", character).lower()
    return folded if len(folded) <= EXPANDED_MAX else character


@dataclass(frozen=True)
class Folded:
    """A text in one way of writing, small letters, nothing hidden; `at` tells the old places."""

    text: str
    at: tuple[int, ...]
    source: str

    def written(self, start: int, end: int) -> str:
        """The words between two places of the folded text, as they were written."""
        if start >= end:
            return ""
        return self.source[self.at[start] : self.at[end - 1] + 1]

    def without(self, spans: list[tuple[int, int]]) -> Folded:
        """The same with blanks where the spans are."""
        letters = list(self.text)
        for start, end in spans:
            letters[start:end] = " " * (end - start)
        return Folded("".join(letters), self.at, self.source)


def fold(text: str) -> Folded:
    """Bring a text into one way of writing (NFKC character by character, small letters)."""
    letters: list[str] = []
    at: list[int] = []
    for place, character in enumerate(text):
        for letter in character.lower() if character.isascii() else _folded(character):
            if not is_hidden(letter):
                letters.append(letter)
                at.append(place)
    return Folded("".join(letters), tuple(at), text)


def shorten(words: str) -> str:
    """Somebody's own words for a sentence: one line, at most 40 characters, nothing hidden.

    >>> shorten("粤省事\\n\\u202e小程序")
    '粤省事 小程序'
    """
    line = " ".join(_without_hidden(words).split())
    return line if len(line) <= SHOWN_MAX else line[: SHOWN_MAX - 1] + "…"


def is_width_form(character: str) -> bool:
    """Whether a character is only a full-width or half-width way to write an ordinary one."""
    return "\uff00" <= character <= "\uffee" or character == "\u3000"


def made_of(text: str, words: frozenset[str]) -> bool:
    """Whether a text is one or more of the words and nothing else, in time that grows with it.

    >>> made_of("官网官网", frozenset({"官", "官网"})), made_of("", frozenset({"官"}))
    (True, False)
    """
    longest = max(map(len, words))
    ends = {0}
    for start in range(len(text)):
        if start in ends:
            pieces = (text[start : start + length] for length in range(1, longest + 1))
            ends |= {start + len(piece) for piece in pieces if piece in words}
    return bool(text) and len(text) in ends
