"""What notices on the way of a case say: fit for a lock screen, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time

import pytest
from django.utils.translation import override

from heli.ground import clock
from heli.notices.case_texts import Progress, progress_in_words
from heli.notices.kinds import ABOUT_A_CASE, Kind
from tests.notices.test_texts import FORBIDDEN

PLACE = clock.moment_of(date(2031, 8, 20), time(10))
MOMENT = re.compile(r"(2031年)?\d+月\d+日（周.）((上|中|下)午\d+:\d\d)?")

pytestmark = [
    pytest.mark.usefixtures("database"),
    pytest.mark.parametrize("kind", sorted(ABOUT_A_CASE)),
]


def progress(kind: Kind) -> Progress:
    return Progress(
        kind=kind,
        office="演示区民政局婚姻登记处",
        place=PLACE,
        withdraw_by=clock.moment_of(date(2031, 8, 8), time(17)),
        issue_from=date(2031, 8, 11),
        certificate_by=clock.moment_of(date(2031, 9, 8), time(17)),
        last_on=date(2031, 9, 9),
    )


def variants(kind: Kind) -> list[Progress]:
    full = progress(kind)
    days_only = replace(full, withdraw_by=date(2031, 8, 8), certificate_by=date(2031, 9, 8))
    return [full, replace(full, place=None), days_only]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
class TestInWords:
    def test_nothing_says_what_it_is_about_and_every_fact_finds_its_place(self, kind, language):
        with override(language):
            for variant in variants(kind):
                words = progress_in_words(variant)

                assert not FORBIDDEN.search(words.title + words.text)
                assert not re.search(r"冷静期|[{}]|None|cooling", words.title + words.text)


class TestChinese:
    def test_the_title_says_appointment_and_office(self, kind):
        with override("zh-hans"):
            title = progress_in_words(progress(kind)).title

        assert title.startswith("预约")
        assert "演示区婚姻登记处" in title

    def test_nobody_is_hurried_or_cheered_and_sentences_are_short(self, kind):
        with override("zh-hans"):
            for variant in variants(kind):
                words = progress_in_words(variant)

                assert not re.search(r"[!！]|亲|尽快|立即|马上|成功", words.title + words.text)
                for sentence in MOMENT.sub("", words.text).split("。"):
                    assert len(sentence) <= 36, sentence


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_end_by_withdrawal_tells_no_moment_and_no_reason(kind, language):
    if kind != Kind.ENDED:
        return
    with override(language):
        words = progress_in_words(progress(kind))

    assert not re.search(r"\d", words.title + words.text)
