"""A notice in few words: every kind, within the rules of WeChat's fields and of short messages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from heli.law.services import Service
from heli.notices.case_texts import Progress
from heli.notices.kinds import ABOUT_A_CASE, Kind
from heli.notices.message_words import NOTE_MAX, WHAT_MAX, ShortWords, short_words
from heli.notices.senders_wechat import data_of
from heli.notices.sms import GAP_MAX, gaps_of
from heli.notices.texts import Subject
from heli.wechat import fields
from heli.wechat.templates import Meaning, Template

# The longest that dates and times get.
LONG = datetime(2031, 12, 24, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)
OFFICE = "演示自治区示范自治州样例自治县民政局婚姻登记处（政务服务中心二楼）"
FORBIDDEN = re.compile(r"离婚|结婚|撤回|补领|离异|前夫|前妻|老公|老婆|冷静期|[!！]|亲|尽快|成功")
TOLD_ON = date(2031, 12, 20)


def subjects(kind: Kind) -> list[Subject]:
    plain = Subject(
        kind=kind,
        service=Service.DIVORCE_APPLICATION,
        office=OFFICE,
        starts_at=LONG,
        deadline=LONG - 2 * DAY,
    )
    moved = replace(plain, new_office=OFFICE, new_starts_at=LONG + DAY)
    return [
        *(replace(plain, service=service) for service in Service),
        replace(plain, deadline=None) if "consent" not in kind and "propos" not in kind else plain,
        moved,
        replace(plain, certificate_by=LONG + DAY),
        replace(plain, certificate_by=LONG.date()),
    ]


def progresses(kind: Kind) -> list[Progress]:
    open_there = Progress(
        kind=kind,
        office=OFFICE,
        place=LONG,
        withdraw_by=LONG - 9 * DAY,
        issue_from=LONG.date(),
        certificate_by=LONG + 9 * DAY,
        last_on=LONG.date() + 9 * DAY,
    )
    closed = replace(
        open_there, withdraw_by=LONG.date(), certificate_by=LONG.date() + 9 * DAY, place=None
    )
    return [open_there, replace(open_there, place=None), closed]


def all_words(kind: Kind) -> list[ShortWords]:
    abouts = progresses(kind) if kind in ABOUT_A_CASE else subjects(kind)
    return [short_words(about, told_on=TOLD_ON) for about in abouts]


@pytest.mark.parametrize("kind", list(Kind))
class TestEveryKind:
    def test_has_words_that_are_short_enough(self, kind):
        for words in all_words(kind):
            assert 2 <= len(words.what) <= WHAT_MAX, words.what
            assert 0 < len(words.note) <= NOTE_MAX, words.note
            assert not re.search(r"[{}]|None|前前", words.what + words.note)

    def test_says_appointment_and_never_what_it_is_for(self, kind):
        for words in all_words(kind):
            assert words.what.startswith("预约")
            assert not FORBIDDEN.search(words.what + words.note)

    @pytest.mark.parametrize("when", ["time2", "date2", "thing2"])
    @pytest.mark.parametrize("what", ["thing1", "phrase1"])
    def test_fits_whatever_fields_a_template_has(self, kind, what, when):
        keys = {
            Meaning.WHAT: what,
            Meaning.WHEN: when,
            Meaning.WHERE: "thing3",
            Meaning.NOTE: "thing4",
        }
        for words in all_words(kind):
            data = data_of(Template("id", keys), words)

            assert fields.check(data) is None, data

    def test_fits_the_gaps_of_a_short_message(self, kind):
        for words in all_words(kind):
            assert all(0 < len(gap) <= GAP_MAX for gap in gaps_of(words))


class TestWhen:
    def test_a_proposed_move_shows_the_new_time(self):
        proposed = replace(
            subjects(Kind.MOVE_PROPOSED)[0], new_office=OFFICE, new_starts_at=LONG + DAY
        )

        assert short_words(proposed, told_on=TOLD_ON).when == LONG + DAY

    def test_an_end_shows_the_day_on_which_it_was_told_and_no_hour(self):
        (words, *_others) = all_words(Kind.ENDED)

        assert words.when == TOLD_ON
        assert gaps_of(words) == ("预约已终止", "12月20日", "当天")

    def test_the_receipt_shows_the_time_that_is_kept(self):
        with_a_place, without, _closed = all_words(Kind.RECEIPT_GIVEN)

        assert with_a_place.when == LONG
        assert without.when == LONG + 9 * DAY

    def test_a_last_day_without_an_hour_ends_at_midnight(self):
        *_others, closed = all_words(Kind.WINDOW_ENDS_IN_TWO)

        assert data_of(Template("id", {Meaning.WHEN: "time1"}), closed) == {
            "time1": "2032年1月2日 23:59"
        }
        assert closed.note == "最晚1月2日前一起到场"
