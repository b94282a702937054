"""What the desk's templates ask: who may do what, and how a state is marked."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

from heli.bookings.states import State
from heli.desk.marks import BOOKING_MARKS, CASE_MARKS, EXPECTED, Mark
from heli.hall.roles import DEEDS, Deed, StaffOnDuty, StaffRole
from heli.law.case_steps import CaseState

register = template.Library()

ROLE_NAMES = {
    StaffRole.GUIDE: _("导办员"),
    StaffRole.CLERK: _("婚姻登记员"),
    StaffRole.MANAGER: _("登记处负责人"),
    StaffRole.OPERATOR: _("平台运维"),
}


@register.filter
def may(staff: StaffOnDuty, deed: str) -> bool:
    """Whether their role may do the deed."""
    return Deed(deed) in DEEDS[staff.role]


@register.filter
def role_name(role: str) -> str:
    """The role in the reader's language."""
    return str(ROLE_NAMES[StaffRole(role)])


@register.filter
def case_mark(state: str) -> Mark:
    """How the state of a case is marked."""
    return CASE_MARKS[CaseState(state)]


@register.filter
def place_mark(state: str) -> Mark:
    """How the state of a kept place is marked."""
    return BOOKING_MARKS.get(State(state), EXPECTED)


@register.filter
def presence_mark(is_here: bool) -> Mark:
    """How it is marked whether somebody is at the office."""
    return BOOKING_MARKS[State.CHECKED_IN] if is_here else EXPECTED
