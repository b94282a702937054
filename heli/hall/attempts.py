"""How often an account may be tried: by account and by address, by real time.

An attempt counts as wrong until it proves right, so that many at once gain nothing. Whoever is at
work is never kept out by what others try elsewhere: where an account has a live session, neither
the limit of the account nor that of the address holds for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.ground.audit.recording import Kind, Subject, record
from heli.ground.models import AuditEntry
from heli.ground.turns import wait_for_turn
from heli.hall.models import Staff, StaffSession, WrongCode, WrongPassword
from heli.identity.limits import Limit, check_limits, index_of, is_unlimited
from heli.vault.blind import blind_index

WRONG_PASSWORDS_MAX = 10
WRONG_PASSWORDS_WITHIN = timedelta(minutes=15)
OF_AN_ACCOUNT = Limit(WRONG_PASSWORDS_MAX, WRONG_PASSWORDS_WITHIN)
OF_AN_ADDRESS = Limit(50, WRONG_PASSWORDS_WITHIN)  # whatever accounts are tried from there
KNOWN_FOR = timedelta(days=30)  # how long an address counts as one where an account works
# Three codes of a million are good at a time: thirty tries a day find one in thirty years.
OF_CODES = (Limit(10, timedelta(minutes=15)), Limit(30, timedelta(hours=24)))

RECORDED = Limit(30, timedelta(hours=24))  # in the audit, of an account
WRONG = ("wrong_password", "wrong_code")  # as the audit has it
NOBODY = "nobody"  # in the audit: who tried and did not prove to be anybody
MARK_LENGTH = 12  # hexadecimal digits of a blind index: enough to tell networks apart

TOO_MANY = _("这个账号连续输错密码的次数太多，请过一会儿再试。已经登录的电脑不受影响。")
TOO_MANY_HERE = _("从这个网络输错密码的次数太多，请过一会儿再试。已经登录的电脑不受影响。")
TOO_MANY_CODES = _(
    "这个账号输错验证码的次数太多，请过一会儿再试。已经登录的电脑不受影响。"
    "不是您输的，说明有人知道密码，请找平台运维重置密码。"
)


@transaction.atomic
def begin_password(username: str, address: str) -> WrongPassword:
    """Count an attempt at the account, there or not; the caller deletes it when it proves right.

    address: empty where it is unknown. Raises RateLimited.
    """
    now, here = clock.real_now(), index_of(address)
    # Some type their telephone, their name or the password itself into that field.
    typed = blind_index("username", username).hex()
    wait_for_turn(f"hall.sessions {username}")
    rows = WrongPassword.objects.order_by("at").values_list("at", flat=True)
    WrongPassword.objects.filter(at__lte=now - WRONG_PASSWORDS_WITHIN).delete()
    if not is_at_work(username, address, now):
        check_limits(rows.filter(username=typed), [OF_AN_ACCOUNT], now=now, sentence=TOO_MANY)
        if address and not is_unlimited(address) and not _works_here(username, address, now):
            check_limits(
                rows.filter(address=here), [OF_AN_ADDRESS], now=now, sentence=TOO_MANY_HERE
            )
    return WrongPassword.objects.create(username=typed, address=here, at=now)


@transaction.atomic
def begin_code(staff: Staff, address: str) -> WrongCode:
    """Count an attempt at the second factor of an account whose password was right.

    Where the account is at work, only what was tried there counts. Raises RateLimited.
    """
    now, here = clock.real_now(), index_of(address)
    wait_for_turn(f"hall.codes {staff.pk}")
    WrongCode.objects.filter(at__lte=now - OF_CODES[-1].within).delete()
    rows = WrongCode.objects.filter(staff=staff).order_by("at")
    if is_at_work(staff.username, address, now):
        rows = rows.filter(address=here)
    moments = rows.values_list("at", flat=True)
    check_limits(moments, OF_CODES, now=now, sentence=TOO_MANY_CODES)
    return WrongCode.objects.create(staff=staff, address=here, at=now)


@transaction.atomic
def record_wrong(attempt: WrongPassword | WrongCode, staff: Staff | None) -> None:
    """In the audit: somebody tried to open the account and could not. staff: None where there is
    no such account, which takes as long and leaves nothing; the log counts it.

    `from` of the entry is the same for all tries out of one network and tells nobody which. The
    audit is never shortened: what goes beyond thirty a day is in the log alone, too.
    """
    at, account = clock.now(), str(staff.pk) if staff else ""
    entries = AuditEntry.objects.filter(subject_kind="staff", subject=account, what__in=WRONG)
    many = entries.filter(really_at__gt=clock.real_now() - RECORDED.within).count()
    if staff is None or many >= RECORDED.most:
        attempt.save(update_fields=["at"])
        return
    record(
        Kind.DEED,
        "wrong_code" if isinstance(attempt, WrongCode) else "wrong_password",
        actor=NOBODY,
        at=at,
        subject=Subject("staff", account),
        office=staff.office_id or "",
        facts={"from": bytes(attempt.address or b"").hex()[:MARK_LENGTH]},
    )


def forget_attempts(staff: Staff) -> None:
    """What was tried with the password that this account had, counts no more."""
    typed = blind_index("username", staff.username).hex()
    WrongPassword.objects.filter(username=typed).delete()
    WrongCode.objects.filter(staff=staff).delete()


def is_at_work(username: str, address: str, now: datetime) -> bool:
    """Whether the account has a session at this address that was neither ended nor outlived; one
    that was left alone for too long counts, since somebody comes back to it. now: real time."""
    return (
        address != ""
        and StaffSession.objects.filter(
            staff__username=username,
            staff__is_active=True,
            address=address,
            ended_at=None,
            created_at__lte=now,
            expires_at__gt=now,
        ).exists()
    )


def _works_here(username: str, address: str, now: datetime) -> bool:
    """Desks may share one address with the hall: guests do not keep staff out."""
    sessions = StaffSession.objects.filter(staff__username=username, address=address)
    return sessions.filter(created_at__gt=now - KNOWN_FOR).exists()
