"""What pages ask of a booking's service and of its office."""

from __future__ import annotations

from django import template

from heli.law.services import Service
from heli.papers.maps import map_link
from heli.places.queries import OfficeView
from heli.web.standing import SERVICES_OF_A_DIVORCE

register = template.Library()


@register.filter
def is_of_a_divorce(service: str) -> bool:
    """Whether it must be said that a booking is no divorce."""
    return Service(service) in SERVICES_OF_A_DIVORCE


@register.filter
def way_there(office: OfficeView) -> str:
    """A page of the map that shows the office."""
    return map_link(office)
