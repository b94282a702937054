"""The real-name check: who you are, then back to where you were."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from heli.ground.refusals import InvalidInput
from heli.identity.errors import IdentityNotProven
from heli.identity.services import PendingVerification, verify_person
from heli.identity.verification import offered_methods
from heli.web.asking import way_on
from heli.web.forms import IdentityForm
from heli.web.visitor import (
    forget,
    login_url,
    may_log_in_by_itself,
    remember_identity,
    safe_next,
)


@require_http_methods(["GET", "POST"])
def identify(request: HttpRequest) -> HttpResponse:
    """GET, POST /identify?next=/: prove who you are, then go on."""
    if may_log_in_by_itself(request):  # so that the account can be asked about afterwards
        return redirect(login_url(request.get_full_path()))
    if not offered_methods():
        return render(request, "web/identify_elsewhere.html", {"next": safe_next(request)})
    form = IdentityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            identity = verify_person(**form.cleaned_data, method=offered_methods()[0])
        except InvalidInput as invalid:
            form.refuse(invalid)
        except IdentityNotProven as refusal:
            form.add_error(None, refusal.sentence())
        else:
            if isinstance(identity, PendingVerification):
                assert identity.redirect_url is not None, "what is offered here works in a browser"
                return redirect(identity.redirect_url)
            response = redirect(way_on(request, identity, safe_next(request)))
            remember_identity(response, identity)
            return response
    status = 422 if form.errors else 200
    context = {"form": form, "next": safe_next(request)}
    return render(request, "web/identify.html", context, status=status)


@require_POST
def sign_off(request: HttpRequest) -> HttpResponse:
    """POST /sign-off: take the proof of identity out of this browser."""
    response = redirect("front")
    forget(response)
    return response
