"""What each code of Tencent Cloud means for a check. Each product has a table of its own.

The same number means another thing in the next product, so that no table is shared. What is not
in a table is new, and says nothing of the person.
Sources: cloud.tencent.com/document/product/1007/31082 and 213/32309 (codes of the face check),
the models of the SDK's FaceID 2018-03-01 (results of the others, codes of the calls).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from heli.identity.verification import Verdict

NOT_FINISHED = frozenset({None, 17})


def _table(said: Mapping[Verdict, Iterable[int]]) -> Mapping[int, Verdict]:
    return {code: verdict for verdict, codes in said.items() for code in codes}


# Text.ErrCode of GetDetectInfoEnhanced: how a check in the browser ended. It ended, so that what
# failed at the vendor can only be begun anew.
FACE = _table(
    {
        Verdict.PASSED: [0],
        # Name or number wrong; not the same person; another card than the one asked about.
        Verdict.MISMATCH: [301, 2002, 2003, 2006, 2015, 2016],
        # The card has expired, or there is no record or no photograph that would do.
        Verdict.COUNTER: [302, 2005, 2007, 2008, 2009],
        Verdict.AGAIN: [
            *(1, 2, 3, 4, 8, 9, 10, 12, 13),  # the vendor's own trouble
            *(14, 15, 16),  # done already, too old, tried too often: this one is over
            *(201, 202, 203, 204, 303),
            *range(1001, 1009),  # nobody alive was seen, or the network failed
            *range(1101, 1110),  # digits read aloud
            *range(1201, 1300),  # light, distance, movements
            *range(1301, 1500),
            *(2001, 2004, 2010, 2011, 2012, 2013, 2014, 2017),
        ],
    }
)

# Result of BankCard4EVerification: name, number, card and telephone.
BANK_CARD_4 = _table(
    {
        Verdict.PASSED: [0],
        Verdict.MISMATCH: [-1, -2, -3, -4, -5, -6],
        Verdict.CARD: [-7, -8, -9, -10, -11, -12, -13, -14, -15, -16, -17, -21],
        Verdict.UNAVAILABLE: [-18],
        Verdict.COUNTER: [-19, -20],
    }
)
# Result of BankCardVerification: name, number and card.
BANK_CARD_3 = _table(
    {
        Verdict.PASSED: [0],
        Verdict.MISMATCH: [-1, -2, -3, -4, -5],
        Verdict.CARD: [-6, -7, -8, -9, -10, -11, -12, -13, -14, -15, -16, -20],
        Verdict.UNAVAILABLE: [-17],
        Verdict.COUNTER: [-18, -19],
    }
)
# Result of IdCardVerification: name and number alone, which prove no presence. It is asked before
# another check, so that its own daily limit (-7) says nothing of the person.
ID_CARD = _table(
    {
        Verdict.PASSED: [0],
        Verdict.MISMATCH: [-1, -2, -3],
        Verdict.UNAVAILABLE: [-4, -6, -7],
        Verdict.COUNTER: [-5],
    }
)

# A refusal of DetectAuth that says something of the person; any other is the vendor's or ours.
BEGIN_REFUSED: Mapping[str, Verdict] = {
    "FailedOperation.IdNameMisMatch": Verdict.MISMATCH,
    "FailedOperation.IdFormatError": Verdict.COUNTER,
    "FailedOperation.NameFormatError": Verdict.COUNTER,
    "FailedOperation.IdNoExistSystem": Verdict.COUNTER,
    "FailedOperation.IdPhotoNoExist": Verdict.COUNTER,
    "FailedOperation.IdPhotoPoorQuality": Verdict.COUNTER,
    "FailedOperation.IdentityAuthLimitExceeded": Verdict.COUNTER,
}
# A refusal of GetDetectInfoEnhanced that ends the check.
RESULT_REFUSED: Mapping[str, Verdict] = {
    "InvalidParameterValue.BizTokenExpired": Verdict.AGAIN,
    "InvalidParameterValue.BizTokenIllegal": Verdict.AGAIN,
}
# A refusal of BankCard4EVerification as a call.
BANK_CARD_REFUSED: Mapping[str, Verdict] = {
    "FailedOperation.IdFormatError": Verdict.COUNTER,
    "FailedOperation.NameFormatError": Verdict.COUNTER,
    "FailedOperation.IdentityAuthLimitExceeded": Verdict.COUNTER,
}


def face_verdict(code: int | None) -> Verdict | None:
    """How a face check ended; None while it has not. A code that nobody knows begins it anew.

    >>> face_verdict(2016), face_verdict(17), face_verdict(9999)
    (<Verdict.MISMATCH: 'mismatch'>, None, <Verdict.AGAIN: 'again'>)
    """
    if code is None or code in NOT_FINISHED:
        return None
    return FACE.get(code, Verdict.AGAIN)


def result_verdict(table: Mapping[int, Verdict], result: str | None) -> Verdict:
    """What a result of the others means; one that nobody knows is no answer.

    >>> result_verdict(BANK_CARD_4, "-6"), result_verdict(BANK_CARD_3, "-6")
    (<Verdict.MISMATCH: 'mismatch'>, <Verdict.CARD: 'card'>)
    """
    try:
        return table.get(int(result or ""), Verdict.UNAVAILABLE)
    except ValueError:
        return Verdict.UNAVAILABLE
