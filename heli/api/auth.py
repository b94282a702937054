"""Who is asking: somebody verified, recognised by their WeChat account, or on duty at the desk."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from heli.ground.refusals import IdentityRequired
from heli.hall.roles import Deed, StaffOnDuty
from heli.hall.sessions import NOT_LOGGED_IN, staff_of
from heli.identity.verified import Known, VerifiedIdentity, read_token
from heli.wechat.accounts import WeChatSession, openid_of_session, person_of, read_session
from heli.wechat.kinds import AppKind

TOKEN_LENGTH_MAX = 4096


class IdentifiedRequest(HttpRequest):
    """A request whose asker has proven who they are."""

    identity: VerifiedIdentity


class KnownRequest(HttpRequest):
    """A request of somebody whom we know, verified now or recognised: enough to read their own."""

    known: Known


class SessionRequest(HttpRequest):
    """A request out of WeChat, from an account that we have seen."""

    wechat: WeChatSession


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


class KnownBearer(HttpBearer):
    """`Authorization: Bearer TOKEN`, of a real-name check or of a WeChat session whose account is
    bound to somebody. Puts whom it stands for into `request.known`; it reads and never acts."""

    def authenticate(self, request: HttpRequest, token: str) -> Known | None:
        """Raises IdentityRequired where the token is neither, or the account is nobody's."""
        if not _can_be_a_token(token):
            return None
        known = _known_by(token)
        request.known = known  # type: ignore[attr-defined]
        return known


class SessionBearer(HttpBearer):
    """`Authorization: Bearer TOKEN` of a WeChat session. Puts it into `request.wechat`; whose
    account it is, it does not say."""

    def authenticate(self, request: HttpRequest, token: str) -> WeChatSession | None:
        """Raises IdentityRequired where the token is no session, or an old one."""
        if not _can_be_a_token(token):
            return None
        session = read_session(token)
        request.wechat = session  # type: ignore[attr-defined]
        return session


class StaffBearer(HttpBearer):
    """`Authorization: Bearer TOKEN` of a session at the desk. Puts who is on duty into
    `request.staff`. A citizen's token is none of the desk's.

    deed: what the operation does; None where everybody on duty may. The role is looked at before
    the body is, and the service asks again.
    """

    def __init__(self, deed: Deed | None = None) -> None:
        super().__init__()
        self.deed = deed

    def __call__(self, request: HttpRequest) -> StaffOnDuty:
        """Raises IdentityRequired where there is no token, or none that is live."""
        staff: StaffOnDuty | None = super().__call__(request)
        if staff is None:
            raise IdentityRequired(NOT_LOGGED_IN)
        return staff

    def authenticate(self, request: HttpRequest, token: str) -> StaffOnDuty | None:
        """Who is on duty with this token. Raises IdentityRequired, NotAllowed."""
        if not _can_be_a_token(token):
            return None
        staff = staff_of(token)
        request.staff = staff  # type: ignore[attr-defined]
        if self.deed is not None:
            staff.check_may(self.deed)
        return staff


def asking_openid(request: HttpRequest) -> str:
    """The openid of who asks in the mini program; empty for everybody else."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not _can_be_a_token(token):
        return ""
    try:
        session = read_session(token)
    except IdentityRequired:
        return ""
    return openid_of_session(session) if session.app is AppKind.MINI else ""


def _known_by(token: str) -> Known:
    try:
        return read_token(token)
    except IdentityRequired:
        person = person_of(read_session(token))
    if person is None:
        raise IdentityRequired()
    return person


def _can_be_a_token(token: str) -> bool:
    return len(token) <= TOKEN_LENGTH_MAX and token.isascii() and token.isprintable()
