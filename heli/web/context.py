"""What every page may show without asking: preferences, the demo's strip, who is looking."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from heli.ground import clock, words
from heli.ground.configuration import Environment
from heli.web.in_wechat import in_wechat
from heli.web.visitor import identity_of, is_in_mini_program, is_in_wechat, wants_large_type


def page_context(request: HttpRequest) -> dict[str, Any]:
    """For templates: is_large, is_identified, is_in_wechat, is_in_mini_program, in_wechat
    (None where WeChat's script is not to be had), demo_today (None outside the demo), here."""
    today = clock.today() if settings.HELI.environment is Environment.DEMO else None
    return {
        "is_large": wants_large_type(request),
        "is_identified": identity_of(request) is not None,
        "is_in_wechat": is_in_wechat(request),
        "is_in_mini_program": is_in_mini_program(request),
        "in_wechat": in_wechat(request),
        "demo_today": words.day_in_words(today, today=today) if today else None,
        "here": request.get_full_path() if request.method == "GET" else request.path,
    }
