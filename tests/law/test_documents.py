"""What to bring, before and since the Regulations of 2025."""

import re
from datetime import date

import pytest

from heli.law.documents import Situation, all_papers, open_questions, papers
from heli.law.services import Service

LAST_OLD_DAY, FIRST_NEW_DAY = date(2025, 5, 9), date(2025, 5, 10)
TODAY = date(2026, 12, 1)


def named(service: Service, on: date, situation: str = "mainland") -> list[str]:
    return [paper.zh for paper in papers(service, on, situation)]


class TestPapers:
    @pytest.mark.parametrize(
        "service",
        [
            Service.DIVORCE_APPLICATION,
            Service.DIVORCE_CERTIFICATE,
            Service.MARRIAGE,
            Service.REPLACEMENT,
        ],
    )
    def test_the_household_register_was_needed_up_to_9_may_2025_and_is_not_since(self, service):
        assert "户口簿" in named(service, LAST_OLD_DAY)
        assert "户口簿" not in named(service, FIRST_NEW_DAY)
        assert "户口簿" not in named(service, TODAY)

    def test_a_mainland_couple_applies_with_identity_cards_and_marriage_certificates(self):
        brought = papers(Service.DIVORCE_APPLICATION, TODAY)

        assert [(paper.zh, paper.who) for paper in brought] == [
            ("居民身份证", "each"),
            ("结婚证", "each"),
            ("离婚登记申请书", "both"),
            ("离婚协议书", "both"),
        ]
        assert [paper.original for paper in brought] == [True, True, False, True]

    def test_the_second_visit_also_needs_the_receipt_of_the_application(self):
        assert named(Service.DIVORCE_CERTIFICATE, TODAY) == [
            "居民身份证",
            "结婚证",
            "离婚协议书",
            "离婚登记申请受理回执单",
        ]

    def test_copies_are_given_where_a_rule_says_how_many_and_left_open_elsewhere(self):
        before = {p.zh: p.copies for p in papers(Service.DIVORCE_CERTIFICATE, LAST_OLD_DAY)}
        since = {p.zh: p.copies for p in papers(Service.DIVORCE_CERTIFICATE, FIRST_NEW_DAY)}

        assert before["离婚协议书"] == 3
        assert before["2寸单人近期半身免冠照片"] == 2
        assert since["离婚协议书"] is None

    def test_who_withdraws_brings_an_identity_document_and_the_receipt_alone(self):
        brought = papers(Service.DIVORCE_WITHDRAWAL, TODAY)

        assert {paper.who for paper in brought} == {"one"}
        assert "撤回离婚登记申请书" in [paper.zh for paper in brought]

    def test_a_foreigner_brings_a_passport_instead_of_the_identity_card(self):
        brought = named(Service.DIVORCE_APPLICATION, TODAY, Situation.FOREIGNER)

        assert "居民身份证" not in brought
        assert "结婚证" in brought
        assert any("护照" in zh for zh in brought)

    def test_a_situation_nobody_has_heard_of_is_a_mistake_of_the_caller(self):
        with pytest.raises(ValueError, match="martian"):
            papers(Service.DIVORCE_APPLICATION, TODAY, "martian")

    def test_counselling_needs_no_papers_that_are_known(self):
        assert papers(Service.COUNSELLING, TODAY) == ()


class TestTheFacts:
    def test_every_row_names_its_article_its_source_and_how_sure_it_is(self):
        assert len(all_papers()) == 76
        for paper in all_papers():
            assert paper.article
            assert paper.source
            assert paper.confidence
            assert paper.form_zh
            assert paper.who_zh

    def test_what_a_paper_has_to_be_is_said_without_articles_and_notes_to_ourselves(self):
        for paper in all_papers():
            assert not re.search(r"\bart\b|not found\Z|must exist|Rudong", paper.form), paper.form

    def test_no_row_ends_before_it_begins(self):
        for paper in all_papers():
            if paper.valid_from and paper.valid_to:
                assert paper.valid_from <= paper.valid_to

    def test_no_paper_is_asked_for_twice_on_one_day(self):
        for service in Service:
            for day in (LAST_OLD_DAY, FIRST_NEW_DAY, TODAY):
                brought = named(service, day)
                assert len(brought) == len(set(brought))

    def test_what_was_not_found_is_said(self):
        assert any("2025-05-10" in question for question in open_questions())
