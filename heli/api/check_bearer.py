"""Who may ask what came of a real-name check: the session of an app, or whoever holds its key."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from heli.ground.refusals import IdentityRequired
from heli.identity.going_back import is_key
from heli.wechat.accounts import WeChatSession, openid_of_session, read_session


class CheckRequest(HttpRequest):
    """A request about a check. openid: whose session asks; empty where `key` does."""

    openid: str
    key: str


class CheckBearer(HttpBearer):
    """`Authorization: Bearer TOKEN`: a session of the mini program, or the `key` that the answer
    to the beginning of a check gave. Which check it is about is looked at by the service."""

    def authenticate(self, request: HttpRequest, token: str) -> WeChatSession | str:
        """Raises IdentityRequired where the token is neither."""
        request.openid, request.key = "", ""  # type: ignore[attr-defined]
        if is_key(token):
            request.key = token  # type: ignore[attr-defined]
            return token
        session = self._session(token)
        request.openid = openid_of_session(session)  # type: ignore[attr-defined]
        return session

    def _session(self, token: str) -> WeChatSession:
        if not (token.isascii() and token.isprintable()):
            raise IdentityRequired()
        return read_session(token)
