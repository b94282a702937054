"""QR codes inside pages: drawn on the server, no picture to load and nothing from elsewhere."""

from __future__ import annotations

import segno
from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def qr(text: str) -> SafeString:
    """The text as a QR code, an <svg> that takes the width of what is around it."""
    drawn = segno.make(text, error="m", micro=False)
    return mark_safe(drawn.svg_inline(omitsize=True, svgclass=None, lineclass=None, border=2))
