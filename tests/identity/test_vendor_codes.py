"""What each code of each of Tencent Cloud's products means, by the vendor's tables.

Sources: cloud.tencent.com/document/product/1007/31082 and 213/32309; the models and the list of
error codes of the SDK, FaceID 2018-03-01.
"""

from __future__ import annotations

import inspect
import re

import pytest
from tencentcloud.faceid.v20180301 import errorcodes, models

from heli.identity.tencent.codes import (
    BANK_CARD_3,
    BANK_CARD_4,
    BANK_CARD_REFUSED,
    BEGIN_REFUSED,
    FACE,
    ID_CARD,
    RESULT_REFUSED,
    face_verdict,
    result_verdict,
)
from heli.identity.verification import Verdict

PASSED, MISMATCH, AGAIN = Verdict.PASSED, Verdict.MISMATCH, Verdict.AGAIN
COUNTER, CARD, UNAVAILABLE = Verdict.COUNTER, Verdict.CARD, Verdict.UNAVAILABLE

FACE_CODES = {
    0: PASSED,
    1: AGAIN,  # called in a wrong way
    2: AGAIN,
    3: AGAIN,
    4: AGAIN,  # the service failed
    8: AGAIN,
    10: AGAIN,
    12: AGAIN,
    13: AGAIN,
    14: AGAIN,  # done already
    15: AGAIN,  # token too old
    16: AGAIN,  # tried too often with this token
    17: None,  # not finished
    201: AGAIN,
    202: AGAIN,
    203: AGAIN,
    204: AGAIN,
    301: MISMATCH,  # the card shown is another
    302: COUNTER,  # the card has expired
    303: AGAIN,
    1001: AGAIN,
    1002: AGAIN,  # perhaps no living person: it may be begun anew, and is counted
    1003: AGAIN,
    1004: AGAIN,
    1005: AGAIN,
    1006: AGAIN,
    1007: AGAIN,
    1008: AGAIN,
    1101: AGAIN,
    1109: AGAIN,
    1201: AGAIN,
    1205: AGAIN,
    1301: AGAIN,
    1303: AGAIN,
    2001: AGAIN,
    2002: MISMATCH,  # the name is wrong
    2003: MISMATCH,  # the number is wrong
    2004: AGAIN,
    2005: COUNTER,  # nobody on record
    2006: MISMATCH,  # name and number
    2007: COUNTER,  # no photograph
    2008: COUNTER,
    2009: COUNTER,  # a photograph that will not do
    2010: AGAIN,
    2011: AGAIN,  # perhaps no living person
    2012: AGAIN,  # several faces
    2013: AGAIN,
    2014: AGAIN,
    2015: MISMATCH,  # not the same person
    2016: MISMATCH,
    2017: AGAIN,  # the register is being changed
}
CARD_4_CODES = {
    "0": PASSED,
    "-1": MISMATCH,
    "-2": MISMATCH,
    "-3": MISMATCH,
    "-4": MISMATCH,
    "-5": MISMATCH,
    "-6": MISMATCH,
    **{str(code): CARD for code in range(-17, -6)},
    "-18": UNAVAILABLE,
    "-19": COUNTER,
    "-20": COUNTER,
    "-21": CARD,
}
CARD_3_CODES = {
    "0": PASSED,
    "-1": MISMATCH,
    "-2": MISMATCH,
    "-3": MISMATCH,
    "-4": MISMATCH,
    "-5": MISMATCH,
    **{str(code): CARD for code in range(-16, -5)},
    "-17": UNAVAILABLE,
    "-18": COUNTER,
    "-19": COUNTER,
    "-20": CARD,
}
ID_CARD_CODES = {
    "0": PASSED,
    "-1": MISMATCH,
    "-2": MISMATCH,
    "-3": MISMATCH,
    "-4": UNAVAILABLE,
    "-5": COUNTER,
    "-6": UNAVAILABLE,
    "-7": UNAVAILABLE,  # asked too often today: the check after it is asked all the same
}


class TestFace:
    @pytest.mark.parametrize(("code", "verdict"), FACE_CODES.items())
    def test_each_code_of_the_vendors_table(self, code, verdict):
        assert face_verdict(code) is verdict

    def test_a_code_that_nobody_knows_lets_it_be_begun_anew(self):
        assert face_verdict(4711) is AGAIN

    def test_only_nought_passes(self):
        assert [code for code in FACE if FACE[code] is PASSED] == [0]


class TestOneTableForEachProduct:
    @pytest.mark.parametrize(("result", "verdict"), CARD_4_CODES.items())
    def test_bank_card_of_four_elements(self, result, verdict):
        assert result_verdict(BANK_CARD_4, result) is verdict

    @pytest.mark.parametrize(("result", "verdict"), CARD_3_CODES.items())
    def test_bank_card_of_three_elements(self, result, verdict):
        assert result_verdict(BANK_CARD_3, result) is verdict

    @pytest.mark.parametrize(("result", "verdict"), ID_CARD_CODES.items())
    def test_name_and_number(self, result, verdict):
        assert result_verdict(ID_CARD, result) is verdict

    @pytest.mark.parametrize(
        ("product", "codes"),
        [
            (models.BankCard4EVerificationResponse, CARD_4_CODES),
            (models.BankCardVerificationResponse, CARD_3_CODES),
            (models.IdCardVerificationResponse, ID_CARD_CODES),
        ],
        ids=["four", "three", "two"],
    )
    def test_the_sdk_lists_the_same(self, product, codes):
        listed = re.findall(r"^\s*'?(-?\d+)'?\s*[:：]", inspect.getsource(product.__init__), re.M)

        assert set(listed) == set(codes)

    @pytest.mark.parametrize("result", [None, "", "x", "-99", "1"])
    def test_what_nobody_knows_is_no_answer(self, result):
        for table in (BANK_CARD_4, BANK_CARD_3, ID_CARD):
            assert result_verdict(table, result) is UNAVAILABLE


class TestRefusals:
    def test_every_word_that_we_listen_for_is_one_of_the_sdks(self):
        words = {
            value
            for name, value in inspect.getmembers(errorcodes)
            if name.isupper() and isinstance(value, str)
        }

        assert len(words) > 80
        assert set(BEGIN_REFUSED) | set(RESULT_REFUSED) | set(BANK_CARD_REFUSED) <= words

    def test_none_of_them_passes_anybody(self):
        for table in (BEGIN_REFUSED, RESULT_REFUSED, BANK_CARD_REFUSED):
            assert PASSED not in table.values()
