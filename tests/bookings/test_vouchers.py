"""The voucher and its signature."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from heli.bookings import vouchers
from heli.bookings.codes import new_code
from heli.bookings.errors import WrongState
from heli.ground.refusals import InvalidInput, NotFound
from tests.bookings.factories import NOW, a_couple, a_slot, hold, hold_and_agree


@pytest.mark.usefixtures("database")
class TestVoucher:
    def test_both_get_the_same_one_once_both_have_agreed(self):
        couple = a_couple()
        booking = hold_and_agree(couple, a_slot())

        hers = vouchers.voucher(booking.code, by=couple.applicant, at=NOW)
        his = vouchers.voucher(booking.code, by=couple.partner, at=NOW)

        assert hers.qr == his.qr
        assert hers.address == "演示路1号"
        assert vouchers.read_qr(hers.qr).code == booking.code

    def test_it_says_what_to_bring_and_that_it_is_no_divorce(self):
        couple = a_couple()
        booking = hold_and_agree(couple, a_slot())

        paper = vouchers.voucher(booking.code, by=couple.applicant, at=NOW)

        assert any("结婚证" in item for item in paper.bring)
        assert not any("户口簿" in item for item in paper.bring)
        assert "不是离婚证" in paper.notes[0]
        with translation.override("en"):
            english = vouchers.voucher(booking.code, by=couple.applicant, at=NOW)
        assert any("marriage certificate" in item for item in english.bring)

    def test_a_held_booking_has_none(self):
        couple = a_couple()
        booking = hold(couple, a_slot())

        with pytest.raises(WrongState):
            vouchers.voucher(booking.code, by=couple.applicant, at=NOW)

    def test_a_stranger_finds_none(self):
        booking = hold_and_agree(a_couple(), a_slot())

        with pytest.raises(NotFound):
            vouchers.voucher(booking.code, by=a_couple().applicant, at=NOW)


class TestQr:
    def test_it_carries_code_day_and_expiry_and_nothing_else(self):
        code = new_code()

        claim = vouchers.read_qr(vouchers.qr_text(code, NOW))

        assert (claim.code, claim.service_on) == (code, date(2026, 11, 24))
        assert claim.expires_at - NOW == timedelta(hours=14)  # midnight in Shanghai
        assert vouchers.qr_text(code, NOW).count(".") == 4

    @settings(max_examples=200)
    @given(st.data())
    def test_any_change_is_found(self, data: st.DataObject):
        text = vouchers.qr_text(new_code(), NOW)
        position = data.draw(st.integers(min_value=0, max_value=len(text) - 1))
        character = data.draw(st.characters(codec="utf-8"))
        changed = text[:position] + character + text[position + 1 :]
        if changed == text:
            return

        with pytest.raises(InvalidInput):
            vouchers.read_qr(changed)

    def test_the_same_signature_written_in_another_way_is_one_too(self):
        signed = (vouchers.qr_text(new_code(), NOW) for _ in iter(int, 1))
        text = next(text for text in signed if "-" in text.rpartition(".")[2])

        for changed in (text.replace("-", "+", 1), text + "=", text[:-1] + "\n" + text[-1]):
            with pytest.raises(InvalidInput):
                vouchers.read_qr(changed)

    @given(st.text(max_size=200))
    def test_any_other_text_is_refused_calmly(self, text: str):
        with pytest.raises(InvalidInput):
            vouchers.read_qr(text)
