"""The picture of the rush: what a second holds, and what more clients do to it. Plain SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log10
from typing import Any

WIDTH, HEIGHT, MARGIN = 760, 330, 40
LEFT_OF_BARS, BARS_END = 178, 372  # of the first panel
SECOND, SECOND_END = 446, 716
TOP, ROW = 76, 44
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#333}"
    ".head{font-weight:600}.small{font-size:11px}"
    ".other{fill:#b5562b}.heli{fill:#2b6f7f}.axis{stroke:#888}"
    ".rate,.late{fill:none;stroke:#2b6f7f;stroke-width:2}.rate-dot,.late-dot{fill:#2b6f7f}"
    ".late{stroke:#b5562b}.late-dot{fill:#b5562b}"
)


def draw(kept: Mapping[str, Any]) -> str:
    """Two panels: rates beside each other, and rate and patience by the number of clients."""
    rates, points = _rates(kept["rush_64"]), _points(kept["overload"])
    rates_by_clients = [(clients, rate) for clients, rate, _late in points]
    late_by_clients = [(clients, late) for clients, _rate, late in points]
    told = "; ".join(f"{name} {rate:,.0f} a second" for name, rate, _kind in rates)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
            ' aria-labelledby="title told">',
            '<title id="title">The rush: bookings a second</title>',
            f'<desc id="told">{told}.</desc>',
            f"<style>{STYLE}</style>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            '<text class="head" x="16" y="24">A second on two cores, load included</text>',
            '<text class="small" x="16" y="42">64 clients; logarithmic</text>',
            *_bars(rates),
            f'<text class="head" x="{SECOND - 16}" y="24">More clients, one slot</text>',
            *_line("bookings a second", "rate", rates_by_clients, top=66, floor=150),
            *_line(
                "99 % answered within, ms",
                "late",
                late_by_clients,
                top=206,
                floor=290,
            ),
            "</svg>\n",
        ]
    )


def _rates(figures: Mapping[str, Any]) -> list[tuple[str, float, str]]:
    rows = [
        ("doing nothing", figures["noop_per_s"], "other"),
        ("bare storage", figures["storage_per_s"], "other"),
        ("Heli, over HTTP", figures["bookings_per_s"], "heli"),
        ("the usual view", figures["baseline_per_s"], "other"),
    ]
    if "pretix_per_s" in figures:
        rows.append((f"pretix {figures['pretix_version']}", figures["pretix_per_s"], "other"))
    return rows


def _points(figures: Mapping[str, Any]) -> list[tuple[int, float, float]]:
    """Clients, bookings a second, milliseconds within which 99 % were answered."""
    swept = [
        (int(clients), told["bookings_per_s"], told["p99_ms"])
        for clients, told in figures["by_clients"].items()
    ]
    over = figures["overload"]
    return [*swept, (figures["overload_clients"], over["bookings_per_s"], over["p99_ms"])]


def _bars(rates: Sequence[tuple[str, float, str]]) -> list[str]:
    most = max(rate for _name, rate, _kind in rates)
    lines = []
    for number, (name, rate, kind) in enumerate(rates):
        y = TOP + number * ROW
        width = (BARS_END - LEFT_OF_BARS) * log10(max(rate, 1)) / log10(most)
        lines += [
            f'<text x="{LEFT_OF_BARS - 10}" y="{y + 17}" text-anchor="end">{name}</text>',
            f'<rect class="{kind}" x="{LEFT_OF_BARS}" y="{y}" width="{width:.1f}" height="24"/>',
            _small(LEFT_OF_BARS + width + 5, y + 16, f"{rate:,.0f}"),
        ]
    return lines


def _line(
    caption: str, kind: str, values: Sequence[tuple[int, float]], *, top: int, floor: int
) -> list[str]:
    """One figure by the number of clients, on a logarithmic axis of clients."""
    most = max(value for _clients, value in values)
    first, last = log10(values[0][0]), log10(values[-1][0])
    places = [
        (
            SECOND + (SECOND_END - SECOND) * (log10(clients) - first) / (last - first),
            floor - (floor - top) * value / most,
        )
        for clients, value in values
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    lines = [
        _small(SECOND - 16, top - 20, caption),
        f'<line class="axis" x1="{SECOND}" y1="{floor}" x2="{SECOND_END}" y2="{floor}"/>',
        f'<polyline class="{kind}" points="{path}"/>',
    ]
    for (clients, value), (x, y) in zip(values, places, strict=True):
        lines += [
            f'<circle class="{kind}-dot" cx="{x:.1f}" cy="{y:.1f}" r="3"/>',
            _small(x, y - 7, f"{value:,.0f}", anchor="middle"),
            _small(x, floor + 15, str(clients), anchor="middle"),
        ]
    return lines


def _small(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    return f'<text class="small" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'
