"""Who is on duty: a session's token says who they are, until it ends.

All of it goes by real time. Tokens are random and stored as their hash. A session ends when its
owner says so, when nobody has used it for an hour, and after twelve hours in any case.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.ground.audit.recording import Kind, record
from heli.ground.refusals import IdentityRequired, NotFound
from heli.hall import second_factor
from heli.hall.attempts import WRONG_PASSWORDS_MAX, WRONG_PASSWORDS_WITHIN
from heli.hall.errors import CodeRequired, SetUpFirst
from heli.hall.models import Staff, StaffSession
from heli.hall.passwords import account_of
from heli.hall.roles import StaffOnDuty, StaffRole

__all__ = [
    "SESSION_IDLE_MAX",
    "SESSION_LASTS",
    "WRONG_PASSWORDS_MAX",
    "WRONG_PASSWORDS_WITHIN",
    "OwnSession",
    "end_other_sessions",
    "end_own_session",
    "end_session",
    "open_session",
    "own_sessions",
    "staff_of",
    "start_session",
]

SESSION_LASTS = timedelta(hours=12)  # longer than an office's day, shorter than the next one
SESSION_IDLE_MAX = timedelta(hours=1)  # a meeting, and not the lunch break
SEEN_EVERY = timedelta(minutes=1)  # how finely it is noted that a session is used

NOT_LOGGED_IN = _("请先登录工作台。登录可能已经过期或已退出。")


@dataclass(frozen=True)
class OwnSession:
    """One of the live sessions of somebody on duty, as they see it. is_this: the one they ask with.
    Moments UTC."""

    id: int
    address: str
    created_at: datetime
    seen_at: datetime
    is_this: bool


def open_session(
    username: str, password: str, *, otp: str | None = None, address: str
) -> tuple[str, StaffOnDuty]:
    """The token of a new session, and who is on duty with it: all at once, as programs log in.

    otp: a code of the account's authenticator app, or a recovery code; passed over for an account
    without a second factor. address: where the request came from, empty where that is unknown.
    Raises IdentityRequired for a wrong name or password, CodeRequired, CodeWrong, SetUpFirst, and
    RateLimited (`attempts`).
    """
    staff = account_of(username, password, address=address)
    has_second_factor = second_factor.is_set_up(staff.pk)
    if staff.initial_until is not None or (second_factor.is_required() and not has_second_factor):
        raise SetUpFirst(second_factor="set_up")
    if has_second_factor:
        if not otp:
            raise CodeRequired(second_factor="required")
        second_factor.check_code(staff, otp, address=address)
    return start_session(staff, address=address)


def start_session(staff: Staff, *, address: str) -> tuple[str, StaffOnDuty]:
    """The token of a new session of somebody who has shown who they are, and who is on duty."""
    token = secrets.token_urlsafe(32)
    now = clock.real_now()
    with transaction.atomic():
        StaffSession.objects.create(
            token_hash=_hash(token),
            staff=staff,
            address=address,
            created_at=now,
            seen_at=now,
            expires_at=now + SESSION_LASTS,
        )
        record(Kind.DEED, "log_in", actor=f"staff:{staff.pk}", at=clock.now())
    return token, staff_of(token)


def staff_of(token: str) -> StaffOnDuty:
    """Who is on duty with this token. Raises IdentityRequired: forged, expired, ended, or none."""
    now = clock.real_now()
    session = _live(now).select_related("staff__office").filter(token_hash=_hash(token)).first()
    if session is None:
        raise IdentityRequired(NOT_LOGGED_IN)
    if session.seen_at <= now - SEEN_EVERY:
        StaffSession.objects.filter(pk=session.pk).update(seen_at=now)
    office = session.staff.office
    return StaffOnDuty(
        staff_id=session.staff.pk,
        session_id=session.pk,
        username=session.staff.username,
        role=StaffRole(session.staff.role),
        office_id=office.id if office else None,
        office_name=office.name if office else None,
    )


def own_sessions(by: StaffOnDuty) -> list[OwnSession]:
    """The live sessions of who asks, the one they ask with first, then the latest used."""
    rows = _live(clock.real_now()).filter(staff_id=by.staff_id).order_by("-seen_at")
    found = [
        OwnSession(row.pk, row.address, row.created_at, row.seen_at, row.pk == by.session_id)
        for row in rows
    ]
    return sorted(found, key=lambda session: not session.is_this)


def end_session(by: StaffOnDuty) -> None:
    """The session ends now; its token opens nothing any more."""
    StaffSession.objects.filter(pk=by.session_id, ended_at=None).update(ended_at=clock.real_now())


def end_own_session(session_id: int, *, by: StaffOnDuty) -> None:
    """Another session of one's own ends now. Raises NotFound: ended before, or somebody else's."""
    own = _live(clock.real_now()).filter(staff_id=by.staff_id, pk=session_id)
    if not own.update(ended_at=clock.real_now()):
        raise NotFound()


def end_other_sessions(by: StaffOnDuty) -> None:
    """Every session of one's own ends now but the one that asks."""
    others = StaffSession.objects.filter(staff_id=by.staff_id, ended_at=None)
    others.exclude(pk=by.session_id).update(ended_at=clock.real_now())


def _live(now: datetime) -> QuerySet[StaffSession]:
    return StaffSession.objects.filter(
        ended_at=None,
        expires_at__gt=now,
        created_at__lte=now,
        seen_at__gt=now - SESSION_IDLE_MAX,
        staff__is_active=True,
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
