"""Who is on duty: staff open a session with their password, and its token says who they are.

All of it goes by real time. Tokens are random and stored as their hash; passwords are checked the
same way, and as slowly, whether or not there is such an account.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.ground.refusals import IdentityRequired, RateLimited
from heli.ground.turns import wait_for_turn
from heli.hall.models import Staff, StaffSession, WrongPassword
from heli.hall.roles import StaffOnDuty, StaffRole
from heli.hall.staff import is_forbidden, normal_username

SESSION_LASTS = timedelta(hours=12)  # longer than an office's day, shorter than the next one
WRONG_PASSWORDS_MAX = 10
WRONG_PASSWORDS_WITHIN = timedelta(minutes=15)

WRONG = _("用户名或密码不对，没有登录。请核对后再试。")
NOT_LOGGED_IN = _("请先登录工作台。登录可能已经过期或已退出。")
TOO_MANY = _("这个账号连续输错密码的次数太多，请过一会儿再试。已经登录的电脑不受影响。")


def open_session(
    username: str, password: str, *, otp: str | None = None, address: str
) -> tuple[str, StaffOnDuty]:
    """The token of a new session, and who is on duty with it.

    otp: a one-time password; no account asks for one yet. address: where the request came from,
    empty where that is unknown. Raises IdentityRequired for a wrong name or password, RateLimited
    after ten wrong passwords for the account in 15 minutes, save from an address where it has a
    live session.
    """
    username = normal_username(username)
    attempt = _begin_attempt(username, address)
    staff = Staff.objects.filter(username=username, is_active=True).first()
    if staff is None:
        make_password(password)  # as slow as for an account that is there
        raise IdentityRequired(WRONG)
    if is_forbidden(password) or not check_password(password, staff.password):
        raise IdentityRequired(WRONG)
    attempt.delete()
    token = secrets.token_urlsafe(32)
    now = clock.real_now()
    StaffSession.objects.create(
        token_hash=_hash(token),
        staff=staff,
        address=address,
        created_at=now,
        expires_at=now + SESSION_LASTS,
    )
    return token, staff_of(token)


def staff_of(token: str) -> StaffOnDuty:
    """Who is on duty with this token. Raises IdentityRequired: forged, expired, ended, or none."""
    session = (
        _live(clock.real_now())
        .select_related("staff__office")
        .filter(token_hash=_hash(token))
        .first()
    )
    if session is None:
        raise IdentityRequired(NOT_LOGGED_IN)
    office = session.staff.office
    return StaffOnDuty(
        staff_id=session.staff.pk,
        session_id=session.pk,
        username=session.staff.username,
        role=StaffRole(session.staff.role),
        office_id=office.id if office else None,
        office_name=office.name if office else None,
    )


def end_session(by: StaffOnDuty) -> None:
    """The session ends now; its token opens nothing any more."""
    StaffSession.objects.filter(pk=by.session_id, ended_at=None).update(ended_at=clock.real_now())


@transaction.atomic
def _begin_attempt(username: str, address: str) -> WrongPassword:
    """Count this attempt as wrong until it proves right, so that many at once gain nothing."""
    now = clock.real_now()
    wait_for_turn(f"hall.sessions {username}")
    WrongPassword.objects.filter(at__lte=now - WRONG_PASSWORDS_WITHIN).delete()
    wrong = list(
        WrongPassword.objects.filter(username=username).order_by("at").values_list("at", flat=True)
    )
    if len(wrong) >= WRONG_PASSWORDS_MAX and not _is_at_work(username, address, now):
        raise RateLimited(TOO_MANY, retry_after_seconds=_seconds_until_fewer(wrong, now))
    return WrongPassword.objects.create(username=username, at=now)


def _seconds_until_fewer(wrong: list[datetime], now: datetime) -> int:
    """Whole seconds until so many have aged that another attempt counts."""
    until = wrong[-WRONG_PASSWORDS_MAX] + WRONG_PASSWORDS_WITHIN
    return max(1, int((until - now).total_seconds()) + 1)


def _is_at_work(username: str, address: str, now: datetime) -> bool:
    return address != "" and _live(now).filter(staff__username=username, address=address).exists()


def _live(now: datetime) -> QuerySet[StaffSession]:
    return StaffSession.objects.filter(
        ended_at=None, expires_at__gt=now, created_at__lte=now, staff__is_active=True
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
