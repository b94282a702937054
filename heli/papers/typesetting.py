"""Typst, called the one way that is safe: our fonts, our layouts, and words only as input.

A layout is a file of `layouts/`. What it prints comes to it as JSON in one input, so that nothing a
person or an office is called can ever be read as Typst's language.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).parent
LAYOUTS = HERE / "layouts"
FONTS = HERE / "fonts"
MISSING = "〓"  # the printers' mark for a character that the case does not hold
PDF_STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]  # archivable, and for screen readers
PIXELS_PER_INCH = 216  # three to a point


def pdf(layout: str, content: Mapping[str, Any], *, changed_at: datetime) -> bytes:
    """A tagged PDF/A-2a and PDF/UA-1 with its fonts inside; the same content gives the same bytes.

    layout: its name, which is also that of its input. changed_at: the document's date.
    """
    return _compiled(
        layout,
        content,
        format="pdf",
        pdf_standards=PDF_STANDARDS,
        timestamp=int(changed_at.timestamp()),
    )


def png(layout: str, content: Mapping[str, Any]) -> bytes:
    """A picture of the layout's one page, three pixels to a point."""
    return _compiled(layout, content, format="png", ppi=PIXELS_PER_INCH)


def printable(content: Any) -> Any:
    """The content with 〓 for every character that the font cannot show.

    Without this a rare name would end in a fault: PDF/A allows no character without a glyph.

    >>> printable({"names": ["䶮*", "\\U0001f48d*"]})
    {'names': ['䶮*', '〓*']}
    """
    if isinstance(content, str):
        return "".join(char if char in _characters() else MISSING for char in content)
    if isinstance(content, Mapping):
        return {name: printable(part) for name, part in content.items()}
    if isinstance(content, list | tuple):
        return [printable(part) for part in content]
    return content


def _compiled(layout: str, content: Mapping[str, Any], **options: Any) -> bytes:
    # A compiler of its own for each document: one that threads share answers "Already borrowed".
    # It costs a millisecond; the fonts, which would cost more, are read once per process.
    compiler = typst.Compiler(
        LAYOUTS / f"{layout}.typ", root=LAYOUTS, font_paths=_fonts(), ignore_system_fonts=True
    )
    words = json.dumps(printable(content), ensure_ascii=False)
    compiled = compiler.compile(sys_inputs={layout: words}, **options)
    assert isinstance(compiled, bytes), "one page, one picture"
    return compiled


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


@cache
def _characters() -> frozenset[str]:
    return frozenset((FONTS / "characters.txt").read_text("utf-8"))
