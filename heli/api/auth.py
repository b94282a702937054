"""Who is asking: a Bearer token that a real-name check issued."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from heli.identity.verified import VerifiedIdentity, read_token

TOKEN_LENGTH_MAX = 4096


class IdentifiedRequest(HttpRequest):
    """A request whose asker has proven who they are."""

    identity: VerifiedIdentity


class Bearer(HttpBearer):
    """`Authorization: Bearer TOKEN`. Puts the asker into `request.identity`."""

    def authenticate(self, request: HttpRequest, token: str) -> VerifiedIdentity | None:
        """Raises IdentityRequired where the token is forged, spoilt or expired."""
        if len(token) > TOKEN_LENGTH_MAX or not token.isascii() or not token.isprintable():
            return None
        identity = read_token(token)
        request.identity = identity  # type: ignore[attr-defined]
        return identity
