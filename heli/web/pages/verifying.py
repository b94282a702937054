"""A real-name check that goes on elsewhere: the way there, and the way back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from heli.ground.refusals import InvalidInput, RateLimited, Refusal
from heli.identity.errors import AlreadyAnswered, CheckUnavailable, IdentityNotProven, StillPending
from heli.identity.going_back import check_return_code
from heli.identity.services import finish_by_code, finish_redirected, send_code_again
from heli.web.checks import BegunCheck, Offer, check_of, forget_check
from heli.web.forms import CodeForm
from heli.web.pages.identify import proven
from heli.web.visitor import identity_of


@require_safe
def on(request: HttpRequest) -> HttpResponse:
    """GET /identify/on: where the check goes on, with the link that leads there.

    A page of its own, since a form of ours may lead to no other site (Content-Security-Policy).
    """
    check = check_of(request)
    if check is None or not check.url:
        return redirect("identify")
    return render(request, "web/identify_on.html", {"check": check, **_another_way(request, check)})


@require_GET
def back(request: HttpRequest, id: UUID, code: str) -> HttpResponse:
    """GET /identify/back/<id>/<code>: back from the check. What else the address says is not read.

    In the browser that began it: on, as who one is, once the vendor has said so. Elsewhere nothing
    is given away, so that nobody passes a check for somebody else who sent them the link.
    Raises NotFound.
    """
    check_return_code(id, code)
    check = check_of(request)
    if check is None or check.id != str(id):
        if "show" in request.GET:
            return render(request, "web/identify_code_shown.html", {"code": code})
        return render(request, "web/identify_other_browser.html", status=409)
    try:
        identity = finish_redirected(id, key=check.key, code=code)
    except (StillPending, CheckUnavailable, IdentityNotProven, AlreadyAnswered) as refusal:
        if isinstance(refusal, AlreadyAnswered) and identity_of(request) is not None:
            return redirect(check.next)  # the page was loaded again
        return _not_proven(request, check, refusal)
    return proven(request, identity, check.next)


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """GET, POST /identify/code: the code that came to the telephone. POST again: send another."""
    check = check_of(request)
    if check is None or check.url:
        return redirect("identify")
    form = CodeForm(request.POST if "code" in request.POST else None)
    if "again" in request.POST:
        return _sent_again(request, check)
    if request.method != "POST" or not form.is_valid():
        return _code_page(request, check, form, status=422 if form.errors else 200)
    try:
        identity = finish_by_code(check.id, key=check.key, code=form.cleaned_data["code"])
    except InvalidInput as invalid:
        form.refuse(invalid)
        return _code_page(request, check, form, status=422)
    except (IdentityNotProven, AlreadyAnswered) as refusal:
        if isinstance(refusal, AlreadyAnswered) and identity_of(request) is not None:
            return redirect(check.next)  # the button was pressed twice
        return _not_proven(request, check, refusal)
    return proven(request, identity, check.next)


def _another_way(request: HttpRequest, check: BegunCheck) -> dict[str, Any]:
    """What a page needs to offer another way to the same end."""
    return {
        "next": check.next,
        "office_id": check.office,
        "others": Offer.to(request, check.office).others(check.method),
    }


def _sent_again(request: HttpRequest, check: BegunCheck) -> HttpResponse:
    try:
        send_code_again(check.id, key=check.key)
    except (RateLimited, CheckUnavailable) as refusal:
        return _code_page(request, check, CodeForm(), status=refusal.status, said=refusal)
    except AlreadyAnswered as refusal:
        return _not_proven(request, check, refusal)
    return redirect("identify_code")


def _code_page(
    request: HttpRequest,
    check: BegunCheck,
    form: CodeForm,
    *,
    status: int,
    said: Refusal | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "said": said,
        **_another_way(request, check),
    }
    response = render(request, "web/identify_code.html", context, status=status)
    if said is not None and said.retry_after_seconds is not None:
        response["Retry-After"] = str(said.retry_after_seconds)
    return response


def _not_proven(request: HttpRequest, check: BegunCheck, refusal: Refusal) -> HttpResponse:
    is_open = isinstance(refusal, StillPending | CheckUnavailable)
    context = {
        "refusal": refusal,
        "check": check,
        "can_go_on": isinstance(refusal, StillPending),
        "can_ask_again": isinstance(refusal, CheckUnavailable),
        **_another_way(request, check),
    }
    response = render(request, "web/identify_result.html", context, status=refusal.status)
    if refusal.retry_after_seconds is not None:
        response["Retry-After"] = str(refusal.retry_after_seconds)
    if not is_open:
        forget_check(response)
    return response
