"""To be written."""

from typing import Any

from django.http import HttpRequest, HttpResponse

def move(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError
