"""How a cookie is called, so that a browser itself keeps it from being set by anybody else."""

from __future__ import annotations

from django.conf import settings

from heli.ground.configuration import Environment


def cookie_name(name: str, *, environment: Environment, is_of_all_paths: bool = True) -> str:
    """The cookie's whole name. In production a browser takes it over HTTPS alone and, where it is
    of all paths, from this very host: no other host of the domain can put its own in its place.

    Source: draft-ietf-httpbis-rfc6265bis, section 4.1.3 (cookie name prefixes).

    >>> cookie_name("heli_identity", environment=Environment.PRODUCTION)
    '__Host-heli_identity'
    """
    if environment is not Environment.PRODUCTION:
        return name  # the demo is reached without HTTPS
    return f"__Host-{name}" if is_of_all_paths else f"__Secure-{name}"


def our_cookie(name: str, *, is_of_all_paths: bool = True) -> str:
    """The whole name of a cookie in this installation; see `cookie_name`."""
    environment = settings.HELI.environment
    return cookie_name(name, environment=environment, is_of_all_paths=is_of_all_paths)
