"""What was refused, in the log: so that an attack is seen, and nobody's number gets there by it.

A line names the route as it stands in the code, never the address that was asked for, and the kind
of caller: `refused 404 GET my/<code>, citizen`. The first of a kind is told at once; what repeats
it is counted and told once the minute is over, so that the log grows with the kinds there are and
not with who attacks. Rules that say no (409) are no matter of access and are not told.

Source: OWASP ASVS 4.0.3, 7.1.3, 7.2.1, 7.2.2 and 14.5.1.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from http import HTTPMethod
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse

from heli.ground.refusals import Refusal

log = logging.getLogger(__name__)

TOLD = frozenset({400, 401, 403, 404, 405, 413, 415, 422, 429})
COUNTED_SECONDS = 60
KINDS_MAX = 500  # that are told apart within a minute, in a process
CONVERTER = re.compile(r"<\w+:")  # of Django's routes: <str:code>
METHODS = frozenset(HTTPMethod)
NO_ROUTE, NO_METHOD = "no such path", "-"


class Refused(NamedTuple):
    """One kind of refused request. status: of HTTP. route: as the code has it. caller: "stranger",
    "citizen", "wechat", "staff:7", or "" where nobody looked."""

    status: int
    method: str
    route: str
    caller: str

    def __str__(self) -> str:
        """As the log has it."""
        told = f"{self.status} {self.method} {self.route}"
        return f"{told}, {self.caller}" if self.caller else told


OTHERS = Refused(0, NO_METHOD, "of other kinds", "")

Answering = Callable[[HttpRequest], HttpResponse]


class RefusedLog:
    """Tells the log of what is refused in this process. now: a clock in seconds that never goes
    back."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._counted: Counter[Refused] = Counter()
        self._until = 0.0
        self._lock = threading.Lock()

    def tell(self, refused: Refused) -> None:
        """Tell of it, or count it where its kind was told within the minute."""
        self.look()
        with self._lock:
            if not self._counted:
                self._until = self._now() + COUNTED_SECONDS
            if refused not in self._counted and len(self._counted) >= KINDS_MAX:
                refused = OTHERS
            self._counted[refused] += 1
            is_first = self._counted[refused] == 1
        if is_first:
            log.info("refused %s", refused)

    def look(self) -> None:
        """Where the minute is over, tell how often its kinds were repeated. Costs a comparison."""
        if not self._counted or self._now() < self._until:
            return
        with self._lock:
            over, self._counted = self._counted, Counter()
        for refused, times in over.items():
            if times > 1:
                log.info("refused %s: %d times more within a minute", refused, times - 1)


refusals = RefusedLog()


class RefusedMiddleware:
    """Tells of each request that a page or an operation refused; the innermost, so that it sees
    refusals before they become answers and leads to a login."""

    def __init__(self, get_response: Answering) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, and tell of the answer where it says no."""
        response = self._get_response(request)
        status = getattr(request, "refused_status", response.status_code)
        if status in TOLD:
            refusals.tell(_refused(request, status))
        else:
            refusals.look()
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Keep in mind what was refused; whoever stands further out answers."""
        if isinstance(exception, Refusal):
            request.refused_status = exception.status  # type: ignore[attr-defined]


def _refused(request: HttpRequest, status: int) -> Refused:
    match = request.resolver_match
    method = request.method if request.method in METHODS else None
    route = CONVERTER.sub("<", match.route) if match else NO_ROUTE
    return Refused(status, method or NO_METHOD, route, _caller(request))


def _caller(request: HttpRequest) -> str:
    """What the page's decorator or the operation's bearer put on the request."""
    if staff := getattr(request, "staff", None):
        return f"staff:{staff.staff_id}"
    if hasattr(request, "identity") or hasattr(request, "known"):
        return "citizen"
    return "wechat" if hasattr(request, "wechat") else "stranger"
