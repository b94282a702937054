"""Every page that can be reached by links, in each manner of reading."""

from __future__ import annotations

import re

import pytest

from tests.journeys.crawling import Crawl, crawl
from tests.journeys.looking import look_at
from tests.journeys.spouses import code_of

MANNERS = [
    pytest.param({"language": "zh"}, id="Chinese"),
    pytest.param({"language": "en"}, id="English"),
    pytest.param({"language": "zh", "large": True}, id="large type"),
    pytest.param({"language": "zh", "javascript": False}, id="no JavaScript"),
]


# What nobody may miss who follows links; a guide stands for all regions.
OPEN_TO_ALL = ("/channels", "/channels/coverage", "/check", "/check/report", "/warnings")
GUIDE = re.compile(r"/channels/\d{6}")


def answer(came: Crawl) -> None:
    if came.faults:
        pytest.fail("\n".join(came.faults), pytrace=False)


@pytest.mark.parametrize("manner", MANNERS)
def test_a_stranger_finds_every_page_as_it_should_be(phone, manner):
    stranger = phone(**manner)

    came = crawl(stranger)

    answer(came)
    assert {"/", *OPEN_TO_ALL} <= set(came.seen)
    assert any(GUIDE.fullmatch(path) for path in came.seen)


@pytest.mark.parametrize("manner", MANNERS)
def test_the_link_before_identity_is_as_it_should_be(phone, manner):
    asked = phone(**manner)

    answer(crawl(asked, start="/c/ACDE23467999"))


OF_A_COUPLE = ("/my", "/c/", "/book/")


@pytest.mark.parametrize("manner", MANNERS)
def test_both_of_a_couple_find_every_page_of_theirs_as_it_should_be(
    confirmed_couple, couple, manner
):
    one, other, code = confirmed_couple(**manner)
    for spouse in (one, other):
        came = crawl(spouse.device, start="/my", within=OF_A_COUPLE)
        answer(came)
        assert f"/my/{code}/voucher" in came.seen
        assert {path.rpartition(".")[2] for path in came.files} >= {"pdf", "png", "ics"}

    asking, asked = couple(**manner)
    link = asking.books(asked.person)
    answer(crawl(asking.device, start="/my", within=OF_A_COUPLE))
    asked.signs_in("/my")
    came = crawl(asked.device, start="/my", within=OF_A_COUPLE)
    answer(came)
    assert f"/c/{code_of(link)}/answer" in came.seen


def test_a_page_that_is_not_there_is_a_page_too(phone):
    for manner in ({}, {"language": "en"}, {"large": True}):
        lost = phone(**manner)

        with lost.refused(404):
            lost.open("/nowhere")

        look_at(lost)
