"""Who asks, as far as a request itself says."""

from __future__ import annotations

from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Where the request came from, by the server's word; empty where it does not say."""
    return str(request.META.get("REMOTE_ADDR") or "")
