"""The word people give on their data: what they were told, and that they said yes.

The check of who somebody is may go on elsewhere. The word is noted when it is given, under the
number of the check, and becomes the person's once the check has found who that is.
"""

from __future__ import annotations

import tomllib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from django.db import connection
from django.utils.translation import get_language

from heli.ground import clock
from heli.identity.verified import VerifiedIdentity
from heli.keeping.models import DataConsent

_SETTLE = """
UPDATE keeping_dataconsent AS word SET person = v.person
  FROM identity_verification AS v
 WHERE word.person IS NULL AND v.id = word.verification AND v.state = 'passed'
"""
TEXTS = Path(__file__).resolve().parent / "data" / "consents.toml"


class Purpose(StrEnum):
    """What a word is about. SENSITIVE is asked for by an act of its own."""

    BOOKING = "booking"
    SENSITIVE = "sensitive"


@dataclass(frozen=True, kw_only=True)
class ConsentText:
    """What people are told of one purpose. shown_from: the first day, in Shanghai."""

    purpose: Purpose
    version: str
    shown_from: date
    title_zh: str
    title_en: str
    body_zh: tuple[str, ...]
    body_en: tuple[str, ...]

    @property
    def title(self) -> str:
        """The title in the active language."""
        return self.title_en if is_english() else self.title_zh

    @property
    def body(self) -> tuple[str, ...]:
        """The paragraphs in the active language."""
        return self.body_en if is_english() else self.body_zh


def is_english() -> bool:
    """Whether the active language is English; every other reader gets Chinese."""
    return (get_language() or "").startswith("en")


@cache
def texts() -> tuple[ConsentText, ...]:
    """Every text there ever was, the oldest of each purpose first."""
    rows = tomllib.loads(TEXTS.read_text(encoding="utf-8"))["text"]
    read = [
        ConsentText(
            **{
                **row,
                "purpose": Purpose(row["purpose"]),
                "body_zh": tuple(row["body_zh"]),
                "body_en": tuple(row["body_en"]),
            }
        )
        for row in rows
    ]
    return tuple(sorted(read, key=lambda text: (text.purpose, text.shown_from)))


def current_texts() -> dict[str, ConsentText]:
    """The text of each purpose that is shown now, by real time: the latest that has begun."""
    today = clock.day_of(clock.real_now())
    begun = [text for text in texts() if text.shown_from <= today]
    return {text.purpose.value: text for text in begun or texts()}


def note_word(
    purposes: Iterable[Purpose],
    *,
    by: VerifiedIdentity | None = None,
    verification: uuid.UUID | None = None,
) -> None:
    """Record that somebody agreed to the current texts, in the active language.

    by: who, where that is known; else verification: the check that has begun with it.
    """
    shown, now = current_texts(), clock.real_now()
    DataConsent.objects.bulk_create(
        DataConsent(
            id=uuid.uuid4(),
            purpose=purpose,
            text_version=shown[purpose].version,
            language="en" if is_english() else "zh",
            person=by.person if by else None,
            verification=verification,
            given_at=now,
        )
        for purpose in purposes
    )


def settle_words() -> None:
    """Words that were noted for a check become the person's once the check has passed. Repeatable.

    Asked before consents are read and once a day, so that no door has to remember it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE)
