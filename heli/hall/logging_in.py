"""Logging in at the desk's pages, step by step: the password, then what the account still needs.

Between two steps nobody is on duty. A sealed token says how far somebody has come; it holds for
minutes, and for the password and the second factor that were there when it was made, so that
nothing can be finished twice.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from heli.ground import clock
from heli.ground.audit.recording import Kind, Subject, record, say_who
from heli.hall import second_factor
from heli.hall.errors import LoginLapsed
from heli.hall.models import SecondFactor, Staff
from heli.hall.passwords import OLD_WRONG, account_of, check_new_password
from heli.hall.roles import StaffOnDuty
from heli.hall.sessions import end_other_sessions, start_session
from heli.hall.staff import end_sessions_of
from heli.vault.tokens import TokenRefused, open_token, seal_token

PURPOSE = "hall.logging_in"
CODE_WITHIN = timedelta(minutes=10)
SET_UP_WITHIN = timedelta(minutes=30)  # time to put an app on a telephone


class Step(StrEnum):
    """What comes next."""

    CODE = "code"
    SET_UP = "set_up"


@dataclass(frozen=True)
class Opened:
    """On duty: the token of the session. recovery_codes: new ones, shown now and never again."""

    token: str
    staff: StaffOnDuty
    recovery_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pending:
    """Not on duty yet. token: to be brought along to the next step."""

    token: str
    step: Step


@dataclass(frozen=True)
class ToSetUp:
    """What is to be set up. secret: a new one for the app, None where the account has its own.
    needs_code: whether a code is asked for, of whichever secret."""

    username: str
    needs_password: bool
    secret: str | None
    needs_code: bool


@dataclass(frozen=True)
class _Begun:
    staff: Staff
    secret: str | None
    has_second_factor: bool


def begin_login(username: str, password: str, *, address: str) -> Opened | Pending:
    """The first step. address: where it came from. Raises IdentityRequired, RateLimited."""
    staff = account_of(username, password, address=address)
    has_second_factor = second_factor.is_set_up(staff.pk)
    needs_one = second_factor.is_required() and not has_second_factor
    if staff.initial_until is not None or needs_one:
        secret = second_factor.new_secret() if needs_one else None
        return Pending(_seal(staff, secret, SET_UP_WITHIN), Step.SET_UP)
    if has_second_factor:
        return Pending(_seal(staff, None, CODE_WITHIN), Step.CODE)
    return Opened(*start_session(staff, address=address))


def give_code(pending: str, code: str, *, address: str) -> Opened:
    """The second step: a code of the app, or a recovery code, and they are on duty.

    Raises LoginLapsed, CodeWrong, RateLimited.
    """
    begun = _read(pending)
    if begun.staff.initial_until is not None or not begun.has_second_factor:
        raise LoginLapsed()
    second_factor.check_code(begun.staff, code, address=address)
    return Opened(*start_session(begun.staff, address=address))


def begin_replacement(password: str, code: str, *, by: StaffOnDuty, address: str) -> Pending:
    """Somebody on duty wants another secret: a new telephone, a first one, new recovery codes.

    code: of the app they have until now, or a recovery code; passed over where there is none yet.
    Raises IdentityRequired, CodeWrong, RateLimited.
    """
    staff = account_of(by.username, password, address=address, if_wrong=OLD_WRONG)
    if second_factor.is_set_up(staff.pk):
        second_factor.check_code(staff, code, address=address)
    return Pending(_seal(staff, second_factor.new_secret(), SET_UP_WITHIN), Step.SET_UP)


def to_set_up(pending: str) -> ToSetUp:
    """What is to be set up. Raises LoginLapsed."""
    begun = _read(pending)
    return ToSetUp(
        username=begun.staff.username,
        needs_password=begun.staff.initial_until is not None,
        secret=begun.secret,
        needs_code=begun.secret is not None or begun.has_second_factor,
    )


def set_up(pending: str, *, new_password: str, code: str, address: str) -> Opened:
    """What the account still needs is set up, and they are on duty; all earlier sessions end.

    new_password, code: passed over where `to_set_up` does not ask for them. Raises LoginLapsed,
    InvalidInput (the password), CodeWrong, RateLimited.
    """
    begun = _read(pending)
    staff, used_step = begun.staff, None
    needs_password = staff.initial_until is not None
    if needs_password:
        check_new_password(new_password, of=staff.username, field="new_password")
    if begun.secret is not None:
        used_step = second_factor.check_new_secret(staff, begun.secret, code, address=address)
    elif begun.has_second_factor:
        second_factor.check_code(staff, code, address=address)
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=staff.pk)
        _read(pending)  # somebody may have finished it since
        say_who(_actor(staff), why="set_up_account")
        if needs_password:
            _choose_password(staff, new_password)
        codes = []
        if begun.secret is not None and used_step is not None:
            codes = second_factor.store(staff, begun.secret, used_step)
            record(
                Kind.DEED,
                "set_up_second_factor",
                actor=_actor(staff),
                at=clock.now(),
                subject=Subject("staff", str(staff.pk)),
            )
        end_sessions_of([staff.pk])
        return Opened(*start_session(staff, address=address), tuple(codes))


def change_password(password: str, new_password: str, *, by: StaffOnDuty, address: str) -> None:
    """Somebody on duty chooses another password; their other sessions end.

    Raises IdentityRequired (the old one is wrong), InvalidInput (the new one), RateLimited.
    """
    check_new_password(new_password, of=by.username, field="new_password")
    staff = account_of(by.username, password, address=address, if_wrong=OLD_WRONG)
    with transaction.atomic():
        say_who(_actor(staff), why="change_password")
        _choose_password(staff, new_password)
        end_other_sessions(by)


def _choose_password(staff: Staff, new_password: str) -> None:
    staff.password = make_password(new_password)
    staff.initial_until = None
    staff.save(update_fields=["password", "initial_until"])


def _actor(staff: Staff) -> str:
    """The account, as the audit names it."""
    return f"staff:{staff.pk}"


def _seal(staff: Staff, secret: str | None, lasts: timedelta) -> str:
    payload = [staff.pk, _mark(staff), secret]
    return seal_token(PURPOSE, payload, expires_at=clock.real_now() + lasts)


def _read(pending: str) -> _Begun:
    try:
        payload: Any = open_token(PURPOSE, pending)
    except TokenRefused:
        raise LoginLapsed() from None
    staff_id, mark, secret = payload
    staff = Staff.objects.filter(pk=staff_id, is_active=True).first()
    if staff is None or not hmac.compare_digest(mark, _mark(staff)):
        raise LoginLapsed()
    return _Begun(staff, secret, second_factor.is_set_up(staff.pk))


def _mark(staff: Staff) -> str:
    """What is there now: another password or another second factor, and it is another mark."""
    factor = SecondFactor.objects.filter(pk=staff.pk).values_list("secret_sealed").first()
    sealed = bytes(factor[0]) if factor else b""
    return hashlib.sha256(staff.password.encode() + b"\0" + sealed).hexdigest()
