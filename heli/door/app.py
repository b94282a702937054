"""The door: a bare ASGI application for the few requests of a rush, before everything else.

Places are taken and free places are told here, by the same services and shapes as in the API
(docs/decisions/0010-the-door.md); whatever else comes is passed on to the web processes.
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from heli.door.answers import (
    JSON,
    Headers,
    Receive,
    Scope,
    Send,
    answer,
    answer_fault,
    answer_refusal,
)
from heli.door.availability import Availability
from heli.door.business_time import BusinessTime
from heli.door.changes import Changes
from heli.door.passing_on import ClientGone, PassingOn, pieces
from heli.door.place import Place
from heli.door.protocol import BOOKINGS
from heli.door.pushes import Pushes
from heli.door.taking import Taking
from heli.door.turns import TURNS, Turns
from heli.ground.refusals import Unavailable
from heli.wechat.pushes.answers import PATH

log = logging.getLogger(__name__)

NOOP = b"/api/v1/demo/noop"
PUSHES = PATH.encode()
AVAILABILITY = re.compile(rb"/api/v1/offices/([0-9A-Za-z_-]{1,40})/availability")


HOST_LENGTH_MAX = 300  # of a name that is kept; a longer one is none


def is_ours(host: bytes) -> bool:
    """Whether a request that names this host is for this installation."""
    return len(host) <= HOST_LENGTH_MAX and _is_ours(host)


@lru_cache(maxsize=1024)
def _is_ours(host: bytes) -> bool:
    name, _port = split_domain_port(host.decode("latin-1"))
    return bool(name) and validate_host(name, settings.ALLOWED_HOSTS)


class Door:
    """The ASGI application of one process. Opens what it needs when the server starts it."""

    _passing_on: PassingOn
    _taking: Taking
    _availability: Availability
    _pushes: Pushes

    def __init__(self, place: Place) -> None:
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live through the server's start and end."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        headers: Headers = dict(scope["headers"])
        try:
            await self._answer(scope, headers, receive, send)
        except ClientGone:
            pass  # before the whole request was here: nothing was asked for
        except Unavailable as refusal:
            await answer_refusal(send, refusal, headers)
        except Exception:
            log.exception("the door failed at %s", scope["method"])
            await answer_fault(send, headers)

    async def _answer(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["raw_path"]
        # A header that came twice is a matter for the web processes to make sense of, and so is a
        # name by which nobody reaches this installation.
        is_plain = len(headers) == len(scope["headers"])
        if not is_ours(headers.get(b"host", b"")):
            await self._passing_on.pass_on(scope, receive, send)
        elif method == "POST" and path == BOOKINGS and is_plain:
            await self._taking.take(scope, headers, receive, send)
        elif method == "GET" and is_plain and (asked := AVAILABILITY.fullmatch(path)):
            await self._availability.tell(asked[1], scope, headers, receive, send)
        elif path == PUSHES and is_plain:
            await self._pushes.take(scope, headers, receive, send)
        elif path == NOOP and method in ("GET", "POST") and settings.HELI.clock_can_move:
            async for _piece in pieces(receive):
                pass
            await answer(send, 200, JSON, b"{}")
        else:
            await self._passing_on.pass_on(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        place, turns = self._place, Turns()
        scope["state"][TURNS] = turns
        changes = Changes(place.changes, doors=place.doors, own=place.own)
        self._passing_on = PassingOn(
            str(place.web), changes, is_behind_proxy=settings.HELI.is_behind_proxy
        )
        self._taking = Taking(self._passing_on, changes, BusinessTime(changes), turns)
        self._availability = Availability(self._passing_on, changes)
        self._pushes = Pushes(self._passing_on)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._passing_on.close()
        changes.close()
        await send({"type": "lifespan.shutdown.complete"})
