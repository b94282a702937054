"""What pages ask of a booking's service."""

from __future__ import annotations

from django import template

from heli.law.services import Service
from heli.notices.texts import short_name
from heli.web.standing import SERVICES_OF_A_DIVORCE

register = template.Library()


@register.filter
def is_of_a_divorce(service: str) -> bool:
    """Whether it must be said that a booking is no divorce."""
    return Service(service) in SERVICES_OF_A_DIVORCE


@register.filter
def short_office(name: str) -> str:
    """The office's name as short as people still know it."""
    return short_name(name)
