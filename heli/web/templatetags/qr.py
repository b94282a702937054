"""QR codes inside pages: drawn on the server, no picture to load and nothing from elsewhere."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from heli.papers.qr import svg

register = template.Library()


@register.filter
def qr(text: str, label: str) -> SafeString:
    """The text as a QR code, as wide as what is around it; the label is for screen readers."""
    return svg(text, label=label)
