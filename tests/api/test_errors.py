"""Every error of every route has the one shape."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from heli.api.problems import FAULT_CODE, TITLES
from heli.api.v1 import api
from heli.ground import clock
from heli.ground.refusals import Refusal

SHAPE = {"type", "title", "status", "detail", "code"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")


def routes() -> list[tuple[str, str]]:
    return [
        (method.upper(), path)
        for path, operations in api.get_openapi_schema()["paths"].items()
        for method in operations
    ]


def answered(method: str, path: str) -> Any:
    filled = path.replace("{code}", "ACDE").replace("{id}", "x")
    return Client().generic(method, filled, b"{", content_type="application/json")


def every_refusal(kind: type[Refusal] = Refusal) -> list[type[Refusal]]:
    """Heli's own; other tests make refusals of theirs."""
    ours = [child for child in kind.__subclasses__() if child.__module__.startswith("heli.")]
    return [*ours, *(refusal for child in ours for refusal in every_refusal(child))]


def assert_shape(answer: Any) -> None:
    problem = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert set(problem) >= SHAPE
    assert problem["status"] == answer.status_code
    assert problem["type"].endswith(problem["code"])
    assert problem["detail"]


@pytest.mark.usefixtures("database")
class TestEveryRoute:
    @pytest.mark.parametrize(("method", "path"), routes())
    def test_refuses_what_it_does_not_understand_in_the_one_shape(self, method, path):
        answer = answered(method, path)

        if answer.status_code >= 400:
            assert_shape(answer)

    @pytest.mark.parametrize("path", sorted({path for _method, path in routes()}))
    def test_names_the_methods_it_knows(self, path):
        known = {method for method, other in routes() if other == path}

        for method in set(METHODS) - known - {"HEAD"}:
            answer = answered(method, path)
            assert answer.status_code == 405
            assert_shape(answer)
            assert answer.json()["code"] == "method_not_allowed"
            assert set(answer["Allow"].split(", ")) == known

    @pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
    def test_the_paths_beside_the_operations_do_too(self, path):
        answer = Client().post(path)

        assert answer.status_code == 405
        assert_shape(answer)


class TestFaults:
    def test_a_fault_is_500_without_its_inside(self, monkeypatch):
        client = Client(raise_request_exception=False)
        monkeypatch.setattr(clock, "today", _breaks(ValueError("the secret inside")))

        answer = client.get("/api/v1/law/documents?service=marriage")

        assert answer.status_code == 500
        assert_shape(answer)
        assert answer.json()["code"] == FAULT_CODE
        assert "secret" not in answer.content.decode()

    def test_a_database_that_is_gone_is_unavailable(self, monkeypatch):
        monkeypatch.setattr(clock, "today", _breaks(OperationalError("server closed")))

        answer = Client().get("/api/v1/law/documents?service=marriage")

        assert answer.status_code == 503
        assert_shape(answer)
        assert answer.json()["code"] == "unavailable"
        assert int(answer["Retry-After"]) > 0


class TestCodes:
    def test_every_refusal_has_a_title(self):
        assert {refusal.code for refusal in every_refusal()} | {FAULT_CODE} == set(TITLES)

    def test_every_code_is_explained_to_integrators(self):
        page = (Path(__file__).parents[2] / "docs" / "api.md").read_text()

        assert {code for code in TITLES if f"| `{code}` |" not in page} == set()

    def test_every_operation_is_listed_for_integrators(self):
        page = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
        paths = {path.removeprefix("/api/v1") for _method, path in routes()}

        assert {path for path in paths if not _is_listed(path, page)} == set()


def _is_listed(path: str, page: str) -> bool:
    return f"`{path}" in page or f"`/{path.rsplit('/', 1)[-1]}`" in page


def _breaks(error: Exception) -> Any:
    def breaks(*_arguments: Any) -> Any:
        raise error

    return breaks
