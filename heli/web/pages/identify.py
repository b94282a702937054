"""The real-name check: who you are, then back to where you were."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from heli.ground.callers import address_of
from heli.ground.refusals import InvalidInput, RateLimited, Refusal, Unavailable
from heli.identity.errors import IdentityNotProven
from heli.identity.services import PendingVerification, verify_person
from heli.identity.verified import VerifiedIdentity
from heli.keeping.words_of_checks import note_word_of
from heli.web.asking import way_on
from heli.web.checks import WORDS, Offer, asked_for, forget_check, remember_check
from heli.web.forms import CardIdentityForm, IdentityForm
from heli.web.visitor import (
    forget,
    login_url,
    may_log_in_by_itself,
    remember_identity,
    safe_next,
)

_FORMS = {"bank_card": CardIdentityForm}


@require_http_methods(["GET", "POST"])
def identify(request: HttpRequest) -> HttpResponse:
    """GET, POST /identify?next=/&method=&office=: prove who you are, then go on.

    office: only what this office accepts is offered.
    """
    if may_log_in_by_itself(request):  # so that the account can be asked about afterwards
        return redirect(login_url(request.get_full_path()))
    offer = Offer.to(request, asked_for(request))
    method = offer.chosen(request.POST.get("method") or request.GET.get("method"))
    if method is None:
        return _elsewhere(request, offer)
    form = _FORMS.get(method, IdentityForm)(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _form(request, offer, form, method, 422 if form.errors else 200)
    try:
        proof = verify_person(**form.cleaned_data, method=method, address=address_of(request))
    except InvalidInput as invalid:
        form.refuse(invalid)
        return _form(request, offer, form, method, 422)
    except IdentityNotProven as refusal:
        form.add_error(None, refusal.sentence())
        return _form(request, offer, form, method, 422)
    except (RateLimited, Unavailable) as refusal:
        return _form(request, offer, form, method, refusal.status, refusal)
    note_word_of(proof)
    if isinstance(proof, PendingVerification):
        response = redirect("identify_on" if proof.redirect_url else "identify_code")
        back_to = safe_next(request)
        remember_check(response, proof, method=method, back_to=back_to, office_id=offer.office_id)
        return response
    return proven(request, proof, safe_next(request))


def proven(request: HttpRequest, identity: VerifiedIdentity, back_to: str) -> HttpResponse:
    """On to where the visitor wanted to go, as who they are."""
    response = redirect(way_on(request, identity, back_to))
    remember_identity(response, identity)
    forget_check(response)
    return response


def _elsewhere(request: HttpRequest, offer: Offer) -> HttpResponse:
    context = {
        "next": safe_next(request),
        "office_id": offer.office_id,
        "others": offer.others(None),
        "accepts_the_mini_program": offer.in_the_mini_program,
    }
    return render(request, "web/identify_elsewhere.html", context)


def _form(
    request: HttpRequest,
    offer: Offer,
    form: IdentityForm,
    method: str,
    status: int,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "method": method,
        "way": WORDS.get(method),
        "office_id": offer.office_id,
        "others": offer.others(method),
        "refusal": refusal,
        "next": safe_next(request),
    }
    response = render(request, "web/identify.html", context, status=status)
    if refusal is not None and refusal.retry_after_seconds is not None:
        response["Retry-After"] = str(refusal.retry_after_seconds)
    return response


@require_POST
def sign_off(request: HttpRequest) -> HttpResponse:
    """POST /sign-off (next=): take the proof of identity out of this browser, then go on."""
    response = redirect(safe_next(request))
    forget(response)
    return response
