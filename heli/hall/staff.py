"""Who works at an office: their accounts, and what an operator does with them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.ground.refusals import FieldError, InvalidInput, NotFound
from heli.hall import second_factor
from heli.hall.attempts import forget_attempts
from heli.hall.models import DeskCheck, Staff, StaffSession
from heli.hall.passwords import (
    DEMO_PASSWORD,
    INITIAL_LASTS,
    PASSWORD_TYPED_MAX,
    USERNAME_LENGTH_MAX,
    check_new_password,
    is_forbidden,
    new_initial_password,
    normal_username,
)
from heli.hall.permits import close_permits_of
from heli.hall.roles import StaffRole
from heli.places.queries import get_office

__all__ = [
    "DEMO_PASSWORD",
    "PASSWORD_TYPED_MAX",
    "USERNAME_LENGTH_MAX",
    "StaffAccount",
    "add_staff",
    "create_staff",
    "disable_staff",
    "enable_staff",
    "has_account",
    "is_forbidden",
    "list_staff",
    "normal_username",
    "reset_password",
    "reset_second_factor",
]

USERNAME = re.compile(r"[\w.-]{1,64}")  # what somebody types every morning, in any script


@dataclass(frozen=True)
class StaffAccount:
    """An account as it is listed. is_set_up: whether its owner has chosen a password of their own.
    last_at: when a session was last used, UTC; None where none is stored."""

    username: str
    role: StaffRole
    office_id: str | None
    is_active: bool
    is_set_up: bool
    has_second_factor: bool
    last_at: datetime | None


def create_staff(
    username: str, password: str, role: StaffRole, *, office_id: str | None = None
) -> int:
    """Make an account and answer its id. office_id: required for all but an operator.

    Raises InvalidInput for a password that is too short or easily guessed.
    """
    check_new_password(password, of=username)
    staff = Staff.objects.create(
        username=normal_username(username),
        password=make_password(password),
        role=role,
        office_id=office_id,
        created_at=clock.real_now(),
    )
    return int(staff.pk)


@transaction.atomic
def add_staff(username: str, role: StaffRole, *, office_id: str | None = None) -> str:
    """Make an account; the password to hand to its owner, who has to choose another within three
    days. Raises InvalidInput (the name, one that is there, or no office), NotFound (the office)."""
    name = normal_username(username)
    if not USERNAME.fullmatch(name):
        raise InvalidInput(FieldError("username", _("用户名只能用文字、数字和 . _ -，最多64个。")))
    if (office_id is None) != (role is StaffRole.OPERATOR):
        raise InvalidInput(FieldError("office", _("除平台运维外，每个账号都属于一个登记处。")))
    if office_id is not None:
        office_id = get_office(office_id).id
    password = new_initial_password()
    try:
        with transaction.atomic():
            staff_id = create_staff(name, password, role, office_id=office_id)
    except IntegrityError:
        raise InvalidInput(FieldError("username", _("已经有这个用户名，没有新建。"))) from None
    Staff.objects.filter(pk=staff_id).update(initial_until=clock.real_now() + INITIAL_LASTS)
    return password


@transaction.atomic
def disable_staff(username: str) -> None:
    """Nobody logs in with the account any more, and its sessions end now. Raises NotFound."""
    staff = _locked(username)
    staff.is_active = False
    staff.save(update_fields=["is_active"])
    _take_from_owner(staff)


@transaction.atomic
def enable_staff(username: str) -> str:
    """The account is open again, by a new password to hand over. Raises NotFound."""
    staff = _locked(username)
    staff.is_active = True
    staff.save(update_fields=["is_active"])
    return _given_anew(staff)


@transaction.atomic
def reset_password(username: str) -> str:
    """A new password to hand to who has forgotten theirs; its sessions end. Raises NotFound."""
    return _given_anew(_locked(username))


@transaction.atomic
def reset_second_factor(username: str) -> str:
    """Forget the app and the recovery codes; the owner sets up another at the next login.

    Until then the password would be all there is, so it is exchanged for a new one to hand over,
    and the sessions end. Raises NotFound.
    """
    staff = _locked(username)
    second_factor.forget(staff)
    return _given_anew(staff)


def list_staff() -> list[StaffAccount]:
    """All accounts, by office and name; operators, who are of none, last."""
    rows = Staff.objects.select_related("second_factor").order_by("office_id", "username")
    latest = StaffSession.objects.order_by("staff_id", "-seen_at").distinct("staff_id")
    seen = dict(latest.values_list("staff_id", "seen_at"))
    return [
        StaffAccount(
            username=row.username,
            role=StaffRole(row.role),
            office_id=row.office_id,
            is_active=row.is_active,
            is_set_up=row.initial_until is None,
            has_second_factor=hasattr(row, "second_factor"),
            last_at=seen.get(row.pk),
        )
        for row in rows
    ]


def has_account(username: str) -> bool:
    """Whether there is an account of this name."""
    return Staff.objects.filter(username=normal_username(username)).exists()


def end_sessions_of(staff_ids: Iterable[int]) -> None:
    """Every session of these accounts ends now."""
    live = StaffSession.objects.filter(staff_id__in=list(staff_ids), ended_at=None)
    live.update(ended_at=clock.real_now())


def _locked(username: str) -> Staff:
    # Whoever writes a row that points to the account does not wait for this, nor this for them.
    found = (
        Staff.objects.select_for_update(no_key=True)
        .filter(username=normal_username(username))
        .first()
    )
    if found is None:
        raise NotFound(_("没有这个账号。"))
    return found


def _given_anew(staff: Staff) -> str:
    password = new_initial_password()
    staff.password = make_password(password)
    staff.initial_until = clock.real_now() + INITIAL_LASTS
    staff.person = None  # it may be somebody else's account from now on
    staff.save(update_fields=["password", "initial_until", "person"])
    forget_attempts(staff)
    _take_from_owner(staff)
    return password


def _take_from_owner(staff: Staff) -> None:
    """What was begun with the account ends for good, also when it is set up again: sessions,
    permits, and codes of people it vouched for that were not taken up yet."""
    end_sessions_of([staff.pk])
    close_permits_of(staff.pk)
    now = clock.real_now()
    codes = DeskCheck.objects.filter(by=staff, taken_at=None, expires_at__gt=now)
    codes.update(expires_at=now)
