"""The pages nobody asked for."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from heli.web.middleware import PagesMiddleware
from heli.web.pages import faults


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("language", "heading"), [("zh-CN", "没有这一页"), ("en", "There is no such page")]
)
def test_an_unknown_path_has_a_page_in_the_readers_language(language, heading):
    answer = Client().get("/no/such/page", headers={"Accept-Language": language})

    assert answer.status_code == 404
    assert heading in answer.content.decode()


def test_a_fault_is_said_without_asking_the_database():
    with translation.override("zh-hans"):
        answer = faults.fault(RequestFactory().get("/"))

    assert answer.status_code == 500
    assert "系统出了问题" in answer.content.decode()


def test_a_database_that_is_away_is_a_pause_and_no_fault():
    def lost(request: HttpRequest) -> HttpResponse:
        raise AssertionError("not reached")

    answer = PagesMiddleware(lost).process_exception(
        RequestFactory().get("/my"), OperationalError()
    )

    assert answer is not None
    assert answer.status_code == 503
    assert answer["Retry-After"]
