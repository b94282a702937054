"""axe-core on a page: the rules of WCAG 2.1 A and AA, of 2.2 AA, and the good practices."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def assert_accessible(page: Page) -> None:
    """axe finds nothing; each finding is named with the elements at fault."""
    found = violations(page)
    assert not found, "\n".join([f"\naxe-core on {page.url}:", *found])


def violations(page: Page) -> list[str]:
    """What axe-core finds, one line for each element."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    results: dict[str, Any] = page.evaluate(
        "(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags},"
        " resultTypes: ['violations']})",
        TAGS,
    )
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n    {node['html']}"
        f"\n    {node['failureSummary']}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]


@cache
def _axe() -> str:
    assert AXE.exists(), "axe-core is missing; `make setup-dev` installs it."
    return AXE.read_text("utf-8")
