"""Permits as staff see them: what waits for another's word, and what came of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from heli.ground import clock
from heli.ground.refusals import NotFound
from heli.hall.emergencies import Emergency, recent_emergencies
from heli.hall.models import Permit
from heli.hall.permit_rules import (
    PermitKind,
    PermitState,
    PermitWhy,
    may_ask,
    may_grant,
)
from heli.hall.permits import permit_state
from heli.hall.roles import DEEDS, Deed, StaffOnDuty, StaffRole

SHOWN_FOR = timedelta(days=30)  # real time
SHOWN_MAX = 200


@dataclass(frozen=True)
class PermitView:
    """A permit. granted_by: a username like asked_by, or None. is_own: the reader asked for it.
    Moments are real time, UTC."""

    id: int
    kind: PermitKind
    why: PermitWhy
    state: PermitState
    asked_by: str
    asked_at: datetime
    granted_by: str | None
    granted_at: datetime | None
    used_at: datetime | None
    is_own: bool

    @property
    def waits(self) -> bool:
        """Whether nobody has granted it yet, and somebody still can."""
        return self.state is PermitState.ASKED

    @property
    def can_be_closed(self) -> bool:
        """Whether it could still open something."""
        return self.state in (PermitState.ASKED, PermitState.GRANTED)


@dataclass(frozen=True)
class PermitList:
    """What a member of staff sees. kinds: what they may ask for. waiting: what they may grant now.
    recent: the rest of the last thirty days, the latest first; for who grants none, their own.
    emergencies: what one did alone, for who grants."""

    kinds: tuple[PermitKind, ...]
    waiting: tuple[PermitView, ...]
    recent: tuple[PermitView, ...]
    emergencies: tuple[Emergency, ...]


def permit_list(by: StaffOnDuty) -> PermitList:
    """The permits that concern who asks. Raises NotAllowed."""
    by.check_may(Deed.ASK_PERMIT)
    grants = Deed.GRANT_PERMIT in DEEDS[by.role]
    # All of these: an account has one of a kind, and whoever asks often hides nobody else's.
    asked = _visible(by).filter(granted_at=None, used_at=None, closed_at=None)
    views = [_view(permit, by) for permit in asked.exclude(asked_by_id=by.staff_id)]
    waiting = [one for one in views if one.waits]
    latest = [_view(permit, by) for permit in _visible(by)[:SHOWN_MAX]]
    return PermitList(
        kinds=tuple(kind for kind in PermitKind if may_ask(kind, by.role)),
        waiting=tuple(waiting if grants else ()),
        recent=tuple(one for one in latest if one not in waiting),
        emergencies=tuple(recent_emergencies() if grants else ()),
    )


def permit_before_word(permit_id: int, *, by: StaffOnDuty) -> PermitView:
    """A permit that somebody else asked for and that the reader may grant or has granted.

    Raises NotAllowed, NotFound (another office's, too).
    """
    by.check_may(Deed.GRANT_PERMIT)
    permit = _visible(by).filter(pk=permit_id).first()
    if permit is None or not may_grant(by.role, by.office_id, permit.office_id):
        raise NotFound()
    return _view(permit, by)


def _visible(by: StaffOnDuty) -> QuerySet[Permit]:
    rows = Permit.objects.select_related("asked_by", "granted_by").order_by("-asked_at", "-pk")
    rows = rows.filter(asked_at__gt=clock.real_now() - SHOWN_FOR)
    if by.role is StaffRole.OPERATOR:
        return rows
    seen = Q(asked_by_id=by.staff_id)
    if by.role is StaffRole.MANAGER:
        seen |= Q(office=None) | Q(office_id=by.office_id)
    return rows.filter(seen)


def _view(permit: Permit, by: StaffOnDuty) -> PermitView:
    return PermitView(
        id=permit.pk,
        kind=PermitKind(permit.kind),
        why=PermitWhy(permit.why),
        state=permit_state(permit),
        asked_by=permit.asked_by.username,
        asked_at=permit.asked_at,
        granted_by=permit.granted_by.username if permit.granted_by else None,
        granted_at=permit.granted_at,
        used_at=permit.used_at,
        is_own=permit.asked_by_id == by.staff_id,
    )
