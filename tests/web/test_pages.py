"""What every page has, and what it keeps to itself."""

from __future__ import annotations

import pytest

from tests.web.reading import fetch, read

OPEN_PAGES = (
    "/",
    "/about",
    "/two-visits",
    "/glossary",
    "/calculator",
    "/places",
    "/places/compare",
    "/channels",
    "/channels/440106",
    "/channels/coverage",
    "/check",
    "/check/report",
    "/check/report/sent",
    "/warnings",
    "/c/ACDE23467999",
)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("path", OPEN_PAGES)
class TestEveryPage:
    def test_has_a_language_one_heading_and_its_landmarks(self, path):
        page = read(path)

        assert page.language == "zh-CN"
        assert len(page.h1) == 1
        assert page.h1[0]
        assert page.landmarks == ["header", "main", "footer"]

    def test_fits_a_telephone(self, path):
        assert "width=device-width" in read(path).metas["viewport"]

    def test_has_a_title_that_gives_nothing_away(self, path):
        title = read(path).title

        assert title
        assert "离婚" not in title

    def test_has_no_link_without_words_and_none_to_nowhere(self, path):
        page = read(path)

        assert [link for link in page.links if not all(link)] == []
        assert set(page.fragments) <= set(page.ids)
        assert len(page.ids) == len(set(page.ids))

    def test_can_be_left_quickly_and_names_help(self, path):
        page = read(path)

        assert ("/leave", "快速离开") in page.links
        assert {"tel:110", "tel:12338"} <= set(page.addresses)

    def test_offers_large_type_and_english_and_leads_back_here(self, path):
        page = read(path)

        back = path.replace("/", "%2F")
        assert (f"/prefer/large?on=1&next={back}", "大字版") in page.links
        assert (f"/prefer/language/en?next={back}", "English") in page.links

    def test_speaks_english_when_asked(self, path):
        page = read(path, "en")

        assert page.language == "en"
        assert ("/leave", "Leave now") in page.links

    def test_is_neither_kept_nor_found_by_search(self, path):
        assert "no-store" in fetch(path)["Cache-Control"]
        assert read(path).metas["robots"] == "noindex"
        assert read(path).metas["referrer"] in ("same-origin", "no-referrer")

    def test_has_no_script_or_style_of_its_own_in_it(self, path):
        answer = fetch(path)

        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert " style=" not in answer.content.decode()
        assert " onclick=" not in answer.content.decode()


@pytest.mark.usefixtures("database")
class TestLinkPage:
    def test_is_the_same_for_every_code(self):
        titles = set()
        for code in ("ACDE23467999", "x", "%E4%B8%AD%00", "<b>"):
            page = read(f"/c/{code}")
            titles.add((page.title, *page.h1))

        assert len(titles) == 1
        assert "离婚" not in str(titles.pop())
