"""What was promised, against what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Promise:
    """One number: what it is, what was asked, what was measured, and whether it is kept."""

    what: str
    asked: str
    measured: str
    is_kept: bool


def promises(kept: Mapping[str, Any]) -> list[Promise]:
    """Every promise that the parts which were measured say something about."""
    told: list[Promise] = []
    for part, judge in JUDGES.items():
        if part in kept:
            told += judge(kept[part])
    measured = [kept[part] for part in JUDGES if part in kept]
    wrong = sum(
        part[name] for part in measured for name in ("oversold", "doubled", "lost", "miscounted")
    )
    return [*told, Promise("oversold, doubled, lost, in all of it", "0", str(wrong), wrong == 0)]


def _of_64(figures: Mapping[str, Any]) -> Iterator[Promise]:
    bookings = figures["bookings_per_s"]
    yield _at_least("bookings / bare storage", 0.5, bookings / figures["storage_per_s"])
    yield _at_least("bookings / the usual Django view", 8, bookings / figures["baseline_per_s"])
    if "pretix_per_s" in figures:
        yield _at_least("bookings / pretix's orders", 300, bookings / figures["pretix_per_s"])
    cost = figures["server_cpu_us_per_booking"]
    yield _under("the server's processor time for a booking", 150, cost, "µs")
    yield _under("99 % of the answers, 64 clients", 100, figures["p99_ms"], "ms")
    yield _under("the server's memory, after it", 300, figures["memory_mb"], "MB")


def _of_512(figures: Mapping[str, Any]) -> Iterator[Promise]:
    for slots in ("slots of 500", "slots of 5000"):
        told = figures[slots]
        yield _under(f"99 % of the answers, 512 clients, {slots} places", 300, told["p99_ms"], "ms")


def _of_crowds(figures: Mapping[str, Any]) -> Iterator[Promise]:
    runs = len(figures["runs"])
    what = f"{figures['couples']:,} couples at once for {figures['places']} places: exact"
    exact = figures["exact"]
    yield Promise(what, f"{runs} of {runs}", f"{exact} of {runs}", exact == runs)


def _of_readers(figures: Mapping[str, Any]) -> Iterator[Promise]:
    free, pages = figures["availability"], figures["pages"]
    beside = figures["beside_readers"]
    noop = free["noop_get_per_s"]
    yield _at_least("availability of a day / no-op GET", 0.8, free["day_per_s"] / noop)
    yield _at_least("availability of a month / no-op GET", 0.8, free["month_per_s"] / noop)
    unchanged = free["not_modified_per_s"] / free["day_per_s"]
    yield _at_least("304 / availability of a day", 1, unchanged)
    share = beside["beside_per_s"] / beside["alone_per_s"]
    yield _at_least("bookings beside 8 readers of pages / alone", 0.5, share)
    yield _under("99 % of the answers beside them, 64 clients", 60, beside["beside_p99_ms"], "ms")
    for name, what in (("page", "the lightest page"), ("pages", "five pages in turn")):
        through = (
            pages[f"{name}_through_the_door_per_s"] / pages[f"{name}_from_granian_alone_per_s"]
        )
        yield _at_least(f"{what} through the door / granian alone", 0.8, through)


def _of_overload(figures: Mapping[str, Any]) -> Iterator[Promise]:
    peak, clients = figures["peak_per_s"], figures["overload_clients"]
    for name, who in (("overload", "told to wait"), ("overload_impatient", "who never wait")):
        goodput = figures[name]["bookings_per_s"] / peak
        yield _at_least(f"bookings of {clients:,} clients {who} / peak", 0.9, goodput)
    memory = figures["overload"]["memory_mb"]
    yield _under(f"the server's memory, after {clients:,} clients", 300, memory, "MB")
    yield _under("the server's memory, after all of it", 300, figures["memory_mb"], "MB")


JUDGES = {
    "rush_64": _of_64,
    "rush_512": _of_512,
    "crowds": _of_crowds,
    "readers": _of_readers,
    "overload": _of_overload,
}


def _at_least(what: str, asked: float, measured: float) -> Promise:
    return Promise(what, f"≥ {asked:g}", f"{measured:.2f}", measured >= asked)


def _under(what: str, asked: float, measured: float, unit: str) -> Promise:
    return Promise(what, f"< {asked:g} {unit}", f"{measured:.0f} {unit}", measured < asked)
