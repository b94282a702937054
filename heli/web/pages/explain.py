"""To be written."""

from typing import Any

from django.http import HttpRequest, HttpResponse

def two_visits(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError

def glossary(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError
