"""To be written."""

from typing import Any

from django.http import HttpRequest, HttpResponse

def inbox(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError
