"""What is held of me: a copy to take along, and erasing it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from heli.keeping.consents import is_english
from heli.keeping.copies import FILE_NAME, file_of
from heli.keeping.errors import CannotErase
from heli.keeping.periods import Kind
from heli.keeping.services import erase as erase_all
from heli.keeping.services import obstacles_to_erasing, take_out
from heli.web.visitor import IdentifiedRequest, identified


@require_safe
@identified
def my_data(request: IdentifiedRequest) -> HttpResponse:
    """GET /my/data: what is held of me, how long and why."""
    parts = take_out(by=request.identity).parts
    context = {
        "held": [_in_words(part.kind, len(part.rows)) for part in parts if part.rows],
        "is_erased": "erased" in request.GET,
    }
    return render(request, "web/my_data.html", context)


@require_safe
@identified
def file(request: IdentifiedRequest) -> HttpResponse:
    """GET /my/data.json: the copy, to keep or to hand to somebody else."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{FILE_NAME}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(file_of(take_out(by=request.identity)), headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@identified
def erase(request: IdentifiedRequest) -> HttpResponse:
    """GET /my/data/erase: what it does, and what is in its way. POST: erase."""
    if request.method == "POST":
        try:
            erase_all(by=request.identity)
        except CannotErase as refusal:  # a booking was made since the page was opened
            return _erasing(request, refusal.obstacles, status=refusal.status)
        return redirect(f"{reverse('my_data')}?erased")
    return _erasing(request, obstacles_to_erasing(by=request.identity))


def _erasing(
    request: IdentifiedRequest, obstacles: tuple[str, ...], status: int = 200
) -> HttpResponse:
    return render(request, "web/my_data_erase.html", {"obstacles": obstacles}, status=status)


def _in_words(kind: Kind, rows: int) -> dict[str, Any]:
    """One kind in the active language. days: 0 where no end is set."""
    in_english = is_english()
    return {
        "what": kind.en if in_english else kind.zh,
        "reason": kind.reason_en if in_english else kind.reason_zh,
        "since": kind.from_en if in_english else kind.from_zh,
        "days": kind.days,
        "rows": rows,
    }
