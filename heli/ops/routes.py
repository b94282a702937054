"""Which path is for whom, read off the code: the decorators of the pages, the bearers of the API.

docs/routes.md is written from this, and tests/security/test_routes.py asks every path as everybody
and compares what happens with what stands here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from heli.api.auth import Bearer, KnownBearer, SessionBearer, StaffBearer
from heli.api.check_bearer import CheckBearer
from heli.api.v1 import api
from heli.hall.roles import DEEDS, Deed, StaffRole

API = "/api/v1"
DRAFT = "<draft_id>"
PATHS_OWN = ("/my/", "/c/", f"{API}/bookings/", f"{API}/cases/")
# The page behind the link that is passed on says the same whatever the code is.
SAME_FOR_ALL = ("/c/<code>",)


class Access(StrEnum):
    """Who a path is for."""

    OPEN = "open"  # everybody, strangers too
    VERIFIED = "verified"  # somebody whose real-name check is not older than an hour
    DRAFT = "draft"  # verified, in the browser that keeps this draft
    KNOWN = "known"  # verified, or recognised by a WeChat account they said is theirs
    WECHAT = "wechat"  # a WeChat account, whoever's it is
    BEGAN = "began"  # whoever began this real-name check
    STAFF = "staff"  # a live session at the desk


NOBODYS = (Access.WECHAT, Access.BEGAN)  # of those in the table: they have a token of another kind


class Seen(StrEnum):
    """Who asks, in the order of the table's columns."""

    STRANGER = "stranger"
    OTHER = "other citizen"
    SPOUSE = "spouse"
    GUIDE = "guide"
    CLERK = "clerk"
    MANAGER = "manager"
    OPERATOR = "operator"


class Verdict(StrEnum):
    """What somebody meets at a path."""

    YES = "yes"
    OWN = "own"  # what is their own; they have nothing of anybody else's there
    CHECK = "check"  # led to the real-name check, or 401
    LOGIN = "login"  # led to the login of the desk, or 401
    NOT_FOUND = "404"
    NOT_ALLOWED = "403"


@dataclass(frozen=True)
class Route:
    """One path. method: of an operation of the API; "" for a page, which takes what it takes.

    deed: what staff have to be allowed; None where everybody on duty may. is_of_a_couple: the path
    names a booking or a case, and whose it is decides.
    """

    method: str
    path: str
    access: Access
    deed: Deed | None
    is_of_a_couple: bool

    @property
    def name(self) -> str:
        """For people: `GET /api/v1/bookings/{code}`, `/my/<code>`."""
        return f"{self.method} {self.path}".strip()

    @property
    def is_of_the_api(self) -> bool:
        """Whether programs call it; people see all else."""
        return self.path.startswith("/api/")

    def verdict(self, seen: Seen) -> Verdict:
        """What somebody meets here."""
        if self.access is Access.OPEN:
            return Verdict.YES
        if self.access is Access.STAFF:
            return self._for_staff(seen)
        if self.access is Access.DRAFT:  # the spouse of the table has begun it
            return Verdict.OWN if seen is Seen.SPOUSE else Verdict.NOT_FOUND
        if seen not in (Seen.OTHER, Seen.SPOUSE) or self.access in NOBODYS:
            return Verdict.CHECK
        if not self.is_of_a_couple:
            return Verdict.OWN
        return Verdict.OWN if seen is Seen.SPOUSE else Verdict.NOT_FOUND

    def _for_staff(self, seen: Seen) -> Verdict:
        if seen.value not in set(StaffRole):
            return Verdict.LOGIN
        may = self.deed is None or self.deed in DEEDS[StaffRole(seen.value)]
        return Verdict.YES if may else Verdict.NOT_ALLOWED


def every_route() -> list[Route]:
    """All paths of this installation, the pages first, each as it stands in the code."""
    return [*_pages(), *_operations()]


def table() -> str:
    """The rows of docs/routes.md, in Markdown."""
    columns = list(Seen)
    head = ["path", "for", *columns]
    lines = [head, ["---"] * len(head)]
    for route in every_route():
        who = route.deed or ("on duty" if route.access is Access.STAFF else route.access)
        lines.append([f"`{route.name}`", f"{who}", *(route.verdict(seen) for seen in columns)])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _pages() -> Iterator[Route]:
    for path, view in _views(get_resolver()):
        if path.startswith(f"{API}/"):
            continue
        access = _access_of_page(view)
        if access is Access.VERIFIED and DRAFT in path:
            access = Access.DRAFT
        yield Route("", path, access, getattr(view, "deed", None), _is_of_a_couple(path, access))


def _access_of_page(view: Callable[..., Any]) -> Access:
    marks = (
        ("is_for_staff", Access.STAFF),
        ("is_identified", Access.VERIFIED),
        ("is_recognised", Access.KNOWN),
    )
    return next((access for mark, access in marks if hasattr(view, mark)), Access.OPEN)


def _operations() -> Iterator[Route]:
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            whole = f"{API}{_joined(router.prefix, path)}"
            for operation in view.operations:
                access, deed = _access_of_operation(operation.auth_callbacks)
                for method in operation.methods:
                    couple = _is_of_a_couple(whole, access)
                    yield Route(method, whole, access, deed, couple)


def _access_of_operation(
    asked: Sequence[Callable[..., Any]],
) -> tuple[Access, Deed | None]:
    kinds = (
        (Bearer, Access.VERIFIED),
        (KnownBearer, Access.KNOWN),
        (SessionBearer, Access.WECHAT),
        (CheckBearer, Access.BEGAN),
        (StaffBearer, Access.STAFF),
    )
    for auth in asked:
        for kind, access in kinds:
            if isinstance(auth, kind):
                return access, getattr(auth, "deed", None)
    if asked:
        raise LookupError(f"{type(asked[0]).__name__} has no column in docs/routes.md yet.")
    return Access.OPEN, None


def _is_of_a_couple(path: str, access: Access) -> bool:
    if access not in (Access.VERIFIED, Access.KNOWN) or path in SAME_FOR_ALL:
        return False
    return path.startswith(PATHS_OWN) and bool(re.search(r"[<{](code|case_id|id)[>}]", path))


def _joined(*parts: str) -> str:
    return "/" + "/".join(part.strip("/") for part in parts if part.strip("/"))


def _views(resolver: URLResolver, before: str = "/") -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in resolver.url_patterns:
        path = before + re.sub(r"<\w+:", "<", str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield path, pattern.callback
        else:
            yield from _views(pattern, path)
