"""Who can be served: the conditions that are shown before booking, and the ages of marriage.

What is only known to the couple (capacity, agreement, will) is shown with the reason and the way
out, never asked: only that it was shown is recorded, as `VERSION`. The rows are in
`data/eligibility.toml`.
"""

from __future__ import annotations

import calendar
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from heli.law.services import Service

MARRIAGE_AGE_MAN_YEARS = 22  # Civil Code art. 1047
MARRIAGE_AGE_WOMAN_YEARS = 20  # Civil Code art. 1047


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One thing that has to be so. reason: what happens otherwise. way_out: what to do then.

    valid_from, valid_to: first and last day, both included; None while it is in force.
    """

    code: str
    services: frozenset[Service]
    zh: str
    en: str
    reason_zh: str
    reason_en: str
    way_out_zh: str
    way_out_en: str
    source: str
    valid_from: date
    valid_to: date | None


def conditions(service: Service, on: date) -> tuple[Condition, ...]:
    """What has to be so for this service on this day; () for a service without conditions.

    Source: each condition names its articles (Civil Code arts 1047, 1076 to 1079; Regulations on
    Marriage Registration 2003 art. 12, 2025 arts 13 and 14).

    >>> [condition.code for condition in conditions(Service.DIVORCE_APPLICATION, date(2026, 12, 1))]
    ['full_capacity', 'agreement', 'married_on_mainland', 'both_willing']
    >>> conditions(Service.MARRIAGE, date(2026, 12, 1))[0].source
    '民法典 art. 1047'
    """
    return tuple(
        condition
        for condition in _all_conditions()
        if service in condition.services
        and condition.valid_from <= on
        and (condition.valid_to is None or on <= condition.valid_to)
    )


def of_age(born_on: date, is_male: bool, on: date) -> bool:
    """Whether a person may marry on this day: a man from his 22nd, a woman from her 20th birthday.

    The birthday counts. Who was born on 29 February reaches the age on 28 February of a year
    without that day.
    Source: Civil Code art. 1047 (the ages), art. 202 (no corresponding day: the month's last).

    >>> of_age(date(1898, 12, 1), True, date(1920, 11, 30))
    False
    >>> of_age(date(1898, 12, 1), True, date(1920, 12, 1))
    True
    """
    years = MARRIAGE_AGE_MAN_YEARS if is_male else MARRIAGE_AGE_WOMAN_YEARS
    return on >= _birthday(born_on, born_on.year + years)


def _birthday(born_on: date, year: int) -> date:
    last_of_month = calendar.monthrange(year, born_on.month)[1]
    return date(year, born_on.month, min(born_on.day, last_of_month))


@cache
def _facts() -> dict[str, Any]:
    path = Path(__file__).parent / "data" / "eligibility.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _all_conditions() -> tuple[Condition, ...]:
    return tuple(
        Condition(
            **{key: value for key, value in row.items() if key not in ("services", "valid_to")},
            services=frozenset(Service(name) for name in row["services"]),
            valid_to=row.get("valid_to"),
        )
        for row in _facts()["conditions"]
    )


VERSION: str = _facts()["version"]  # of the text that was shown, recorded with the booking
