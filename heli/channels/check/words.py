"""The words that tell an imitation and a name of anybody's, from heli/channels/data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent.parent / "data" / "name_words.yaml"


@dataclass(frozen=True)
class NameWords:
    """added: what imitators add to a known name. generic: what names no place and no body."""

    added: frozenset[str]
    generic: frozenset[str]


@cache
def name_words() -> NameWords:
    """The words, read once."""
    rows: dict[str, str] = yaml.safe_load(FILE.read_text("utf-8"))
    return NameWords(frozenset(rows["added"].split()), frozenset(rows["generic"].split()))
