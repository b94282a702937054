"""What notices say: fit for a lock screen, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from heli.law.services import Service
from heli.notices.kinds import ABOUT_A_CASE, Kind
from heli.notices.texts import Subject, in_words

NINE = datetime(2031, 12, 24, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FORBIDDEN = re.compile(
    r"离婚|结婚|撤回|补领|离异|前夫|前妻|老公|老婆|divorc|marriage certificate", re.I
)

ABOUT_A_BOOKING = [kind for kind in Kind if kind not in ABOUT_A_CASE]

pytestmark = pytest.mark.usefixtures("database")


def a_subject(kind: Kind, service: Service = Service.DIVORCE_APPLICATION) -> Subject:
    is_of_a_move = kind is Kind.MOVE_PROPOSED
    return Subject(
        kind=kind,
        service=service,
        office="演示区民政局婚姻登记处",
        starts_at=NINE,
        deadline=NINE - 2 * DAY,
        new_office="示例区民政局婚姻登记处" if is_of_a_move else None,
        new_starts_at=NINE + DAY if is_of_a_move else None,
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", ABOUT_A_BOOKING)
class TestInWords:
    def test_nothing_says_what_the_appointment_is_for(self, kind, language):
        with override(language):
            for service in Service:
                words = in_words(a_subject(kind, service))

                assert not FORBIDDEN.search(words.title + words.text)

    def test_every_fact_has_found_its_place(self, kind, language):
        with override(language):
            for service in Service:
                words = in_words(a_subject(kind, service))

                assert not re.search(r"[{}]|None", words.title + words.text)


@pytest.mark.parametrize("kind", ABOUT_A_BOOKING)
class TestChinese:
    def test_the_title_says_appointment_office_and_time(self, kind):
        with override("zh-hans"):
            title = in_words(a_subject(kind)).title

        assert title.startswith("预约")
        assert title.endswith("· 演示区婚姻登记处 · 2031年12月24日（周三）上午9:00")

    def test_nobody_is_hurried_or_cheered(self, kind):
        with override("zh-hans"):
            words = in_words(a_subject(kind))

        assert not re.search(r"[!！]|亲|尽快|立即|马上|成功", words.title + words.text)

    def test_sentences_are_short(self, kind):
        with override("zh-hans"):
            text = in_words(a_subject(kind)).text

        for sentence in text.replace("2031年12月22日（周一）上午9:00", "某时").split("。"):
            assert len(re.sub(r"[0-9年月日（周一二三四五六）上午:]", "", sentence)) <= 32, sentence


class TestWhoComes:
    @pytest.mark.parametrize(
        ("service", "together"),
        [
            (Service.DIVORCE_APPLICATION, True),
            (Service.DIVORCE_CERTIFICATE, True),
            (Service.MARRIAGE, True),
            (Service.DIVORCE_WITHDRAWAL, False),
            (Service.REPLACEMENT, False),
            (Service.COUNSELLING, False),
        ],
    )
    @pytest.mark.parametrize("kind", [Kind.CONFIRMED, Kind.DAY_BEFORE])
    def test_two_are_asked_to_come_where_the_law_wants_both(self, kind, service, together):
        with override("zh-hans"):
            text = in_words(a_subject(kind, service)).text

        assert ("双方" in text) is together


class TestTheOfficeIsClosed:
    def test_the_title_and_the_text_tell_the_new_time(self):
        subject = replace(
            a_subject(Kind.OFFICE_CLOSED, Service.DIVORCE_CERTIFICATE),
            new_starts_at=NINE + DAY,
            new_office="演示区民政局婚姻登记处",
        )
        with override("zh-hans"):
            words = in_words(subject)

        assert words.title.endswith("2031年12月25日（周四）上午9:00")
        assert "12月24日（周三）上午9:00 不办公" in words.text
        assert "已为你们改到 2031年12月25日（周四）上午9:00" in words.text

    @pytest.mark.parametrize("kind", [Kind.OFFICE_CLOSED, Kind.CANCELLED, Kind.MISSED])
    def test_while_the_case_goes_on_the_last_moment_is_told(self, kind):
        subject = a_subject(kind, Service.DIVORCE_CERTIFICATE)
        with override("zh-hans"):
            text = in_words(replace(subject, certificate_by=NINE + 9 * DAY)).text

        assert "最晚请在 2032年1月2日（周五）上午9:00 前一起到演示区婚姻登记处" in text
        assert not FORBIDDEN.search(text)
