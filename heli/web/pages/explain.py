"""The pages that explain: the two visits and their days, and the words people meet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from heli.ground import clock
from heli.law.documents import papers
from heli.law.eligibility import conditions
from heli.law.services import Service
from heli.web.example import example_of
from heli.web.words import WORDS


@require_safe
def two_visits(request: HttpRequest) -> HttpResponse:
    """GET /two-visits: what the two visits and the thirty days mean, what to bring, who can."""
    today = clock.today()
    context = {
        "example": example_of(today),
        "papers_to_apply": papers(Service.DIVORCE_APPLICATION, today),
        "papers_for_certificate": papers(Service.DIVORCE_CERTIFICATE, today),
        "conditions": conditions(Service.DIVORCE_APPLICATION, today),
    }
    return render(request, "web/two_visits.html", context)


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """GET /glossary: each word in a sentence or two."""
    return render(request, "web/glossary.html", {"words": WORDS})
