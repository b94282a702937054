"""The picture of the year: couples that lost their window for want of a place. Plain SVG."""

from __future__ import annotations

from collections.abc import Sequence

from bench.simulation.figures import Figures
from bench.simulation.year import Way

WIDTH, HEIGHT, MARGIN = 760, 300, 46
PANEL = (WIDTH - 3 * MARGIN) / 2
FLOOR, CEILING = HEIGHT - 62, 66
MONTHLY_SHARE = 0.6
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#333}"
    ".head{font-weight:600}.small{font-size:11px}"
    ".without{fill:#b5562b}.with{fill:#2b6f7f}.axis{stroke:#888}"
)


def draw(figures: Sequence[Figures]) -> str:
    """Two panels: by the number of certificate places, and by the month of the receipt."""
    without = [one for one in figures if one.way == Way.WITHOUT.value]
    kept = {one.certificate_share: one for one in figures if one.way == Way.GUARANTEE.value}
    by_share = [
        (f"{one.certificate_share:.1f}", one.lost, kept[one.certificate_share].lost)
        for one in without
    ]
    months = {
        one.way: one.lost_by_month for one in figures if one.certificate_share == MONTHLY_SHARE
    }
    by_month = [
        (
            name,
            months[Way.WITHOUT.value].get(number, 0),
            months[Way.GUARANTEE.value].get(number, 0),
        )
        for number, name in enumerate(MONTHS, start=1)
    ]
    told = "; ".join(
        f"{share}: {lost} without, {with_it} with" for share, lost, with_it in by_share
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
            ' aria-labelledby="title told">',
            '<title id="title">Couples that lost their window for want of a place</title>',
            f'<desc id="told">By certificate places for each application place: {told}.</desc>',
            f"<style>{STYLE}</style>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            *_legend(),
            *_panel(by_share, MARGIN, "by certificate places for each application place"),
            *_panel(
                by_month, 2 * MARGIN + PANEL, f"by month of the receipt, at {MONTHLY_SHARE} places"
            ),
            "</svg>\n",
        ]
    )


def _legend() -> list[str]:
    return [
        f'<text class="head" x="{MARGIN}" y="22">'
        "Couples that lost their window for want of a place</text>",
        f'<rect class="without" x="{WIDTH - 260}" y="12" width="11" height="11"/>',
        f'<text x="{WIDTH - 243}" y="22">without the guarantee</text>',
        f'<rect class="with" x="{WIDTH - 88}" y="12" width="11" height="11"/>',
        f'<text x="{WIDTH - 71}" y="22">with it</text>',
    ]


def _panel(bars: Sequence[tuple[str, int, int]], left: float, caption: str) -> list[str]:
    most = max(lost for _label, lost, _kept in bars) or 1
    step = PANEL / len(bars)
    lines = [
        f'<line class="axis" x1="{left:.0f}" y1="{FLOOR}" x2="{left + PANEL:.0f}" y2="{FLOOR}"/>',
        f'<text x="{left:.0f}" y="{HEIGHT - 18}">{caption}</text>',
    ]
    for number, (label, lost, kept) in enumerate(bars):
        middle = left + (number + 0.5) * step
        lines += [
            *_bar("without", middle - step * 0.36, step * 0.36, lost, most),
            *_bar("with", middle, step * 0.36, kept, most),
            f'<text class="small" x="{middle:.1f}" y="{FLOOR + 16}"'
            f' text-anchor="middle">{label}</text>',
        ]
    return lines


def _bar(kind: str, left: float, width: float, number: int, most: int) -> list[str]:
    height = (FLOOR - CEILING) * number / most
    top = FLOOR - height
    return [
        f'<rect class="{kind}" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}"'
        f' height="{height:.1f}"/>',
        f'<text class="small" x="{left + width / 2:.1f}" y="{top - 4:.1f}"'
        f' text-anchor="middle">{number:,}</text>',
    ]
