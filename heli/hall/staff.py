"""Who works at an office: their accounts."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.ground.configuration import Environment
from heli.ground.refusals import FieldError, InvalidInput
from heli.hall.models import Staff
from heli.hall.roles import StaffRole

DEMO_PASSWORD = "heli-demo"  # known to everybody who has seen the demo
USERNAME_LENGTH_MAX = 64
PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX = 8, 200  # the longer, the longer a hash would take


def create_staff(
    username: str, password: str, role: StaffRole, *, office_id: str | None = None
) -> int:
    """Make an account and answer its id. office_id: required for all but an operator.

    Raises InvalidInput for a password that is too short, or that everybody knows in production.
    """
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX or is_forbidden(password):
        raise InvalidInput(FieldError("password", _("请换一个别人猜不到的密码，至少8个字符。")))
    staff = Staff.objects.create(
        username=normal_username(username),
        password=make_password(password),
        role=role,
        office_id=office_id,
        created_at=clock.real_now(),
    )
    return int(staff.pk)


def has_account(username: str) -> bool:
    """Whether there is an account of this name."""
    return Staff.objects.filter(username=normal_username(username)).exists()


def is_forbidden(password: str) -> bool:
    """Whether this is the demo's password in production, where it opens nothing."""
    return password == DEMO_PASSWORD and settings.HELI.environment is Environment.PRODUCTION


def normal_username(username: str) -> str:
    """The name as it is stored: capitals and spaces around it make no difference."""
    return username.strip().lower()
