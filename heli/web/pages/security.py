"""How to report a weakness to whoever runs this installation.

Source: RFC 9116, sections 2.5 (fields, the ends of lines) and 3 (where it is).
"""

from __future__ import annotations

from datetime import UTC, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from heli.ground import clock
from heli.ground.refusals import NotFound

PATH = ".well-known/security.txt"
HOLDS_DAYS = 90  # RFC 9116 2.5.5: less than a year; it is made anew with each request
LANGUAGES = "zh, en"


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """GET /.well-known/security.txt: whom to tell, where the installation says so. Raises
    NotFound."""
    contacts = settings.HELI.security_contact
    if not contacts:
        raise NotFound()
    midnight = clock.real_now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    expires = midnight + timedelta(days=HOLDS_DAYS)
    lines = [f"Contact: {contact}" for contact in contacts]
    lines.append(f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}")
    lines.append(f"Preferred-Languages: {LANGUAGES}")
    if settings.HELI.base_url.startswith("https://"):
        lines.append(f"Canonical: {settings.HELI.base_url}/{PATH}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
