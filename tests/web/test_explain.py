"""The two visits with real dates and papers; the words; the law's articles."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from heli.ground import clock
from heli.law.documents import papers
from heli.law.eligibility import conditions
from heli.law.periods import timeline
from heli.law.services import Service
from heli.web.articles import articles_in_words
from heli.web.example import example_of
from tests.web.reading import read


@pytest.mark.usefixtures("database")
class TestTwoVisits:
    def test_says_that_both_have_to_agree_and_come_twice(self):
        html = read("/two-visits").html

        assert "需要双方都同意，并且两次一起到场" in html
        assert "任何一方都可以单独到场撤回" in html
        assert "视为撤回申请" in html

    def test_names_every_paper_of_both_visits_and_no_household_register(self):
        html = read("/two-visits").html

        for service in (Service.DIVORCE_APPLICATION, Service.DIVORCE_CERTIFICATE):
            for paper in papers(service, clock.today()):
                assert f"<b>{paper.zh}</b>" in html
        assert "<b>户口簿</b>" not in html

    def test_gives_the_way_out_of_every_condition(self):
        html = read("/two-visits").html

        for condition in conditions(Service.DIVORCE_APPLICATION, clock.today()):
            assert condition.zh in html
            assert condition.way_out_zh in html

    def test_says_that_registering_is_free(self):
        assert "办理登记不收费" in read("/two-visits").html

    def test_speaks_of_the_law_in_english_too(self):
        html = read("/two-visits", "en").html

        assert "resident ID card" in html
        assert "居民身份证" not in html


class TestExample:
    @pytest.mark.parametrize("today", [date(2026, 7, 9), date(2026, 2, 13), date(2027, 12, 31)])
    def test_stays_within_what_every_reading_of_the_law_allows(self, today):
        example = example_of(today)

        safe = timeline(example.receipt_on).safe
        assert example.withdraw_open <= example.withdraw_until == safe.withdraw_until
        assert safe.issue_from <= example.issue_from <= example.certificate_open
        assert example.certificate_open <= example.issue_until == safe.issue_until

    def test_starts_on_a_day_on_which_an_application_can_be_accepted(self):
        assert example_of(date(2026, 10, 1)).receipt_on == date(2026, 10, 8)


@pytest.mark.usefixtures("database")
class TestGlossary:
    def test_has_an_anchor_for_every_word(self):
        page = read("/glossary")

        assert {"booking", "place", "release", "consent", "receipt", "cooling-off"} <= set(page.ids)

    @pytest.mark.parametrize(
        "word",
        ["预约", "号", "对方确认", "预约凭证", "受理", "受理回执单", "冷静期", "领证期", "放号"],
    )
    def test_explains_the_words_people_meet(self, word):
        assert f">{word}</dt>" in read("/glossary").html

    def test_keeps_the_chinese_word_beside_the_english_one(self):
        assert '<span lang="zh">冷静期</span>' in read("/glossary", "en").html


class TestArticles:
    @pytest.mark.parametrize(
        ("cited", "zh"),
        [
            ("条例2025 art 15(1)", "《婚姻登记条例》（2025年）第15条第1款"),
            (
                "条例2025 art 15(1)(ii), 15(2)",
                "《婚姻登记条例》（2025年）第15条第1款第2项、第15条第2款",
            ),
            ("116号 二(一)3", "民发〔2020〕116号第二(一)3部分"),
            ("民法典 art. 1047", "《民法典》第1047条"),
            ("local rules", ""),
        ],
    )
    def test_are_named_as_people_read_them(self, cited, zh):
        with override("zh-hans"):
            assert articles_in_words(cited) == zh

    def test_leave_no_chinese_in_english_where_the_law_is_known(self):
        with override("en"):
            assert articles_in_words("民法典 1076").endswith(", art. 1076")
