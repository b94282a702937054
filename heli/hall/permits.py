"""Four eyes: what nobody does alone is asked for by one member of staff and granted by another.

Both show their second factor for it. A permit is good once and for two hours, and for nothing once
either of the two has lost their account. Every step is in the audit. All times are real time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from heli.ground import clock
from heli.ground.audit.recording import Kind, Subject, record
from heli.ground.refusals import InvalidInput, NotAllowed, NotFound
from heli.ground.turns import wait_for_turn
from heli.ground.typed import without_gaps
from heli.hall import second_factor
from heli.hall.deeds import actor_of
from heli.hall.errors import (
    CodeRequired,
    OwnPermit,
    PermitEnded,
    PermitNotGood,
    PermitNotGranted,
    PermitRequired,
    TooFresh,
)
from heli.hall.models import Permit, SecondFactor, Staff, StaffReading
from heli.hall.passwords import four_groups
from heli.hall.permit_rules import (
    KEY_WORK,
    LOOK_UPS_A_DAY,
    SETTLED_AFTER,
    WHYS_OF,
    PermitKind,
    PermitState,
    PermitWhy,
    may_ask,
    may_grant,
    state_of,
)
from heli.hall.roles import Deed, StaffOnDuty


@dataclass(frozen=True)
class Asked:
    """What was asked for. code: for the command, shown once; None where it is used at the desk."""

    id: int
    code: str | None = field(repr=False)


def ask_permit(
    kind: PermitKind, why: PermitWhy, *, code: str, by: StaffOnDuty, address: str, at: datetime
) -> Asked:
    """Ask for a permit, which somebody else then grants. An open one of the same kind is closed.

    code: of the second factor, passed over for an account without one. address: where it came from.
    at: business time, UTC, for the record. Raises NotAllowed, InvalidInput (a reason of another
    kind), CodeRequired, CodeWrong, RateLimited, TooFresh.
    """
    by.check_may(Deed.ASK_PERMIT)
    if not may_ask(kind, by.role):
        raise NotAllowed()
    if why not in WHYS_OF[kind]:
        raise InvalidInput()
    _show_second_factor(by, code, address)
    now = clock.real_now()
    new_code = four_groups() if kind in KEY_WORK else None
    with transaction.atomic():
        wait_for_turn(f"hall.permits {by.staff_id}")
        own = Permit.objects.filter(asked_by_id=by.staff_id, kind=kind)
        own.filter(used_at=None, closed_at=None).update(closed_at=now, closed_by_id=by.staff_id)
        permit = Permit.objects.create(
            kind=kind,
            why=why,
            office_id=None if kind in KEY_WORK else by.office_id,
            code_hash=_hash(new_code) if new_code else None,
            asked_by_id=by.staff_id,
            asked_at=now,
        )
        _record(permit, Deed.ASK_PERMIT, by, at=at, why=why)
    return Asked(permit.pk, new_code)


def grant_permit(permit_id: int, *, code: str, by: StaffOnDuty, address: str, at: datetime) -> None:
    """The second person's word. code, address, at: as for `ask_permit`.

    Raises NotAllowed, NotFound (another office's, too), OwnPermit, PermitEnded (granted, used,
    closed or lapsed before), CodeRequired, CodeWrong, RateLimited, TooFresh.
    """
    by.check_may(Deed.GRANT_PERMIT)
    _check_grantable(_visible(permit_id, by), by)
    _show_second_factor(by, code, address)
    with transaction.atomic():
        permit = _locked(permit_id)
        _check_grantable(permit, by)
        permit.granted_by_id, permit.granted_at = by.staff_id, clock.real_now()
        permit.save(update_fields=["granted_by", "granted_at"])
        _record(permit, Deed.GRANT_PERMIT, by, at=at)


@transaction.atomic
def close_permit(permit_id: int, *, by: StaffOnDuty, at: datetime) -> None:
    """Take back what one asked for, or decline what somebody else did: it opens nothing any more.

    at: UTC. Raises NotAllowed, NotFound (somebody else's, for who grants none), PermitEnded.
    """
    by.check_may(Deed.ASK_PERMIT)
    _visible(permit_id, by)
    permit = _locked(permit_id)
    if permit_state(permit) not in (PermitState.ASKED, PermitState.GRANTED):
        raise PermitEnded()
    permit.closed_by_id, permit.closed_at = by.staff_id, clock.real_now()
    permit.save(update_fields=["closed_by", "closed_at"])
    _record(permit, Deed.ASK_PERMIT, by, at=at, step="close")


def close_permits_of(staff_id: int) -> None:
    """Whatever somebody asked for or granted opens nothing any more: their account was taken from
    them. In the caller's transaction, which says to the audit who did that."""
    theirs = Permit.objects.filter(Q(asked_by_id=staff_id) | Q(granted_by_id=staff_id))
    theirs.filter(used_at=None, closed_at=None).update(closed_at=clock.real_now())


def use_key_permit(code: str, kind: PermitKind, *, actor: str, at: datetime) -> None:
    """A command uses the permit whose code it was given, in the caller's transaction; once.

    actor: the command, for the audit. at: business time, UTC. Raises PermitNotGranted (nobody has
    granted it yet), PermitNotGood (used, closed, too old, for something else, or no such code).
    """
    permit = _lockable().filter(code_hash=_hash(code), kind=kind).first()
    state = PermitState.LAPSED if permit is None else permit_state(permit)
    if state is PermitState.ASKED:
        raise PermitNotGranted()
    if permit is None or state is not PermitState.GRANTED:
        raise PermitNotGood()
    _use(permit, actor=actor, at=at)


def check_look_ups(by: StaffOnDuty, *, at: datetime) -> None:
    """One more record that is not of today is looked up, in the caller's transaction: within what
    one member of staff may alone, or by a permit, which is used for the rest of the day.

    at: business time, UTC. Raises PermitRequired.
    """
    wait_for_turn(f"hall.look_ups {by.staff_id}")
    own = Permit.objects.filter(asked_by_id=by.staff_id, kind=PermitKind.LOOK_UP)
    used_today = own.filter(used_on=clock.day_of(at)).count()
    if look_ups_of(by.staff_id, at) < LOOK_UPS_A_DAY * (1 + used_today):
        return
    for permit in _lockable().filter(pk__in=own.filter(used_at=None, closed_at=None)):
        if permit_state(permit) is PermitState.GRANTED:
            _use(permit, actor=actor_of(by), at=at)
            return
    raise PermitRequired(look_ups=LOOK_UPS_A_DAY * (1 + used_today))


def look_ups_of(staff_id: int, at: datetime) -> int:
    """How many bookings and cases not of today somebody has opened on the day of `at` (UTC), each
    counted once; a search that found nothing counts, too."""
    today = clock.moment_of(clock.day_of(at))
    said = StaffReading.objects.filter(staff_id=staff_id, why__isnull=False, at__gte=today)
    found = said.exclude(booking=None, case=None).values_list("booking", "case").distinct()
    return found.count() + said.filter(booking=None, case=None).count()


def permit_state(permit: Permit) -> PermitState:
    """Where the permit stands now. Its two accounts are looked at as they were read with it."""
    two = [permit.asked_by] + ([permit.granted_by] if permit.granted_by is not None else [])
    return state_of(
        asked_at=permit.asked_at,
        granted_at=permit.granted_at,
        used_at=permit.used_at,
        closed_at=permit.closed_at,
        are_in_office=all(one.is_active and one.initial_until is None for one in two),
        now=clock.real_now(),
    )


def _use(permit: Permit, *, actor: str, at: datetime) -> None:
    permit.used_at, permit.used_on = clock.real_now(), clock.day_of(at)
    permit.save(update_fields=["used_at", "used_on"])
    record(
        Kind.DEED,
        f"use_permit {permit.kind}",
        actor=actor,
        at=at,
        subject=_subject(permit),
        office=permit.office_id or "",
        facts={
            "asked_by": f"staff:{permit.asked_by_id}",
            "granted_by": f"staff:{permit.granted_by_id}",
        },
    )


def _visible(permit_id: int, by: StaffOnDuty) -> Permit:
    """The permit, to who asked for it and who may grant it. Raises NotFound for all others."""
    permit = Permit.objects.select_related("asked_by", "granted_by").filter(pk=permit_id).first()
    if permit is None:
        raise NotFound()
    is_own = permit.asked_by_id == by.staff_id
    if not is_own and not may_grant(by.role, by.office_id, permit.office_id):
        raise NotFound()
    return permit


def _check_grantable(permit: Permit, by: StaffOnDuty) -> None:
    if permit.asked_by_id == by.staff_id:
        raise OwnPermit()
    if permit_state(permit) is not PermitState.ASKED:
        raise PermitEnded()


def _show_second_factor(by: StaffOnDuty, code: str, address: str) -> None:
    """Whoever asks or grants is there now, by their app; it was not set up today in production."""
    factor = SecondFactor.objects.filter(pk=by.staff_id).first()
    if factor is None:
        if second_factor.is_required():
            raise NotAllowed()
        return
    if second_factor.is_required() and factor.set_up_at > clock.real_now() - SETTLED_AFTER:
        raise TooFresh()
    if not code:
        raise CodeRequired(second_factor="required")
    second_factor.check_code(Staff.objects.get(pk=by.staff_id), code, address=address)


def _locked(permit_id: int) -> Permit:
    return _lockable().get(pk=permit_id)


def _lockable() -> QuerySet[Permit]:
    rows = Permit.objects.select_related("asked_by", "granted_by").order_by("pk")
    return rows.select_for_update(of=("self",))


def _record(
    permit: Permit, deed: Deed, by: StaffOnDuty, *, at: datetime, why: str = "", step: str = ""
) -> None:
    record(
        Kind.DEED,
        f"{deed} {permit.kind} {step}".strip(),
        actor=actor_of(by),
        at=at,
        subject=_subject(permit),
        office=permit.office_id or "",
        reason=why,
    )


def _subject(permit: Permit) -> Subject:
    return Subject("permit", str(permit.pk))


def _hash(code: str) -> bytes:
    """It has 79 random bits, so that its hash tells nobody the code."""
    return hashlib.sha256(without_gaps(code).lower().encode()).digest()
