"""To be written."""

from typing import Any

from django.http import HttpRequest, HttpResponse

def voucher(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError

def voucher_file(request: HttpRequest, **path: Any) -> HttpResponse:
    raise NotImplementedError
