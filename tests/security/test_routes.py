"""Every path, asked as everybody: each meets what docs/routes.md says, and no secret of a couple.

Each request is taken back, so that all paths are asked in one world and in any order.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from heli.ops.routes import Access, Route, Seen, Verdict, every_route, table
from tests.security.world import World, written

PAGE = Path(__file__).parents[2] / "docs" / "routes.md"
REFUSED = (Verdict.CHECK, Verdict.LOGIN, Verdict.NOT_FOUND, Verdict.NOT_ALLOWED)
NO_SUCH = {"id": "7f0e0000-0000-7000-8000-000000000000"}
BODIES = {"/reschedule": b'{"slot_id": 1}'}  # all others may be empty
THEIRS = r"(/my|/c/<code>|/api/v1/(bookings|cases))/.*[<{]|/c/<code>/"
WAYS_TO_BE_KNOWN = ("/identify?", "/wechat/login?")


def test_the_page_is_that_of_the_code():
    assert table() in PAGE.read_text("utf-8"), "docs/routes.md is old; write it by `make routes`."


def test_every_path_of_a_couple_says_whose_it_is():
    theirs = [route for route in every_route() if re.match(THEIRS, route.path)]

    assert theirs
    assert [route.name for route in theirs if not route.is_of_a_couple] == []


@pytest.mark.parametrize("route", every_route(), ids=lambda route: route.name)
def test_everybody_meets_what_the_table_says(route, world):
    faults = []
    for seen in Seen:
        expected = route.verdict(seen)
        for method in methods(route):
            answer, changed = asked(world, route, method, seen)
            if answer.status_code == 405:
                continue
            if not fits(route, answer, expected, method):
                faults.append(f"{seen} {method}: {answer.status_code}, not {expected}")
            if expected in REFUSED and changed:
                faults.append(f"{seen} {method}: refused, and yet {changed}")
            if told := [secret for secret in hidden_from(world, seen) if secret in said(answer)]:
                faults.append(f"{seen} {method}: tells {len(told)} secrets")
    assert faults == []


def methods(route: Route) -> tuple[str, ...]:
    return (route.method.lower(),) if route.is_of_the_api else ("get", "post")


def asked(world: World, route: Route, method: str, seen: Seen) -> tuple[HttpResponse, list[str]]:
    """What the path answers, and what it changed; all of it is taken back."""
    path = filled_in(world, route)
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        if route.is_of_the_api:
            body = next((b for end, b in BODIES.items() if path.endswith(end)), b"{}")
            answer = world.asks[seen].api(method.upper(), path, b"" if method == "get" else body)
        else:
            answer = world.asks[seen].page(method, path)
        transaction.set_rollback(True)
    return answer, written(queries)


def filled_in(world: World, route: Route) -> str:
    """The path with what is there: the couple's booking and case, their office."""

    def stands_for(found: re.Match[str]) -> str:
        name = found[1]
        if name == "id":
            name = {"cases": "case_id", "offices": "office_id"}.get(route.path.split("/")[3], name)
        if name == "code" and route.path.startswith("/channels/"):
            return "440106"
        if name == "code" and route.path.startswith("/c/"):
            return world.held
        return world.stands_for.get(name) or NO_SUCH.get(name, "1")

    return re.sub(r"[<{](\w+)[>}]", stands_for, route.path)


def fits(route: Route, answer: HttpResponse, expected: Verdict, method: str) -> bool:
    """Whether an answer is what the table says."""
    met = meets(answer)
    if expected is Verdict.NOT_FOUND and _is_sent_to_its_page(route, answer, method):
        return True
    if expected in REFUSED:
        return met is (expected if not route.is_of_the_api else in_api(expected))
    if answer.status_code >= 500 and not route.path.startswith("/health/"):
        return False
    if expected is Verdict.OWN and route.is_of_a_couple and method == "get":
        return met is Verdict.YES
    # A form may be wrong, or not their turn: both are said to whom the path is for.
    may_be_refused = (Verdict.YES, Verdict.NOT_FOUND)
    by_rule = () if route.access is Access.STAFF else (Verdict.NOT_ALLOWED,)
    return met in (*may_be_refused, *by_rule) or _is_login_itself(route, answer)


def _is_sent_to_its_page(route: Route, answer: HttpResponse, method: str) -> bool:
    """What only a form does leads, when it is merely opened, to the page that has the form."""
    is_theirs = answer.get("Location", "").startswith(("/c/", "/my/"))
    return method == "get" and route.is_of_a_couple and is_theirs


def _is_login_itself(route: Route, answer: HttpResponse) -> bool:
    """Some open paths lead to a check or a login themselves, for whoever has none."""
    return route.access is Access.OPEN and answer.status_code in (302, 401)


def in_api(expected: Verdict) -> Verdict:
    return Verdict.CHECK if expected is Verdict.LOGIN else expected


def meets(answer: HttpResponse) -> Verdict:
    where = answer.get("Location", "")
    if answer.status_code == 401 or where.startswith(WAYS_TO_BE_KNOWN):
        return Verdict.CHECK
    if where.startswith("/desk/login"):
        return Verdict.LOGIN
    codes = {403: Verdict.NOT_ALLOWED, 404: Verdict.NOT_FOUND}
    return codes.get(answer.status_code, Verdict.YES)


def hidden_from(world: World, seen: Seen) -> tuple[str, ...]:
    """One's own details may be shown to oneself; the other spouse's to nobody."""
    return world.one.secrets if seen is Seen.SPOUSE else world.secrets


def said(answer: HttpResponse) -> str:
    heads = "\n".join([*answer.headers.values(), answer.cookies.output()])
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return heads + content.decode("utf-8", "replace")
