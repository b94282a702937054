"""To be written."""

from typing import Any

from django.http import HttpRequest, HttpResponse

def link(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError

def answer(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError

def agree(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError

def decline(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError

def not_me(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError
