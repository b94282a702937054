"""QR codes: for pages as an inline SVG, and for what is printed."""

from __future__ import annotations

import io

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

QUIET_ZONE = 4  # modules, as ISO/IEC 18004 asks for


def svg(text: str, *, label: str) -> SafeString:
    """The text as a QR code for a page: an <svg> on white, as wide as what is around it.

    label: what a screen reader says of it.

    >>> svg("HELI1", label="签到二维码")[:34]
    '<svg role="img" aria-label="签到二维码"'
    """
    opening = format_html('<svg role="img" aria-label="{}" ', label)
    return mark_safe(opening + _drawn(text).removeprefix("<svg "))


def image(text: str) -> str:
    """The text as a QR code for a document: a whole SVG file."""
    return _drawn(text)


def _drawn(text: str) -> str:
    file = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        file,
        kind="svg",
        border=QUIET_ZONE,
        light="#fff",
        omitsize=True,
        xmldecl=False,
        svgclass=None,
        lineclass=None,
        nl=False,
    )
    return file.getvalue().decode()
