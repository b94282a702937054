"""How much a page lets itself be sent. Whatever is longer is refused before any of it is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

MARK = "body_bytes_max"

View = TypeVar("View", bound=Callable[..., Any])


def takes_up_to(bytes_max: int | None) -> Callable[[View], View]:
    """Decorator of a view that takes more than a form does. bytes_max: None where the view itself
    looks at the length before it reads."""

    def mark(view: View) -> View:
        setattr(view, MARK, bytes_max)
        return view

    return mark


def is_too_long(view: Callable[..., Any], length: str, *, otherwise: int) -> bool:
    """Whether a body of this length (as its header says) is too long for the view.

    otherwise: what a view takes that says nothing, in bytes.
    """
    bytes_max = getattr(view, MARK, otherwise)
    if bytes_max is None or not length:
        return False  # without a length nothing is read: see Django's WSGIRequest
    return not length.isdecimal() or int(length) > bytes_max
