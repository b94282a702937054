"""The voucher: as a page, and as the files that go onto a telephone or a printer."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from heli.bookings.vouchers import voucher as voucher_of
from heli.ground import clock
from heli.ground.refusals import NotFound
from heli.law.documents import papers
from heli.places.queries import get_office
from heli.web.standing import standing
from heli.web.visitor import IdentifiedRequest, identified


@require_safe
@identified
def voucher(request: IdentifiedRequest, code: str) -> HttpResponse:
    """GET /my/CODE/voucher: what a couple shows at the hall."""
    at = clock.now()
    shown = voucher_of(code, by=request.identity, at=at)
    context = {
        "voucher": shown,
        "booking": shown.booking,
        "standing": standing(shown.booking, at),
        "office": get_office(shown.booking.office.id),
        "papers": papers(shown.booking.service, clock.day_of(shown.starts_at)),
    }
    return render(request, "web/voucher.html", context)


@require_safe
@identified
def voucher_file(request: IdentifiedRequest, code: str, kind: str) -> HttpResponse:
    """GET /my/CODE/voucher.pdf, .png, .ics: the voucher to keep."""
    raise NotFound()
