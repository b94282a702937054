"""The second factor: a code of an authenticator app, new every 30 seconds and used once.

RFC 6238 as every app knows it: HMAC-SHA-1, six digits. The secret is sealed. For who has lost the
telephone there are recovery codes, each good once, stored as hashes. All by real time.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.db import transaction

from heli.ground import clock
from heli.ground.configuration import Environment
from heli.ground.typed import without_gaps
from heli.hall.attempts import begin_code, record_wrong
from heli.hall.errors import CodeWrong
from heli.hall.models import RecoveryCode, SecondFactor, Staff
from heli.vault.fields import open_from, seal_into

SECRET_BYTES = 20  # RFC 4226 section 4, requirement 6
STEP_SECONDS = 30
STEPS_OFF = 1  # how far a telephone's clock may be off: RFC 6238 section 5.2
DIGITS = 6
RECOVERY_CODES = 8
RECOVERY_BYTES = 10  # 80 bits: nobody finds them by trying, not even from the hashes
CODE_LENGTH_MAX = 40  # a recovery code with whatever somebody writes between its groups
ISSUER = "Heli"


def is_required() -> bool:
    """Whether staff need a second factor here: in production, everybody."""
    return bool(settings.HELI.environment is Environment.PRODUCTION)


def is_set_up(staff_id: int) -> bool:
    """Whether the account has a second factor, which it then always asks for."""
    return SecondFactor.objects.filter(pk=staff_id).exists()


def new_secret() -> str:
    """A secret to be shared with an app: 160 random bits as base32, 32 characters."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def link_of(username: str, secret: str) -> str:
    """What an app reads from a QR code.

    >>> link_of("li ming", "JBSWY3DPEHPK3PXP")
    'otpauth://totp/Heli:li%20ming?secret=JBSWY3DPEHPK3PXP&issuer=Heli'
    """
    return f"otpauth://totp/{ISSUER}:{quote(username, safe='')}?secret={secret}&issuer={ISSUER}"


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """Which interval of 30 seconds the code is of: that of `at` or one beside it; else None."""
    totp = TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)
    now = int(at.timestamp()) // STEP_SECONDS
    matching = None
    for step in range(now - STEPS_OFF, now + STEPS_OFF + 1):  # each looked at, whichever it is
        if hmac.compare_digest(totp.generate(step * STEP_SECONDS), code.encode()):
            matching = step
    return matching


def check_code(staff: Staff, code: str, *, address: str) -> None:
    """The code opens the account, and never again. It may be a recovery code.

    address: where it came from. Raises CodeWrong, RateLimited.
    """
    attempt = begin_code(staff, address)
    typed = without_gaps(code)
    is_right = _use_code(staff, typed) if len(typed) == DIGITS else _use_recovery(staff, typed)
    if not is_right:
        record_wrong(attempt, staff)
        raise CodeWrong(second_factor="wrong")
    attempt.delete()


def check_new_secret(staff: Staff, secret: str, code: str, *, address: str) -> int:
    """The interval of a code that shows that the app has the secret. Raises as `check_code`."""
    attempt = begin_code(staff, address)
    step = matching_step(secret, without_gaps(code), clock.real_now())
    if step is None:
        record_wrong(attempt, staff)
        raise CodeWrong(second_factor="wrong")
    attempt.delete()
    return step


@transaction.atomic
def store(staff: Staff, secret: str, used_step: int) -> list[str]:
    """The account has this secret from now on, in place of an earlier one. Its new recovery codes,
    which are shown once. used_step: of the code that showed it, which opens nothing any more."""
    factor = SecondFactor(staff=staff, used_step=used_step, set_up_at=clock.real_now())
    seal_into(factor, "secret_sealed", secret)
    factor.save()
    RecoveryCode.objects.filter(staff=staff).delete()
    codes = [_new_recovery_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(staff=staff, code_hash=_hash(code.replace("-", ""))) for code in codes
    )
    return codes


@transaction.atomic
def forget(staff: Staff) -> None:
    """The account has no second factor any more."""
    RecoveryCode.objects.filter(staff=staff).delete()
    SecondFactor.objects.filter(staff=staff).delete()


def recovery_codes_left(staff_id: int) -> int:
    """How many recovery codes have not been used."""
    return RecoveryCode.objects.filter(staff_id=staff_id, used_at=None).count()


@transaction.atomic
def _use_code(staff: Staff, code: str) -> bool:
    factor = SecondFactor.objects.select_for_update().filter(staff=staff).first()
    if factor is None:
        return False
    secret = open_from(factor, "secret_sealed")
    step = matching_step(secret, code, clock.real_now())
    if step is None or step <= factor.used_step:
        return False
    factor.used_step = step
    factor.save(update_fields=["used_step"])
    return True


def _use_recovery(staff: Staff, code: str) -> bool:
    """One statement asks and marks, so that of two who use it at once one comes in."""
    unused = RecoveryCode.objects.filter(staff=staff, used_at=None, code_hash=_hash(code.upper()))
    return unused.update(used_at=clock.real_now()) == 1


def _new_recovery_code() -> str:
    """Four groups of four, out of A to Z and 2 to 7."""
    code = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode()
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
