"""What may stand in the fields of a message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heli.wechat.fields import THING_MAX, check, fit

FITS = [
    ("thing1", "婚姻登记处提醒您查看预约"),
    ("thing1", "二" * 20),
    ("thing2", "Window 3 (2F), A-12"),
    ("number3", "1" * 32),
    ("number3", "12.50"),
    ("letter4", "A" * 32),
    ("symbol5", "！？…—"),
    ("character_string6", "YY-2026/11#0042"),
    ("time7", "15:01"),
    ("time7", "2026年12月1日 09:30"),
    ("time7", "2026年12月01日 9:30"),
    ("time7", "2026年12月1日 09:30~10:30"),
    ("date8", "2026年12月1日"),
    ("date8", "2026年12月1日 09:30"),
    ("date8", "2026年12月1日~2026年12月30日"),
    ("amount9", "¥9"),
    ("amount9", "9.00元"),
    ("phone_number10", "020-83301234"),
    ("phone_number10", "+86-13900001234"),
    ("car_number11", "粤A8Z888挂"),
    ("name12", "欧阳景行"),
    ("name12", "Anna Maria Schmidt"),
    ("phrase13", "待您确认"),
    ("first", "任何话都可以，只是不能空着"),
]

DOES_NOT_FIT = [
    ("thing1", ""),
    ("thing1", "   "),
    ("thing1", "二" * 21),
    ("thing1", "一行\n又一行"),
    ("number3", "1" * 33),
    ("number3", "一"),
    ("letter4", "A1"),
    ("symbol5", "……！！…！"),
    ("character_string6", "预约2026"),
    ("character_string6", "A" * 33),
    ("time7", "25:00"),
    ("time7", "明天上午"),
    ("time7", "2026-12-01 09:30"),
    ("date8", "2026-12-01"),
    ("date8", "2026年13月1日"),
    ("amount9", "12345678901"),
    ("phone_number10", "电话见网页"),
    ("phone_number10", "1" * 18),
    ("car_number11", "粤A8Z888挂挂挂"),
    ("name12", "一" * 11),
    ("name12", "A" * 21),
    ("phrase13", "请您尽快确认"),
    ("phrase13", "OK"),
    ("first", ""),
]


class TestCheck:
    @pytest.mark.parametrize(("key", "text"), FITS)
    def test_a_text_within_the_rule_of_its_kind_may_be_sent(self, key, text):
        assert check({key: text}) is None

    @pytest.mark.parametrize(("key", "text"), DOES_NOT_FIT)
    def test_a_text_outside_it_is_named_by_its_field(self, key, text):
        assert check({key: text}) == key

    def test_the_first_of_several_is_named(self):
        data = {"thing1": "预约提醒", "time2": "明天", "phrase3": "请您尽快确认"}

        assert check(data) == "time2"

    def test_a_message_without_a_field_has_none_that_is_wrong(self):
        assert check({}) is None


class TestFit:
    def test_a_text_that_fits_stays_as_it_is(self):
        assert fit("thing1", "二" * 20) == "二" * 20

    def test_a_longer_one_is_cut_and_says_so(self):
        assert fit("thing1", "二" * 21) == "二" * 19 + "…"

    def test_several_lines_become_one(self):
        assert fit("thing1", " 广州市越秀区 \n 婚姻登记处 ") == "广州市越秀区 婚姻登记处"

    def test_a_rare_character_is_not_cut_in_half(self):
        cut = fit("thing1", "𠮷" * 20)

        assert cut == "𠮷" * 9 + "…"
        assert check({"thing1": cut}) is None

    @pytest.mark.parametrize("kind", ["phrase", "number", "character_string", "time", "name"])
    def test_nothing_else_is_cut_because_half_of_it_would_be_wrong(self, kind):
        assert fit(kind, "9" * 40) == "9" * 40

    @given(st.text(min_size=1))
    def test_a_thing_that_says_anything_always_fits(self, text):
        cut = fit("thing1", text)

        assert check({"thing1": cut}) is None or not text.strip()
        assert len(cut) <= THING_MAX
