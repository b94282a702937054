"""The first page, and the page behind a link before anybody has proven who they are."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.test import Client

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """Reads a page and remembers its language, title, tags left open and what is in its head."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.language = self.title = ""
        self.metas: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        if tag == "html":
            self.language = facts["lang"]
        if tag == "meta" and "name" in facts:
            self.metas[facts["name"]] = facts["content"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] == ["title"]:
            self.title += data


def page(path: str, language: str = "zh-CN") -> tuple[Page, str]:
    answer = Client().get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    html = answer.content.decode()
    assert html.startswith("<!doctype html>")
    return Page(html), html


@pytest.mark.parametrize("path", ["/", "/c/ACDE23467999"])
class TestEveryPage:
    def test_is_well_formed_and_fits_a_telephone(self, path):
        read, _html = page(path)

        assert read.open == []
        assert read.language == "zh-Hans"
        assert "width=device-width" in read.metas["viewport"]

    def test_has_a_title_that_gives_nothing_away(self, path):
        read, _html = page(path)

        assert "预约" in read.title
        assert "离婚" not in read.title

    def test_can_be_left_quickly_and_names_help(self, path):
        _read, html = page(path)

        assert "快速离开" in html
        assert "110" in html
        assert "12338" in html

    def test_speaks_english_when_asked(self, path):
        read, html = page(path, "en")

        assert read.language == "en"
        assert "Leave now" in html


class TestFirstPage:
    def test_says_that_a_booking_is_no_divorce(self):
        _read, html = page("/")

        assert "预约只是排一个到场办理的时间，不等于离婚。" in html
        assert 'href="/api/v1/docs"' in html


class TestLinkPage:
    def test_is_the_same_for_every_code(self):
        pages = {page(f"/c/{code}")[1] for code in ("ACDE23467999", "x", "%E4%B8%AD%00", "<b>")}

        assert len(pages) == 1
        assert "离婚" not in pages.pop()

    def test_is_neither_kept_nor_found_by_search(self):
        answer = Client().get("/c/ACDE23467999")

        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"
