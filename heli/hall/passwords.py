"""Passwords of staff: salted and hashed by Django's hasher, checked as slowly for nobody."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.ground.configuration import Environment
from heli.ground.refusals import FieldError, IdentityRequired, InvalidInput
from heli.hall.attempts import begin_password, record_wrong
from heli.hall.models import Staff

DEMO_PASSWORD = "heli-demo"  # known to everybody who has seen the demo
USERNAME_LENGTH_MAX = 64
PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX = 12, 128  # of one that is chosen; ASVS 2.1.1 and 2.1.2
PASSWORD_TYPED_MAX = 200  # one that was chosen before these bounds still opens its account
DIFFERENT_CHARACTERS_MIN = 5
USERNAME_TOLD_MIN = 4  # a shorter name may stand in a password by chance
INITIAL_LASTS = timedelta(hours=72)
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read as something else

WRONG = _("用户名或密码不对，没有登录。请核对后再试。")
OLD_WRONG = _("现在的密码不对，什么都没有改变。请核对后再试。")
TOO_EASY = _("请换一个别人猜不到的密码：12到128个字符，不要用常见的，也不要含用户名。")


def account_of(username: str, password: str, *, address: str, if_wrong: Promise = WRONG) -> Staff:
    """The account that the password opens, which is not yet to say that they are on duty.

    address: where the request came from, empty where that is unknown. Raises IdentityRequired for
    a wrong name or password, with the sentence `if_wrong`, and RateLimited (`attempts`).
    """
    username = normal_username(username)
    attempt = begin_password(username, address)
    staff = Staff.objects.filter(username=username, is_active=True).first()
    if staff is None:
        make_password(password)  # as slow as for an account that is there
    if staff is None or not _opens(password, staff):
        record_wrong(attempt, staff)
        raise IdentityRequired(if_wrong)
    attempt.delete()
    return staff


def _opens(password: str, staff: Staff) -> bool:
    if not check_password(password, staff.password) or is_forbidden(password):
        return False
    # Not used in three days: it has to be given anew.
    return staff.initial_until is None or staff.initial_until > clock.real_now()


def check_new_password(password: str, *, of: str, field: str = "password") -> None:
    """Raises InvalidInput for one that is too short, too long or easily guessed.

    of: the account's user name. The demo's own password is one that everybody knows, and is
    refused in production alone. Source: OWASP ASVS 2.1.1, 2.1.2, 2.1.7; NIST SP 800-63B 5.1.1.2.
    """
    if password == DEMO_PASSWORD and not is_forbidden(password):
        return
    is_in_bounds = PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX
    if not is_in_bounds or is_guessed(password, normal_username(of)):
        raise InvalidInput(FieldError(field, TOO_EASY))


def is_guessed(password: str, username: str) -> bool:
    """Whether it is among the first that somebody tries: one of the 20,000 that are used most
    (Django's list), the user name with something around it, or a few characters repeated."""
    try:
        _most_used().validate(password)
    except ValidationError:
        return True
    has_name = len(username) >= USERNAME_TOLD_MIN and username in password.lower()
    return has_name or len(set(password)) < DIFFERENT_CHARACTERS_MIN


@cache
def _most_used() -> CommonPasswordValidator:
    return CommonPasswordValidator()  # reads its file, once for the process


def new_initial_password() -> str:
    """A password to be handed to somebody."""
    return four_groups()


def four_groups() -> str:
    """Something to be read off and typed: four groups of four, 79 random bits, dashes between."""
    groups = ["".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4)]
    return "-".join(groups)


def is_forbidden(password: str) -> bool:
    """Whether this is the demo's password in production, where it opens nothing."""
    return password == DEMO_PASSWORD and settings.HELI.environment is Environment.PRODUCTION


def normal_username(username: str) -> str:
    """The name as it is stored: capitals and spaces around it make no difference."""
    return username.strip().lower()
