"""Who is asking: a Bearer token that a real-name check issued, or a session at the desk."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from heli.ground.refusals import IdentityRequired
from heli.hall.roles import StaffOnDuty
from heli.hall.sessions import NOT_LOGGED_IN, staff_of
from heli.identity.verified import VerifiedIdentity, read_token

TOKEN_LENGTH_MAX = 4096


class IdentifiedRequest(HttpRequest):
    """A request whose asker has proven who they are."""

    identity: VerifiedIdentity


class StaffRequest(HttpRequest):
    """A request of somebody on duty at the desk."""

    staff: StaffOnDuty


class Bearer(HttpBearer):
    """`Authorization: Bearer TOKEN`. Puts the asker into `request.identity`."""

    def authenticate(self, request: HttpRequest, token: str) -> VerifiedIdentity | None:
        """Raises IdentityRequired where the token is forged, spoilt or expired."""
        if not _can_be_a_token(token):
            return None
        identity = read_token(token)
        request.identity = identity  # type: ignore[attr-defined]
        return identity


class StaffBearer(HttpBearer):
    """`Authorization: Bearer TOKEN` of a session at the desk. Puts who is on duty into
    `request.staff`. A citizen's token is none of the desk's."""

    def __call__(self, request: HttpRequest) -> StaffOnDuty:
        """Raises IdentityRequired where there is no token, or none that is live."""
        staff: StaffOnDuty | None = super().__call__(request)
        if staff is None:
            raise IdentityRequired(NOT_LOGGED_IN)
        return staff

    def authenticate(self, request: HttpRequest, token: str) -> StaffOnDuty | None:
        """Who is on duty with this token. Raises IdentityRequired."""
        if not _can_be_a_token(token):
            return None
        staff = staff_of(token)
        request.staff = staff  # type: ignore[attr-defined]
        return staff


def _can_be_a_token(token: str) -> bool:
    return len(token) <= TOKEN_LENGTH_MAX and token.isascii() and token.isprintable()
