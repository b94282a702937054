"""The figures of a rush as a table for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

COMPARED = (
    ("noop_per_s", "the same server doing nothing"),
    ("storage_per_s", "the bare storage"),
    ("baseline_per_s", "the usual view, SELECT FOR UPDATE"),
    ("pretix_per_s", "pretix, orders by its API"),
)


def rounded(value: Any) -> Any:
    """Figures as people read them: no more digits than they are good for.

    >>> rounded({"a": 12345.678, "b": [1.23456], "c": 3})
    {'a': 12345.7, 'b': [1.235], 'c': 3}
    """
    if isinstance(value, Mapping):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    if isinstance(value, float):
        return round(value, 1 if abs(value) >= 100 else 3)
    return value


def tell(document: Mapping[str, Any]) -> None:
    """Print the table; each rate with how many times the bookings are of it."""
    bookings = document["bookings_per_s"]
    print(
        f"{document['clients']} clients, {document['seconds']} s each, slots of "
        f"{document['places']} places, {document['workers']} workers; "
        f"load: {document['load_program']}\n"
    )
    print(f"{'':<36}{'per second':>12}{'bookings / it':>16}")
    print(f"{'bookings over HTTP':<36}{bookings:>12,.0f}")
    for name, meaning in COMPARED:
        if name in document:
            rate = document[name]
            print(f"{meaning:<36}{rate:>12,.0f}{bookings / rate:>16.2f}")
    print(f"\nanswered in {document['p50_ms']:.1f} ms (median), {document['p99_ms']:.1f} ms (99 %)")
    print(f"processor time of the server: {document['server_cpu_us_per_booking']:.0f} us a booking")
    print(f"memory of the server: {document['memory_mb']:.0f} MB")
    print(f"refused: {_counted(document['refused'])}; broken: {document['broken']}")
    print(f"partners who agreed: {document['consents']} of {document['consents_asked']}")
    print(
        f"oversold: {document['oversold']}, doubled: {document['doubled']}, "
        f"lost: {document['lost']}, miscounted: {document['miscounted']}"
    )


def _counted(refused: Mapping[str, int]) -> str:
    return ", ".join(f"{code} {times:,}" for code, times in refused.items()) or "none"
