"""The WSGI application that granian serves."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heli.settings")

_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django, told whom a request came from by the door or the proxy before it.

    Only they reach the socket this is served on, so the last address they name can be believed.
    """
    passed_by = environ.get("HTTP_X_FORWARDED_FOR")
    if passed_by:
        environ["REMOTE_ADDR"] = passed_by.rpartition(",")[2].strip()
    return _django(environ, start_response)
