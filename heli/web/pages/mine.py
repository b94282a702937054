"""To be written."""

from typing import Any

from django.http import HttpRequest, HttpResponse

def mine(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError

def booking(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError

def cancel(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError
