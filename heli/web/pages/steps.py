"""To be written."""

from typing import Any

from django.http import HttpRequest, HttpResponse

def start(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError

def service(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError

def people(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError

def office(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError

def time(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError

def check(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError
