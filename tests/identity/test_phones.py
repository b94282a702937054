"""Telephone numbers as people write them, in one form."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heli.identity.phones import PhoneError, PhoneFault, clean_phone


class TestCleanPhone:
    @pytest.mark.parametrize(
        ("typed", "number"),
        [
            ("13900001234", "+8613900001234"),
            (" 139-0000-1234 ", "+8613900001234"),
            ("139 0000 1234", "+8613900001234"),
            ("１３９００００１２３４", "+8613900001234"),
            ("+86 13900001234", "+8613900001234"),
            ("0086 13900001234", "+8613900001234"),
            ("020-83301234", "+862083301234"),
            ("(010) 6512 3456", "+861065123456"),
            ("+852 9123 4567", "+85291234567"),
            ("+853 6612 3456", "+85366123456"),
            ("+886 912 345 678", "+886912345678"),
        ],
    )
    def test_one_form_for_what_people_type(self, typed: str, number: str) -> None:
        assert clean_phone(typed) == number

    @pytest.mark.parametrize(
        ("typed", "reason"),
        [
            ("", PhoneFault.EMPTY),
            ("\u3000", PhoneFault.EMPTY),
            ("1390000123", PhoneFault.NOT_A_NUMBER),
            ("139000012345", PhoneFault.NOT_A_NUMBER),
            ("12345", PhoneFault.NOT_A_NUMBER),
            ("110", PhoneFault.NOT_A_NUMBER),
            ("+++", PhoneFault.NOT_A_NUMBER),
            ("我的电话", PhoneFault.NOT_A_NUMBER),
            ("1390000CALL", PhoneFault.NOT_A_NUMBER),
            ("020-83301234 ext 5", PhoneFault.NOT_A_NUMBER),
            ("13900001234;ext=5", PhoneFault.NOT_A_NUMBER),
            ("13900001234\x00", PhoneFault.NOT_A_NUMBER),
            ("+999 13900001234", PhoneFault.NOT_A_NUMBER),
            ("1" * 60_000, PhoneFault.NOT_A_NUMBER),
            (" " * 60_000, PhoneFault.EMPTY),
        ],
    )
    def test_what_cannot_be_called_is_refused(self, typed: str, reason: PhoneFault) -> None:
        with pytest.raises(PhoneError) as refused:
            clean_phone(typed)
        assert refused.value.reason is reason

    @given(text=st.text(max_size=50) | st.from_regex(r"[0-9+() .-]{0,45}", fullmatch=True))
    def test_any_text_is_a_number_in_one_form_or_refused(self, text: str) -> None:
        try:
            number = clean_phone(text)
        except PhoneError:
            return
        assert re.fullmatch(r"\+[0-9]{7,15}", number)
        assert clean_phone(number) == number
