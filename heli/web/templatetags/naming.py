"""How pages name places."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def region_path(path: str) -> str:
    """A region from the province down, with spaces.

    >>> region_path("广东省/广州市/天河区")
    '广东省 广州市 天河区'
    """
    return path.replace("/", " ")
