"""Somebody for whom no check works online comes with their card: a clerk looks, and a code lets the
person go on by themselves, on their own telephone or on the hall's tablet.

The code is good once and for minutes, and opens only to who knows the end of the number on the
card. What it gives is a proof for the hour, good at this office alone. Nothing here asks whether
the person has anything booked, so a clerk learns nothing from it.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from heli.bookings.codes import ALPHABET
from heli.bookings.queries import OfficeName
from heli.ground import clock, events
from heli.ground.audit.recording import Kind, Subject, record
from heli.ground.refusals import FieldError, InvalidInput
from heli.ground.typed import without_gaps
from heli.hall.deeds import record_deed
from heli.hall.errors import DeskCodeGone, NotForOneself
from heli.hall.events import ProvenAtTheDesk
from heli.hall.models import DeskCheck, Staff
from heli.hall.queries import office_of
from heli.hall.roles import Deed, StaffOnDuty
from heli.hall.services import CardRead
from heli.identity import attempts, in_person, limits
from heli.identity.id_numbers import IdNumber
from heli.identity.limits import Limit
from heli.identity.verified import VerifiedIdentity
from heli.places.queries import get_office
from heli.vault.blind import blind_index

PATH = "/identify/desk"
CODE_LENGTH = 8  # of 23 letters and digits: 36 bits, a handful of them good at a time
CODE_LIVES = timedelta(minutes=10)  # real time
WRONG_ENDS_MAX = 5
OF_A_CLERK = (Limit(40, attempts.DAY),)
OF_A_PERSON = (Limit(6, attempts.DAY),)
OF_AN_ADDRESS = (Limit(60, attempts.HOUR),)  # a hall's tablet, or all telephones in its network
SHOWN_DAYS = 31
SHOWN_MAX = 500

TOO_MANY_CHECKS = _(
    "当面核验的次数到了一天的上限，这一次没有记录。这个账号一天最多40次，同一个人最多6次。"
    "确实需要的话，请换一位同事办理，并告诉负责人。"
)
TOO_MANY_CODES = _("从这里试核验码的次数太多，请过一会儿再试。也可以请工作人员直接办理。")
WRONG_END = _("和证件上的号码对不上。请看身份证号的最后4位再填；填错5次，这个核验码就作废。")
SAY_YOUR_OWN = _("请先填写您自己的身份证号，只问这一次：防止有人给自己核验。")
NOT_SEEN = _("请先看过证件原件和本人。没有看过，不能记录。")


@dataclass(frozen=True)
class DeskCode:
    """What the person gets. code: eight characters, not printed. expires_at: real time, UTC."""

    office: OfficeName
    code: str = field(repr=False)
    expires_at: datetime

    @property
    def page(self) -> str:
        """Where the code can be typed in."""
        return f"{settings.HELI.base_url}{PATH}"

    @property
    def link(self) -> str:
        """The text of the QR code, which holds the code and nothing else."""
        return f"{self.page}/{self.code}"


@dataclass(frozen=True)
class DeskCheckLine:
    """One check, for the manager. at: business time, UTC. username: of who looked.

    is_taken: the person has gone on with it. It says nothing of who that is.
    """

    at: datetime
    username: str
    is_taken: bool


@dataclass(frozen=True)
class DeskChecks:
    """The checks at an office in a month, the latest first, and how many each made on each day.

    lines: the latest SHOWN_MAX alone. by_day: of all of them, so that nobody pushes an earlier day
    out of sight by many.
    """

    lines: tuple[DeskCheckLine, ...]
    by_day: tuple[tuple[date, str, int], ...]


def record_in_person(
    card: CardRead,
    *,
    is_seen: bool,
    by: StaffOnDuty,
    at: datetime,
    own_number: IdNumber | None = None,
    office_id: str | None = None,
) -> DeskCode:
    """A clerk has looked at card and person; the code with which the person goes on.

    is_seen: the clerk says so. at: UTC. own_number: the clerk's, needed the first time. office_id:
    for an operator. Who did it is on record, and counted for the day. Raises NotAllowed,
    NotForOneself, NotFound, InvalidInput, RateLimited.
    """
    by.check_may(Deed.VERIFY_IN_PERSON)
    if not is_seen:
        raise InvalidInput(FieldError("is_seen", NOT_SEEN))
    office = get_office(office_of(by, office_id))
    if _number_of(by, own_number, at=at) == card.id_number.blind_index():
        raise NotForOneself()
    _count(card, by)
    code = "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))
    expires_at = clock.real_now() + CODE_LIVES
    with transaction.atomic():
        check = DeskCheck(
            verification=in_person.begin_in_person(card.name, card.id_number),
            office_id=office.id,
            by_id=by.staff_id,
            code=_digest(code),
            at=at,
            really_at=clock.real_now(),
            expires_at=expires_at,
        )
        record_deed(by, Deed.VERIFY_IN_PERSON, at=at, subject=_subject(check), office_id=office.id)
        check.save(force_insert=True)
    return DeskCode(OfficeName(office.id, office.name), code, expires_at)


def has_said_own_number(by: StaffOnDuty) -> bool:
    """Whether this member of staff has said once whose account it is."""
    return Staff.objects.filter(pk=by.staff_id, person__isnull=False).exists()


def take_up(
    code: str, *, number_end: str, phone: str, address: str, at: datetime
) -> VerifiedIdentity:
    """The person goes on by themselves: the proof, good at that office alone until an hour after
    the clerk looked.

    number_end: the last four characters of the number on the card. phone: E.164. address: to count
    tries. at: UTC. Emits ProvenAtTheDesk. Raises DeskCodeGone (unknown, used, too old, or wrong too
    often), InvalidInput (the end is another), RateLimited.
    """
    _count_try(address)
    with transaction.atomic():
        check = _usable(code)
        identity = in_person.finish_in_person(
            check.verification, number_end=number_end, phone=phone, office_id=check.office_id
        )
        if identity is None:
            check.wrong += 1
        else:
            check.taken_at = clock.real_now()
            _tell(check, at=at)
        check.save(update_fields=["wrong", "taken_at"])
    if identity is None:
        raise InvalidInput(FieldError("number_end", WRONG_END))
    return identity


def is_good(code: str) -> bool:
    """Whether the code can be taken up now. It stays so."""
    return _good_ones().filter(code=_digest(code)).exists()


@transaction.atomic
def checks_at(by: StaffOnDuty, *, at: datetime, office_id: str | None = None) -> DeskChecks:
    """Who of the office gave proofs in the last month; looking is on record, too.

    at: UTC. office_id: for an operator. Raises NotAllowed, NotFound, InvalidInput.
    """
    by.check_may(Deed.SEE_AUDIT)
    office = office_of(by, office_id)
    rows = DeskCheck.objects.filter(office_id=office, at__gt=at - timedelta(days=SHOWN_DAYS))
    latest = rows.select_related("by").order_by("-at")[:SHOWN_MAX]
    lines = tuple(
        DeskCheckLine(row.at, row.by.username, row.taken_at is not None) for row in latest
    )
    record_deed(by, Deed.SEE_AUDIT, at=at, office_id=office, step="desk_checks")
    return DeskChecks(lines, _by_day(rows.values_list("at", "by__username")))


def _by_day(checks: Iterable[tuple[datetime, str]]) -> tuple[tuple[date, str, int], ...]:
    counted = Counter((clock.day_of(at), username) for at, username in checks)
    latest_first = sorted(counted.items(), key=lambda one: (one[0][0], one[1]), reverse=True)
    return tuple((on, username, count) for (on, username), count in latest_first)


@transaction.atomic
def _number_of(by: StaffOnDuty, said: IdNumber | None, *, at: datetime) -> bytes:
    """The blind index of the clerk's own number; what they say now, where they never did before.
    Only an operator, who hands the account out anew, lets it be said again."""
    staff = Staff.objects.select_for_update(no_key=True).get(pk=by.staff_id)
    if staff.person is not None:
        return bytes(staff.person)
    if said is None:
        raise InvalidInput(FieldError("own_number", SAY_YOUR_OWN))
    record_deed(by, Deed.VERIFY_IN_PERSON, at=at, step="own_number")
    staff.person = said.blind_index()
    staff.save(update_fields=["person"])
    return staff.person


def _count(card: CardRead, by: StaffOnDuty) -> None:
    person = card.id_number.blind_index()
    subjects = {
        blind_index("desk checks by staff", str(by.staff_id)): OF_A_CLERK,
        blind_index("desk checks about a person", person.hex()): OF_A_PERSON,
    }
    attempts.count(subjects, now=clock.real_now(), sentence=TOO_MANY_CHECKS)


def _count_try(address: str) -> None:
    if address and not limits.is_unlimited(address):
        place = blind_index("desk codes from an address", limits.index_of(address).hex())
        attempts.count({place: OF_AN_ADDRESS}, now=clock.real_now(), sentence=TOO_MANY_CODES)


def _usable(code: str) -> DeskCheck:
    check = _good_ones().select_for_update().filter(code=_digest(code)).first()
    if check is None:
        raise DeskCodeGone()
    return check


def _good_ones() -> QuerySet[DeskCheck]:
    return DeskCheck.objects.filter(
        taken_at=None, expires_at__gt=clock.real_now(), wrong__lt=WRONG_ENDS_MAX
    )


def _tell(check: DeskCheck, *, at: datetime) -> None:
    record(
        Kind.DEED,
        "take_up_desk_check",
        actor="person",
        at=at,
        subject=_subject(check),
        office=check.office_id,
    )
    events.emit(
        ProvenAtTheDesk(at=at, verification=str(check.verification), office_id=check.office_id)
    )


def _subject(check: DeskCheck) -> Subject:
    return Subject("desk_check", str(check.verification))


def _digest(code: str) -> bytes:
    """However it is typed: any case, with spaces and dashes."""
    said = without_gaps(code).upper()[: CODE_LENGTH + 1]
    return blind_index("desk check code", said)
