"""docs/cases.md is held to the table in the law, and to the kinds of notice there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from heli.law.case_diagram import diagram, table
from heli.notices.kinds import ABOUT_A_CASE

PAGE = (Path(__file__).parents[2] / "docs" / "cases.md").read_text(encoding="utf-8")


def test_the_table_of_the_page_is_that_of_the_law():
    assert f"\n{table()}\n" in PAGE


def test_the_diagram_is_drawn_from_it():
    assert re.findall(r"```mermaid\n(.*?)\n```", PAGE, re.DOTALL) == [diagram()]


@pytest.mark.parametrize("kind", sorted(ABOUT_A_CASE))
def test_every_notice_of_a_case_is_described(kind):
    assert f"`{kind}`" in PAGE
