"""Every page that can be reached by links, in each manner of reading."""

from __future__ import annotations

import pytest

from tests.journeys.crawling import Crawl, crawl

MANNERS = [
    pytest.param({"language": "zh"}, id="Chinese"),
    pytest.param({"language": "en"}, id="English"),
    pytest.param({"language": "zh", "large": True}, id="large type"),
    pytest.param({"language": "zh", "javascript": False}, id="no JavaScript"),
]


def answer(came: Crawl) -> None:
    if came.faults:
        pytest.fail("\n".join(came.faults), pytrace=False)


@pytest.mark.parametrize("manner", MANNERS)
def test_a_stranger_finds_every_page_as_it_should_be(phone, manner):
    stranger = phone(**manner)

    came = crawl(stranger)

    answer(came)
    assert "/" in came.seen


@pytest.mark.parametrize("manner", MANNERS)
def test_the_link_before_identity_is_as_it_should_be(phone, manner):
    asked = phone(**manner)

    answer(crawl(asked, start="/c/ACDE23467999"))
