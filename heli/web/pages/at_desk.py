"""Going on by oneself after a clerk has looked at one's card: with the code that they gave."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from heli.ground import clock
from heli.ground.callers import address_of
from heli.ground.refusals import InvalidInput, RateLimited, Refusal
from heli.hall.errors import DeskCodeGone
from heli.hall.in_person import is_good, take_up
from heli.keeping.words_of_checks import note_word_of
from heli.web.forms import DeskCodeForm
from heli.web.visitor import remember_identity, safe_next


@require_http_methods(["GET", "HEAD", "POST"])
def at_desk(request: HttpRequest, code: str = "") -> HttpResponse:
    """GET /identify/desk, /identify/desk/CODE: what the clerk gave. POST: go on with it, once.

    Opening the page uses nothing: links are opened by machines, too.
    """
    if request.method != "POST":
        said = DeskCodeGone() if code and not is_good(code) else None
        return _page(request, DeskCodeForm(initial={"code": code}), said)
    form = DeskCodeForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    asked = form.cleaned_data
    try:
        identity = take_up(
            asked["code"],
            number_end=asked["number_end"],
            phone=asked["phone"],
            address=address_of(request),
            at=clock.now(),
        )
    except InvalidInput as invalid:
        form.refuse(invalid)
        return _page(request, form)
    except (DeskCodeGone, RateLimited) as refusal:
        return _page(request, form, refusal)
    note_word_of(identity)
    response = redirect(safe_next(request, otherwise=reverse("office", args=[identity.at_office])))
    remember_identity(response, identity)
    return response


def _page(request: HttpRequest, form: DeskCodeForm, said: Refusal | None = None) -> HttpResponse:
    status = said.status if said else 422 if form.errors else 200
    context = {"form": form, "said": said, "next": safe_next(request, otherwise="")}
    response = render(request, "web/identify_at_desk.html", context, status=status)
    if said is not None and said.retry_after_seconds is not None:
        response["Retry-After"] = str(said.retry_after_seconds)
    return response
