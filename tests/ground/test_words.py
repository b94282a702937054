"""Days and moments in words."""

from datetime import UTC, date, datetime, time

import pytest
from django.utils.translation import override

from heli.ground import clock
from heli.ground.words import day_in_words, moment_in_words

TODAY = date(2026, 11, 30)


class TestDayInWords:
    @pytest.mark.parametrize(
        ("language", "day", "words"),
        [
            ("zh-hans", date(2026, 12, 24), "12月24日（周四）"),
            ("zh-hans", date(2026, 9, 6), "9月6日（周日）"),
            ("zh-hans", date(2027, 1, 5), "2027年1月5日（周二）"),
            ("zh-hans", date(2025, 12, 31), "2025年12月31日（周三）"),
            ("en", date(2026, 12, 24), "Thursday 24 December"),
            ("en", date(2027, 1, 5), "Tuesday 5 January 2027"),
        ],
    )
    def test_the_year_is_said_only_when_it_is_another_one(self, language, day, words):
        with override(language):
            assert day_in_words(day, today=TODAY) == words

    def test_without_a_language_it_speaks_chinese(self):
        with override(None):
            assert day_in_words(date(2026, 12, 24), today=TODAY) == "12月24日（周四）"

    def test_this_year_is_the_year_of_business_time(self, database):
        clock.move_to(clock.real_now().replace(year=clock.today().year + 2, month=6, day=1))

        assert "年" not in day_in_words(clock.today())


class TestMomentInWords:
    @pytest.mark.parametrize(
        ("at", "chinese", "english"),
        [
            (time(0, 0), "凌晨0:00", "0:00"),
            (time(5, 59), "凌晨5:59", "5:59"),
            (time(9, 0), "上午9:00", "9:00"),
            (time(12, 0), "中午12:00", "12:00"),
            (time(13, 30), "下午1:30", "13:30"),
            (time(17, 0), "下午5:00", "17:00"),
            (time(18, 0), "晚上6:00", "18:00"),
            (time(23, 59), "晚上11:59", "23:59"),
        ],
    )
    def test_it_reads_like_the_clock_on_the_wall(self, at, chinese, english):
        moment = clock.moment_of(date(2026, 12, 24), at)

        with override("zh-hans"):
            assert moment_in_words(moment, today=TODAY) == f"12月24日（周四）{chinese}"
        with override("en"):
            assert moment_in_words(moment, today=TODAY) == f"Thursday 24 December, {english}"

    def test_the_day_is_the_one_in_shanghai_whatever_the_zone(self):
        late_in_utc = datetime(2026, 12, 23, 16, 30, tzinfo=UTC)

        with override("zh-hans"):
            assert moment_in_words(late_in_utc, today=TODAY) == "12月24日（周四）凌晨0:30"
