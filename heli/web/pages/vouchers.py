"""The voucher: as a page, and as the files that go onto a telephone or a printer."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from heli.bookings.vouchers import voucher as voucher_of
from heli.ground import clock
from heli.ground.refusals import NotFound
from heli.law.documents import papers
from heli.papers.files import Kind
from heli.papers.files import voucher_file as file_of
from heli.web.standing import standing
from heli.web.visitor import KnownRequest, recognised


@require_safe
@recognised
def voucher(request: KnownRequest, code: str) -> HttpResponse:
    """GET /my/CODE/voucher: what a couple shows at the hall."""
    at = clock.now()
    shown = voucher_of(code, by=request.known, at=at)
    context = {
        "voucher": shown,
        "booking": shown.booking,
        "standing": standing(shown.booking, at),
        "office": shown.office,
        "is_today": clock.day_of(shown.starts_at) == clock.day_of(at),
        "papers": papers(shown.booking.service, clock.day_of(shown.starts_at)),
    }
    return render(request, "web/voucher.html", context)


@require_safe
@recognised
def voucher_file(request: KnownRequest, code: str, kind: str) -> HttpResponse:
    """GET /my/CODE/voucher.pdf, .png, .ics: the voucher to keep."""
    file = file_of(_known(kind), code, by=request.known, at=clock.now())
    return HttpResponse(file.content, headers=file.headers)


def _known(kind: str) -> Kind:
    try:
        return Kind(kind)
    except ValueError:
        raise NotFound() from None
