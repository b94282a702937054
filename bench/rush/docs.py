"""The tables and the picture of docs/rush.md, from the figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.rush.drawing import draw
from bench.rush.promises import promises

ROOT = Path(__file__).resolve().parents[2]
PICTURE = "![The rush: bookings a second](pictures/rush.svg)"
MARK = "<!-- figures: python -m bench.rush --docs -->"


def write_docs(kept: Mapping[str, Any]) -> None:
    """Write all that was measured between the marks of the page; needs every part."""
    picture = ROOT / "docs" / "pictures" / "rush.svg"
    picture.write_text(draw(kept), encoding="utf-8")
    page = ROOT / "docs" / "rush.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(MARK)
    _, _, after = rest.partition(MARK)
    told = "\n\n".join([PICTURE, _machine(kept), _promises(kept), _rates(kept), _by_clients(kept)])
    page.write_text(f"{before}{MARK}\n\n{told}\n\n{MARK}{after}", encoding="utf-8")


def _machine(kept: Mapping[str, Any]) -> str:
    first = kept["rush_64"]
    machine = first["machine"]
    return (
        f"Measured {kept['measured_at'][:10]} at commit {kept['commit']}: {machine['cpu']}, "
        f"{machine['cores']} cores shared by load, server and database, "
        f"{machine['memory_gb']:.0f} GB, {machine['file_system']}; Python {machine['python']}, "
        f"PostgreSQL {machine['postgresql']}, uvicorn {machine['uvicorn']}, granian "
        f"{machine['granian']}, psycopg {machine['psycopg']}, Django {machine['django']}; "
        f"load by {first['load_program']}."
    )


def _promises(kept: Mapping[str, Any]) -> str:
    return _table(
        ("what", "asked", "measured", ""),
        (
            (one.what, one.asked, one.measured, "kept" if one.is_kept else "**not kept**")
            for one in promises(kept)
        ),
    )


def _rates(kept: Mapping[str, Any]) -> str:
    few, many = kept["rush_64"], kept["rush_512"]
    beside = kept["readers"]["beside_readers"]
    rows = [
        ("no-op POST of the same server", few["noop_per_s"], ""),
        ("bare storage, two writers", few["storage_per_s"], ""),
        ("**bookings, 64 clients, slots of 500**", few["bookings_per_s"], few["p99_ms"]),
        *(
            (
                f"bookings, 512 clients, {slots}",
                many[slots]["bookings_per_s"],
                many[slots]["p99_ms"],
            )
            for slots in ("slots of 500", "slots of 5000")
        ),
        ("bookings, 64 clients, beside 8 readers", beside["beside_per_s"], beside["beside_p99_ms"]),
        ("the usual Django view, 64 clients", few["baseline_per_s"], few["baseline_p99_ms"]),
    ]
    if "pretix_per_s" in few:
        name = f"pretix {few['pretix_version']}, 64 clients"
        rows.append((name, few["pretix_per_s"], few["pretix_p99_ms"]))
    return _table(
        ("", "per second", "99 % answered within"),
        ((name, f"{rate:,.0f}", f"{p99:,.0f} ms" if p99 else "") for name, rate, p99 in rows),
    )


def _by_clients(kept: Mapping[str, Any]) -> str:
    figures = kept["overload"]
    rows = [
        *((f"{int(clients):,}", told) for clients, told in figures["by_clients"].items()),
        (f"{figures['overload_clients']:,}, who wait as told", figures["overload"]),
        (f"{figures['overload_clients']:,}, who never wait", figures["overload_impatient"]),
        *((f"{one['arrivals_per_s']:,.0f} arrivals a second", one) for one in figures["arrivals"]),
    ]
    return _table(
        ("clients, one slot with room for all", "bookings/s", "median", "99 %", "refused"),
        (
            (
                name,
                f"{told['bookings_per_s']:,.0f}",
                f"{told['p50_ms']:,.0f} ms",
                f"{told['p99_ms']:,.0f} ms",
                ", ".join(f"{code} {times:,}" for code, times in told["refused"].items()),
            )
            for name, told in rows
        ),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
