"""My notices: what happened to my bookings, the latest first."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from heli.ground import clock
from heli.ground.paths import number_in
from heli.notices.queries import inbox as notices_of
from heli.notices.services import mark_read_up_to
from heli.web.visitor import KnownRequest, recognised, word_of


@require_http_methods(["GET", "HEAD", "POST"])
@recognised
def inbox(request: KnownRequest) -> HttpResponse:
    """GET /my/inbox: my notices. POST latest: I have read them, up to this one."""
    if request.method == "POST":
        mark_read_up_to(_latest(request), by=word_of(request), at=clock.now())
        return redirect("inbox")
    notices = notices_of(request.known)
    context = {
        "notices": notices,
        "latest": max((notice.id for notice in notices if not notice.is_read), default=None),
    }
    return render(request, "web/inbox.html", context)


def _latest(request: KnownRequest) -> int:
    return number_in(request.POST.get("latest", ""))
