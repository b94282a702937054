"""How pages say what a permit is for, why, and where it stands."""

from __future__ import annotations

from django import template

from heli.desk.marks import Mark
from heli.desk.permit_forms import KIND_NAMES, STATE_MARKS, WHY_NAMES
from heli.hall.permit_rules import PermitKind, PermitState, PermitWhy

register = template.Library()


@register.filter
def permit_kind(kind: str) -> str:
    """What it is for, in the reader's language."""
    return str(KIND_NAMES[PermitKind(kind)])


@register.filter
def permit_why(why: str) -> str:
    """Why it is asked for, in the reader's language."""
    return str(WHY_NAMES[PermitWhy(why)])


@register.filter
def permit_mark(state: str) -> Mark:
    """How its state is marked."""
    return STATE_MARKS[PermitState(state)]
