"""What a person is asked once: whether this WeChat account shall recognise them."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from heli.ground import clock
from heli.ground.cookies import our_cookie
from heli.identity.verified import VerifiedIdentity
from heli.vault.tokens import TokenRefused, open_token, seal_token
from heli.web.visitor import session_of, set_private_cookie
from heli.wechat.accounts import person_of

ASKED_COOKIE = our_cookie("heli_wechat_asked")
PURPOSE = "wechat asked"
REMEMBERED = timedelta(days=365)  # real time


def way_on(request: HttpRequest, identity: VerifiedIdentity, back_to: str) -> str:
    """Where to go after a real-name check: by the question, where it is still to be asked.

    An account that recognises somebody is not asked about: whose it is, is nobody else's to learn.
    """
    session = session_of(request)
    if session is None or person_of(session) is not None or _was_asked(request, identity):
        return back_to
    return f"{reverse('wechat_bind')}?{urlencode({'next': back_to})}"


def remember_that_asked(response: HttpResponse, identity: VerifiedIdentity) -> None:
    """This person was asked in this browser; what they said is not kept here."""
    expires_at = clock.real_now() + REMEMBERED
    token = seal_token(PURPOSE, identity.person.hex(), expires_at=expires_at)
    set_private_cookie(response, ASKED_COOKIE, token, seconds=int(REMEMBERED.total_seconds()))


def _was_asked(request: HttpRequest, identity: VerifiedIdentity) -> bool:
    try:
        asked: str = open_token(PURPOSE, request.COOKIES.get(ASKED_COOKIE, ""))
    except TokenRefused:
        return False
    return asked == identity.person.hex()
