"""Partners who answer after the rush: they prove who they are and agree, over HTTP."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
import psycopg

from heli.ops.rush.couples import couple
from heli.ops.rush.load import LoadFailed
from heli.ops.rush.requests import number_of


def agree(database: psycopg.Connection, address: str, codes: Sequence[str]) -> int:
    """The partners of these bookings agree; how many bookings were confirmed by it.

    Raises LoadFailed: a partner was refused.
    """
    keys = database.execute(
        "SELECT code, idempotency_key FROM bookings_booking WHERE code = ANY(%s)", [list(codes)]
    ).fetchall()
    with httpx.Client(base_url=f"{address}/api/v1", timeout=30, trust_env=False) as http:
        return sum(_agree(http, code, number_of(key)) for code, key in keys)


def _agree(http: httpx.Client, code: str, number: int) -> bool:
    _one, other = couple(number)
    claim = {
        "name": other.name,
        "id_number": other.id_number,
        "phone": other.phone,
        "method": "simulated",
    }
    proof = _told(http.post("/identity/verifications", json=claim))
    headers = {"Authorization": f"Bearer {proof['token']}"}
    booking = _told(http.post(f"/bookings/{code}/consent", json={}, headers=headers))
    return booking["state"] == "confirmed"


def _told(answer: httpx.Response) -> dict[str, str]:
    if not answer.is_success:
        raise LoadFailed(f"A partner was refused: {answer.status_code} {answer.text[:200]}")
    said: dict[str, str] = answer.json()
    return said
