"""The copy that a person takes away, as JSON holds it: days as YYYY-MM-DD, moments with +08:00."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from heli.ground.clock import SHANGHAI
from heli.keeping.services import Copy, TakenOut

FILE_NAME = "yuyue-my-details.json"  # says 预约 in Latin letters and nothing else


def plain(copy: Copy) -> dict[str, Any]:
    """The copy as strings, numbers, lists and objects."""
    return {"taken_at": _plain(copy.taken_at), "parts": [_part(part) for part in copy.parts]}


def file_of(copy: Copy) -> bytes:
    """The copy as a file that people and programs can read, UTF-8."""
    return json.dumps(plain(copy), ensure_ascii=False, indent=1).encode()


def _part(part: TakenOut) -> dict[str, Any]:
    kind = part.kind
    return {
        "kind": kind.name,
        "zh": kind.zh,
        "en": kind.en,
        "kept_days": kind.days,
        "reason_zh": kind.reason_zh,
        "reason_en": kind.reason_en,
        "rows": [_plain(row) for row in part.rows],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
