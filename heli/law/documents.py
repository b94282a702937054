"""What to bring, by the day of the visit: facts with source and effective dates, and no guesses.

The rows are in `data/documents.toml`. The household register was needed up to 9 May 2025 and is
not since; both answers are right on their day.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from heli.law.services import Service


class Situation(StrEnum):
    """Whom a row is about. `ANY` rows are for everybody; the others come on top of them."""

    ANY = "any"
    MAINLAND = "mainland"
    HONG_KONG_MACAO = "hong_kong_macao"
    TAIWAN = "taiwan"
    OVERSEAS_CHINESE = "overseas_chinese"
    FOREIGNER = "foreigner"
    SOLDIER = "soldier"
    EXPIRED_ID_CARD = "expired_id_card"
    LOST_MARRIAGE_CERTIFICATE_ONE = "lost_marriage_certificate_one"
    LOST_MARRIAGE_CERTIFICATE_BOTH = "lost_marriage_certificate_both"
    NAME_CHANGED = "name_changed"
    PROXY_NOT_ALLOWED = "proxy_not_allowed"


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One thing to bring or to fill in, with the rule it comes from.

    zh, en: what it is called. form, who: how and by whom it is brought; _zh: in Chinese.
    original: the paper itself has to be brought. copies: how many, or None where no rule says so
    and the office's own practice counts.
    valid_from: the first day, or None where the start was not found.
    valid_to: the last day, included, or None while the rule is in force.
    confidence: text (the article was read), excerpt (read in a stored copy), medium (local pages).
    """

    service: Service
    situation: Situation
    zh: str
    en: str
    form: str
    form_zh: str
    original: bool
    copies: int | None
    who: str
    who_zh: str
    valid_from: date | None
    valid_to: date | None
    article: str
    source: str
    confidence: str
    note: str | None

    def is_valid_on(self, day: date) -> bool:
        """Whether the rule is in force on this day; its first and its last day are."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


def papers(service: Service, on: date, situation: str = Situation.MAINLAND) -> tuple[Paper, ...]:
    """What to bring to a visit on this day, in the order of the data; () where nothing is known.

    Rows of the situation and rows for everybody. situation: a value of `Situation`, else
    ValueError. Source: each row names its article and where it was read.

    >>> [paper.zh for paper in papers(Service.DIVORCE_APPLICATION, date(2025, 5, 9))]
    ['户口簿', '居民身份证', '结婚证', '离婚登记申请书', '离婚协议书']
    >>> [paper.zh for paper in papers(Service.DIVORCE_APPLICATION, date(2025, 5, 10))]
    ['居民身份证', '结婚证', '离婚登记申请书', '离婚协议书']
    """
    wanted = (Situation(situation), Situation.ANY)
    return tuple(
        paper
        for paper in all_papers()
        if paper.service is service and paper.situation in wanted and paper.is_valid_on(on)
    )


@cache
def all_papers() -> tuple[Paper, ...]:
    """Every row of the data, past and present."""
    facts = _facts()
    return tuple(_paper(row, facts["forms"], facts["whose"]) for row in facts["papers"])


@cache
def open_questions() -> tuple[str, ...]:
    """What was looked for and not found, in English: there the office has to be asked."""
    return tuple(_facts()["not_found"])


@cache
def _facts() -> dict[str, Any]:
    path = Path(__file__).parent / "data" / "documents.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _paper(row: dict[str, Any], forms: dict[str, str], whose: dict[str, str]) -> Paper:
    return Paper(
        service=Service(row["service"]),
        situation=Situation(row["situation"]),
        zh=row["zh"],
        en=row["en"],
        form=row["form"],
        form_zh=forms[row["form"]],
        original=row["original"],
        copies=row.get("copies"),
        who=row["who"],
        who_zh=whose[row["who"]],
        valid_from=row.get("valid_from"),
        valid_to=row.get("valid_to"),
        article=row["article"],
        source=row["source"],
        confidence=row["confidence"],
        note=row.get("note"),
    )
