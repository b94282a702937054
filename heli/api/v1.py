"""The API, version 1: its routers, and the one handler of everything that is refused."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from ninja.errors import AuthenticationError, HttpError, ValidationError

from heli import __version__
from heli.api import (
    bookings,
    cases,
    channels,
    demo,
    desk,
    hall,
    identity,
    law,
    my_data,
    notices,
    page_script,
    places,
    vouchers,
    wechat,
)
from heli.api.openapi import HeliAPI
from heli.api.problems import answer_refusal
from heli.api.reading import TOO_LARGE, StrictParser, field_errors
from heli.api.rendering import Utf8Renderer
from heli.ground.refusals import (
    BrokenBody,
    IdentityRequired,
    InvalidInput,
    NotFound,
    Refusal,
    Unavailable,
)

DESCRIPTION = """
Book a time at a marriage-registration office, together. A booking is a place in a queue, never a
divorce.

JSON in UTF-8, whatever the Content-Type says; days as YYYY-MM-DD, times as RFC 3339 with +08:00.
Bodies hold at most 64 KiB, need a Content-Length and nest at most 32 deep. Errors are RFC 9457
`application/problem+json` with a stable `code`; sentences come in Chinese, or in English for
`Accept-Language: en`.
"""

api = HeliAPI(
    title="Heli API",
    version=__version__,
    description=DESCRIPTION,
    urls_namespace="api-v1",
    parser=StrictParser(),
    renderer=Utf8Renderer(),
)
api.add_router("", places.router)
api.add_router("/identity", identity.router)
api.add_router("/bookings", bookings.router)
api.add_router("/bookings", vouchers.router)
api.add_router("/cases", cases.router)
api.add_router("/channels", channels.router)
api.add_router("/desk", desk.router)
api.add_router("", hall.router)
api.add_router("/law", law.router)
api.add_router("/my-data", my_data.router)
api.add_router("/notices", notices.router)
api.add_router("", vouchers.key_router)
api.add_router("/wechat", wechat.router)
api.add_router("/wechat", page_script.router)
api.add_router("/demo", demo.router)


@api.exception_handler(Refusal)
def on_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """What a room refused."""
    return answer_refusal(request, refusal)


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, invalid: ValidationError) -> HttpResponse:
    """What does not fit its schema."""
    return answer_refusal(request, InvalidInput(*field_errors(invalid)))


@api.exception_handler(AuthenticationError)
def on_stranger(request: HttpRequest, stranger: AuthenticationError) -> HttpResponse:
    """No token, or none that is one."""
    return answer_refusal(request, IdentityRequired())


@api.exception_handler(HttpError)
def on_broken_body(request: HttpRequest, broken: HttpError) -> HttpResponse:
    """ninja's word for a body that our parser refused; the parser's own reason is the cause."""
    cause = broken.__cause__
    return answer_refusal(request, cause if isinstance(cause, Refusal) else BrokenBody())


@api.exception_handler(SuspiciousOperation)
@api.exception_handler(UnreadablePostError)
def on_suspicious(request: HttpRequest, reason: Exception) -> HttpResponse:
    """Django's word for a request that is too large or was cut off."""
    return answer_refusal(request, BrokenBody(message=TOO_LARGE))


@api.exception_handler(Http404)
def on_missing(request: HttpRequest, missing: Any) -> HttpResponse:
    """Nothing there."""
    return answer_refusal(request, NotFound())


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def on_database_gone(request: HttpRequest, reason: Exception) -> HttpResponse:
    """The database is away for a moment, or asks for another try. What was under way was rolled
    back, unless the answer to its commit was what did not come: then that is not known."""
    return answer_refusal(request, Unavailable())
