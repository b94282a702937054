"""How pages show a person to themselves: enough to recognise, too little to copy."""

from __future__ import annotations

from django import template

from heli.identity import id_numbers, names

register = template.Library()

CHINESE_PREFIX = "+86"


@register.filter
def masked_name(name: str) -> str:
    """张*."""
    return names.mask_name(name)


@register.filter
def masked_number(id_number: str) -> str:
    """110***********0025."""
    return id_numbers.mask(id_number)


@register.filter
def masked_phone(phone: str) -> str:
    """The first three and the last four digits of an E.164 number, +86 left out.

    >>> masked_phone("+8613900001234")
    '139****1234'
    """
    national = phone.removeprefix(CHINESE_PREFIX)
    return f"{national[:3]}****{national[-4:]}"
