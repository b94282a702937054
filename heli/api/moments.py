"""Days and moments as the API writes and reads them: YYYY-MM-DD, RFC 3339 with +08:00."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from heli.ground.clock import SHANGHAI

YEARS = range(1900, 2200)  # wider than any rule, narrow enough that no day's arithmetic overflows
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)


@lru_cache(maxsize=4096)  # the moments of a slot are told again and again
def rfc_3339(moment: datetime) -> str:
    """The moment as clocks in Shanghai show it, in whole seconds.

    >>> rfc_3339(datetime(2026, 12, 24, 1, 0, tzinfo=UTC))
    '2026-12-24T09:00:00+08:00'
    """
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")


def read_day(text: Any) -> Any:
    """A day from YYYY-MM-DD and nothing else.

    >>> read_day("2026-12-24")
    datetime.date(2026, 12, 24)
    """
    if isinstance(text, str) and _DAY.fullmatch(text) and int(text[:4]) in YEARS:
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise PydanticCustomError("day", "a day as YYYY-MM-DD")


def read_moment(text: Any) -> Any:
    """A moment, UTC, from RFC 3339 with an offset.

    >>> read_moment("2026-12-24T09:00:00+08:00").isoformat()
    '2026-12-24T01:00:00+00:00'
    """
    if isinstance(text, str) and _MOMENT.fullmatch(text) and int(text[:4]) in YEARS:
        try:
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
        except ValueError:
            pass
    raise PydanticCustomError("moment", "a moment as RFC 3339 with an offset")


Moment = Annotated[
    datetime,
    PlainSerializer(rfc_3339, return_type=str),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "example": "2026-12-24T09:00:00+08:00"}
    ),
]
"""A moment of an answer: UTC inside, +08:00 outside."""

MomentIn = Annotated[
    datetime,
    BeforeValidator(read_moment),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "example": "2026-12-24T09:00:00+08:00"}
    ),
]
"""A moment of a request, with an offset; UTC inside."""

Day = Annotated[date, WithJsonSchema({"type": "string", "format": "date", "example": "2026-12-24"})]
"""A day of an answer."""

DayIn = Annotated[
    date,
    BeforeValidator(read_day),
    WithJsonSchema({"type": "string", "format": "date", "example": "2026-12-24"}),
]
"""A day of a request."""
