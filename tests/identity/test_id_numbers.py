"""ID numbers: what the standard prints, what people type, and what is refused with which reason."""

from __future__ import annotations

import dataclasses
import traceback
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from heli.ground.configuration import Environment
from heli.identity.id_numbers import IdNumber, IdNumberError, IdNumberFault, check_allowed, mask
from heli.ops.demo.people import fictional_person

# GB 11643-1999 prints the first two; the others are built by its rule with births of 1880.
VALID = (
    ("11010519491231002X", date(1949, 12, 31), False, "110105"),
    ("440524188001010014", date(1880, 1, 1), True, "440524"),
    ("110105188001010025", date(1880, 1, 1), False, "110105"),
    ("810000188001010015", date(1880, 1, 1), True, "810000"),  # Hong Kong
    ("820000188002290022", date(1880, 2, 29), False, "820000"),  # Macao
    ("830000188006150037", date(1880, 6, 15), True, "830000"),  # Taiwan
)
INVALID = (
    ("", IdNumberFault.EMPTY),
    ("  \u3000", IdNumberFault.EMPTY),
    ("11010518800101002", IdNumberFault.LENGTH),
    ("1101051880010100255", IdNumberFault.LENGTH),
    ("110105800101002", IdNumberFault.LENGTH),  # the fifteen digits of before 1999
    ("1" * 100_000, IdNumberFault.LENGTH),
    ("11010518800101002A", IdNumberFault.CHARACTERS),
    ("X10105188001010025", IdNumberFault.CHARACTERS),
    ("010105188001010025", IdNumberFault.CHARACTERS),
    ("11010518800101002\u0665", IdNumberFault.CHARACTERS),  # an Arabic-Indic digit
    ("110105\u0661\u0668\u0668\u060001010025", IdNumberFault.LENGTH),
    ("110105190002290017", IdNumberFault.BIRTH_DATE),  # 1900 was no leap year
    ("110105188013010025", IdNumberFault.BIRTH_DATE),
    ("110105188000010025", IdNumberFault.BIRTH_DATE),
    ("110105188001320025", IdNumberFault.BIRTH_DATE),
    ("110105000001010025", IdNumberFault.BIRTH_DATE),
    ("110105210001010025", IdNumberFault.BIRTH_DATE),
    ("110105194912310020", IdNumberFault.CHECK_CHARACTER),
)

numbers = st.integers(min_value=0).map(lambda seed: fictional_person(Random(seed)).id_number)


class TestParse:
    @pytest.mark.parametrize(("text", "born_on", "is_male", "region_code"), VALID)
    def test_a_valid_number_tells_birthday_sex_and_region(
        self, text: str, born_on: date, is_male: bool, region_code: str
    ) -> None:
        number = IdNumber.parse(text)

        assert number.value == text
        assert (number.born_on, number.is_male) == (born_on, is_male)
        assert number.region_code == region_code

    @pytest.mark.parametrize(("text", "reason"), INVALID)
    def test_an_invalid_number_is_refused_with_its_reason(
        self, text: str, reason: IdNumberFault
    ) -> None:
        with pytest.raises(IdNumberError) as refused:
            IdNumber.parse(text)
        assert refused.value.reason is reason

    @pytest.mark.parametrize(
        "text",
        [
            "11010519491231002x",
            " 11010519491231002X\n",
            "110105 19491231 002X",
            "110105\u300019491231\u00a0002X",
            "１１０１０５１９４９１２３１００２Ｘ",
            "１１０１０５１９４９１２３１００２ｘ",
            "\ufeff110105\u200b19491231002X\u202c",
        ],
    )
    def test_it_is_stored_in_one_form_however_it_was_typed(self, text: str) -> None:
        assert IdNumber.parse(text).value == "11010519491231002X"
        assert IdNumber.parse(text) == IdNumber.parse("11010519491231002X")

    def test_a_region_that_was_abolished_long_ago_is_no_reason_to_refuse(self) -> None:
        first_17 = "51020218800101001"  # Chongqing when it was a city of Sichuan
        IdNumber.parse(first_17 + mod_11_2.calc_check_digit(first_17))

    @given(number=numbers)
    def test_a_number_from_where_only_parsed_ones_are_kept_is_the_same(self, number: str) -> None:
        assert IdNumber.trusted(IdNumber.parse(number).value) == IdNumber.parse(number)

    @given(number=numbers, at=st.integers(0, 16))
    def test_two_neighbours_that_changed_places_are_noticed(self, number: str, at: int) -> None:
        swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        if swapped != number:
            with pytest.raises(IdNumberError):
                IdNumber.parse(swapped)

    @given(number=numbers, at=st.integers(0, 17), digit=st.sampled_from("0123456789X"))
    def test_one_wrong_character_is_noticed(self, number: str, at: int, digit: str) -> None:
        if number[at] != digit:
            with pytest.raises(IdNumberError):
                IdNumber.parse(number[:at] + digit + number[at + 1 :])

    @given(text=st.text(max_size=40))
    def test_any_other_text_is_refused_and_never_a_fault(self, text: str) -> None:
        with pytest.raises(IdNumberError):
            IdNumber.parse(text)


class TestSilence:
    def test_a_number_never_prints_itself(self) -> None:
        number = IdNumber.parse("440524188001010014")
        for text in (repr(number), str(number), f"{number}", repr([number]), f"{number!r:>30}"):
            assert "4405" not in text
            assert "1880" not in text

    def test_a_refusal_does_not_repeat_what_was_typed(self) -> None:
        for text, _reason in INVALID:
            with pytest.raises(IdNumberError) as refused:
                IdNumber.parse(text)
            assert len(text) < 15 or text not in "".join(
                traceback.format_exception_only(refused.value)
            )
            assert len(text) < 15 or text not in str(refused.value.sentence)

    def test_masked_it_shows_seven_characters(self) -> None:
        assert mask("11010519491231002X") == "110***********002X"

    def test_every_reason_has_a_sentence_that_ends(self) -> None:
        for reason in IdNumberFault:
            assert str(IdNumberError(reason).sentence).endswith(("。", "."))


class TestBlindIndex:
    def test_however_typed_it_is_the_same_person(self) -> None:
        one, other = IdNumber.parse("11010519491231002x"), IdNumber.parse("11010519491231002Ｘ")
        assert one.blind_index() == other.blind_index()
        assert one.blind_index() != IdNumber.parse("110105188001010025").blind_index()


class TestCheckAllowed:
    TODAY = date(2026, 11, 24)

    def born(self, on: date) -> IdNumber:
        first_17 = f"110105{on:%Y%m%d}001"
        return IdNumber.parse(first_17 + mod_11_2.calc_check_digit(first_17))

    def refused(self, on: date) -> StrEnum | None:
        try:
            check_allowed(self.born(on), self.TODAY)
        except IdNumberError as error:
            return error.reason
        return None

    @pytest.fixture
    def production(self, monkeypatch: pytest.MonkeyPatch) -> None:
        heli: Any = dataclasses.replace(settings.HELI, environment=Environment.PRODUCTION)
        monkeypatch.setattr(settings, "HELI", heli)

    @pytest.mark.parametrize(
        ("on", "reason"),
        [
            (date(1879, 12, 31), IdNumberFault.NOT_FICTIONAL),
            (date(1880, 1, 1), None),
            (date(1899, 12, 31), None),
            (date(1900, 1, 1), IdNumberFault.NOT_FICTIONAL),
            (date(1990, 5, 20), IdNumberFault.NOT_FICTIONAL),
            (TODAY + timedelta(days=1), IdNumberFault.NOT_YET_BORN),
        ],
    )
    def test_the_demo_and_tests_accept_births_of_1880_to_1899_alone(
        self, on: date, reason: IdNumberFault | None
    ) -> None:
        assert self.refused(on) is reason

    @pytest.mark.usefixtures("production")
    @pytest.mark.parametrize(
        ("on", "reason"),
        [
            (date(1880, 1, 1), IdNumberFault.TOO_LONG_AGO),
            (date(1899, 12, 31), IdNumberFault.TOO_LONG_AGO),
            (date(1900, 1, 1), None),
            (date(1990, 5, 20), None),
            (TODAY, None),
            (TODAY + timedelta(days=1), IdNumberFault.NOT_YET_BORN),
        ],
    )
    def test_production_refuses_them_and_whoever_is_not_born_yet(
        self, on: date, reason: IdNumberFault | None
    ) -> None:
        assert self.refused(on) is reason

    def test_the_sentence_follows_the_reader_s_language(self) -> None:
        error = IdNumberError(IdNumberFault.LENGTH)
        with translation.override("zh-hans"):
            assert str(error.sentence) == "身份证号应当是18位。请对照证件再填一次。"
