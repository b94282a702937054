"""What every answer tells a browser, so that a page can be used by nobody else's page.

The door puts the same on its own answers. Source: OWASP Secure Headers Project; RFC 6797 (HSTS).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from heli.ground.configuration import Configuration, Environment

API_PREFIXES = ("/api/", "/health/")
DOCS = "/api/v1/docs"
HSTS_SECONDS = 365 * 24 * 3600

# A page may ask where somebody is (the nearest office) and nothing else of their device; WeChat's
# scanner and the mini program's are WeChat's own and do not pass through here.
PERMISSIONS = (
    "geolocation=(self), clipboard-write=(self), accelerometer=(), autoplay=(), camera=(), "
    "display-capture=(), encrypted-media=(), fullscreen=(), gyroscope=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), publickey-credentials-get=(), usb=()"
)
# What programs read is no page: nothing is loaded with it, and no page may hold it.
API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
# The readable docs are Swagger's, which writes styles into the page.
DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'"
)
NOT_KEPT = "no-store"

Answering = Callable[[HttpRequest], HttpResponse]


def on_every_answer(configuration: Configuration) -> dict[str, str]:
    """The headers of every answer, by name. HSTS where production is reached by HTTPS."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    is_production = configuration.environment is Environment.PRODUCTION
    if is_production and configuration.base_url.startswith("https://"):
        headers["Strict-Transport-Security"] = f"max-age={HSTS_SECONDS}; includeSubDomains"
    return headers


def security_headers(get_response: Answering) -> Answering:
    """Middleware: the headers of every answer, of pages and of the API's besides. The outermost,
    so that whoever answers has them."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        _add(response, on_every_answer(settings.HELI))
        if request.path == DOCS:
            _add(response, {"Content-Security-Policy": DOCS_POLICY})
        if request.path.startswith(API_PREFIXES):
            _add(response, {"Content-Security-Policy": API_POLICY, "Cache-Control": NOT_KEPT})
        else:
            _add(response, {"Permissions-Policy": PERMISSIONS})
        return response

    return answer


def _add(response: HttpResponse, headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        response.setdefault(name, value)
