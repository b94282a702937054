"""What the door says itself: JSON, refusals in the reader's language, and the headers of both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, parse_cookie
from django.utils import translation

from heli.api.problems import Problem, fault, problem_of
from heli.ground.headers import API_POLICY, NOT_KEPT, on_every_answer
from heli.ground.refusals import InvalidInput, Refusal
from heli.ground.refused import NO_METHOD, TOLD, Refused, refusals

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = Mapping[bytes, bytes]

RawHeaders = list[tuple[bytes, bytes]]

KEPT_LENGTH_MAX = 200  # of what a reader says of languages: browsers say less, strangers anything

# The same that the web processes put on every answer, and on the API's besides.
SECURITY: RawHeaders = [
    (name.lower().encode(), value.encode())
    for name, value in on_every_answer(settings.HELI).items()
]
SECURITY.append((b"content-security-policy", API_POLICY.encode()))
JSON: RawHeaders = [(b"content-type", b"application/json; charset=utf-8"), *SECURITY]
# In the log: nobody looks for longer than the answer takes, so neither route nor caller.
REFUSED_HERE = {status: Refused(status, NO_METHOD, "at the door", "") for status in TOLD}
KEPT_BY_NOBODY = (b"cache-control", NOT_KEPT.encode())


async def answer(send: Send, status: int, headers: RawHeaders, content: bytes) -> None:
    """Send a whole answer at once."""
    length = (b"content-length", b"%d" % len(content))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": content})


async def answer_refusal(send: Send, refusal: Refusal, headers: Headers) -> None:
    """Say no, in the language that the request's headers ask for."""
    await answer(send, *refused(refusal, headers))


def refused(refusal: Refusal, headers: Headers) -> Ready:
    """A no that is ready to be sent, in the language that the request's headers ask for."""
    if refusal.status in TOLD:
        refusals.tell(REFUSED_HERE[refusal.status])
    return _refusal(refusal, language_of(headers))


async def answer_fault(send: Send, headers: Headers) -> None:
    """Something broke on our side."""
    with translation.override(language_of(headers)):
        ready = _ready(fault())
    await answer(send, *ready)


def language_of(headers: Headers) -> str:
    """The reader's language as Django's LocaleMiddleware finds it: by cookie, then by header."""
    cookie = headers.get(b"cookie", b"").decode("latin-1")
    chosen = parse_cookie(cookie).get(settings.LANGUAGE_COOKIE_NAME, "") if cookie else ""
    accepted = headers.get(b"accept-language", b"").decode("latin-1")
    if len(chosen) + len(accepted) > KEPT_LENGTH_MAX:
        return _language.__wrapped__(chosen, accepted)
    return _language(chosen, accepted)


@lru_cache(maxsize=1024)
def _language(chosen: str, accepted: str) -> str:
    request = HttpRequest()
    request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = chosen
    request.META["HTTP_ACCEPT_LANGUAGE"] = accepted
    return translation.get_language_from_request(request)


Ready = tuple[int, RawHeaders, bytes]
"""Status, headers and content of an answer that is ready to be sent."""

_said: dict[tuple[Any, ...], Ready] = {}


def _refusal(refusal: Refusal, language: str) -> Ready:
    """In a rush the same few sentences are said thousands of times: they are kept ready."""
    if refusal.facts or isinstance(refusal, InvalidInput):
        return _in_language(refusal, language)
    key = (type(refusal), refusal.message, refusal.retry_after_seconds, language)
    if key not in _said:  # as many as there are sentences
        _said[key] = _in_language(refusal, language)
    return _said[key]


def _in_language(refusal: Refusal, language: str) -> Ready:
    with translation.override(language):
        return _ready(problem_of(refusal))


def _ready(problem: Problem) -> Ready:
    headers = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    varies = (b"vary", b"Accept-Language, Cookie")
    headers += [varies, KEPT_BY_NOBODY, *SECURITY]
    return problem.status, headers, problem.content.encode()
