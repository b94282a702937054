"""What WeChat pushes. It is no page: nobody looks at it, and no form of ours sends it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from heli.ground import clock
from heli.ground.bodies import takes_up_to
from heli.wechat.pushes.answers import Answer, answer_check, answer_push
from heli.wechat.pushes.receiving import BODY_BYTES_MAX
from heli.wechat.pushes.refused import TooLarge


@csrf_exempt
@require_http_methods(["GET", "POST"])
@takes_up_to(None)
def wechat_events(request: HttpRequest) -> HttpResponse:
    """GET: WeChat checks the address. POST: a message or an event, told apart from forgeries by
    its signature."""
    answer = _answer(request)
    return HttpResponse(answer.content, status=answer.status, content_type=answer.content_type)


def _answer(request: HttpRequest) -> Answer:
    query, at = request.META["QUERY_STRING"], clock.real_now()
    if request.method != "POST":
        return answer_check(query, at=at)
    return answer_push(query, lambda: _body(request), at=at)


def _body(request: HttpRequest) -> bytes:
    """The body. Raises TooLarge where it is longer than any push; then it is not read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > BODY_BYTES_MAX:
        raise TooLarge
    return request.read(BODY_BYTES_MAX + 1)
