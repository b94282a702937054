"""To be written."""

from typing import Any

from django.http import HttpRequest, HttpResponse

def places(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError

def near(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError

def compare(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError

def office(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError
