"""Who may call what: every operation needs a token or is on the short public list."""

from __future__ import annotations

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from heli.api.auth import Bearer, KnownBearer, SessionBearer, StaffBearer
from heli.api.check_bearer import CheckBearer
from heli.api.v1 import api

PUBLIC = {
    "get_availability",
    "get_channels",
    "get_data_consent_texts",
    "get_documents",
    "get_eligibility",
    "get_js_config",
    "get_noop",
    "get_office",
    "get_offices",
    "get_regions",
    "get_timeline",
    "get_verification",
    "get_voucher_key",
    "get_wechat_templates",
    "post_clock",
    "post_desk_code",
    "post_noop",
    "post_session",
    "post_verification",
    "post_verify",
    "post_wechat_session",
}
OPEN_PAGES = {
    "",
    ".well-known/security.txt",
    "<str:name>.txt",
    "about",
    "book/<str:draft_id>/elsewhere",
    "book/<str:service>",
    "c/<str:code>",
    "calculator",
    "calculator.ics",
    "channels",
    "channels/<str:code>",
    "channels/coverage",
    "channels/entries/<str:entry_id>/wrong",
    "channels/near",
    "check",
    "check/report",
    "check/report/sent",
    "demo/clock",
    "desk/",
    "desk/login",
    "desk/login/code",
    "desk/login/set-up",
    "desk/logout",
    "glossary",
    "health/live",
    "health/ready",
    "identify",
    "identify/back/<uuid:id>/<str:code>",
    "identify/code",
    "identify/desk",
    "identify/desk/<str:code>",
    "identify/on",
    "leave",
    "offices/<str:office_id>",
    "places",
    "places/compare",
    "places/near",
    "prefer/language/<str:language>",
    "prefer/large",
    "sign-off",
    "two-visits",
    "warnings",
    "wechat/city",
    "wechat/continue",
    "wechat/elsewhere",
    "wechat/enter",
    "wechat/events",
    "wechat/let-go",
    "wechat/login",
    "wechat/snapshot",
}

TOKENS = Bearer | CheckBearer | KnownBearer | SessionBearer | StaffBearer
KNOWING = ("is_identified", "is_recognised", "is_for_staff")


def operations():
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            yield from view.operations


class TestRoutes:
    def test_needs_a_token_or_is_public(self):
        open_to_all = {
            operation.view_func.__name__
            for operation in operations()
            if not any(isinstance(auth, TOKENS) for auth in operation.auth_callbacks)
        }

        assert open_to_all == PUBLIC

    def test_the_desk_is_for_staff_and_all_else_is_not(self):
        of_staff = {
            operation.view_func.__module__
            for operation in operations()
            if any(isinstance(auth, StaffBearer) for auth in operation.auth_callbacks)
        }

        assert of_staff == {"heli.api.desk"}

    def test_no_two_operations_share_a_name(self):
        names = [operation.view_func.__name__ for operation in operations()]

        assert len(names) == len(set(names))

    def test_all_else_is_a_page_for_somebody_known_or_open_to_all(self):
        outside = [page for page in _pages(get_resolver()) if not page[0].startswith("api/v1/")]

        assert {route for route, view in outside if not _asks_who(view)} == OPEN_PAGES


def _asks_who(view) -> bool:
    """Whether a page leads a stranger to the real-name check, or to the login of the desk."""
    return any(hasattr(view, mark) for mark in KNOWING)


def _pages(resolver: URLResolver, before: str = ""):
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern.callback
        else:
            yield from _pages(pattern, route)
