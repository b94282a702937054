"""What pages ask of a booking's service and of its office, and names inside sentences."""

from __future__ import annotations

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from heli.law.services import Service
from heli.papers.maps import map_link
from heli.places.queries import OfficeView
from heli.web.standing import SERVICES_OF_A_DIVORCE
from heli.web.templatetags.days import speaks_chinese

HAN = r"[\u3400-\u9fff]"
CHINESE = re.compile(rf"{HAN}+(?:[（）·\d]*{HAN}+)*）?")

register = template.Library()


@register.filter
def is_of_a_divorce(service: str) -> bool:
    """Whether it must be said that a booking is no divorce."""
    return Service(service) in SERVICES_OF_A_DIVORCE


@register.filter
def way_there(office: OfficeView) -> str:
    """A page of the map that shows the office."""
    return map_link(office)


@register.filter
def names_marked(sentence: str) -> SafeString:
    """An English sentence with the Chinese in it marked as such, for those who hear it read.

    >>> from django.utils.translation import override
    >>> with override("en"):
    ...     names_marked("12:20 at 演示第3婚姻登记处.")
    '12:20 at <span lang="zh">演示第3婚姻登记处</span>.'
    """
    if speaks_chinese():
        return conditional_escape(sentence)
    return mark_safe(CHINESE.sub(r'<span lang="zh">\g<0></span>', conditional_escape(sentence)))
