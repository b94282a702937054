"""The net under the API: whatever Django itself answers becomes the one shape of an error."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from heli.api.errors import MethodNotAllowed
from heli.api.problems import CONTENT_TYPE, answer_fault, answer_refusal
from heli.ground.refusals import BrokenBody, NotFound, Refusal

PREFIXES = ("/api/", "/health/")
REFUSALS: dict[int, type[Refusal]] = {400: BrokenBody, 404: NotFound, 405: MethodNotAllowed}

Answering = Callable[[HttpRequest], HttpResponse]


def one_shape(get_response: Answering) -> Answering:
    """Middleware: errors below the API's paths are problem+json, whoever made them."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith(PREFIXES) or response.status_code < 400:
            return response
        return (
            response if response["Content-Type"] == CONTENT_TYPE else _reshaped(request, response)
        )

    return answer


def _reshaped(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    refusal = REFUSALS.get(response.status_code)
    shaped = answer_refusal(request, refusal()) if refusal else answer_fault()
    if "Allow" in response:
        shaped["Allow"] = response["Allow"]
    return shaped
