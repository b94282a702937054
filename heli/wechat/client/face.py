"""The face check of the mini program: begun here, done on the telephone, and its result read here.

What the telephone says of the result counts for nothing. The picture is never fetched.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from heli.wechat.client.calling import call
from heli.wechat.client.credentials import AppTokens
from heli.wechat.client.errors import ReceiverUnknown, Refused
from heli.wechat.client.ours import mini_app
from heli.wechat.client.wire import Answer, Request

BEGIN_PATH = "/cityservice/face/identify/getverifyid"
RESULT_PATH = "/cityservice/face/identify/queryverifyinfo"

IDENTITY_CARD = "IDENTITY_CARD"  # the only document it knows
PASSED = 10000
MISMATCHES = frozenset({10003, 10004})
AGAIN = frozenset({10001, 10002, 10010, 10015, 10020})  # the picture or the service, not the person
DEVICE_CANNOT = frozenset({90001, 90109})
DEVICE_OR_PERSON = range(90000, 91000)


class FaceOutcome(StrEnum):
    """What a check came to."""

    PASSED = "passed"
    MISMATCH = "mismatch"  # it is not this person, or name and number do not belong together
    AGAIN = "again"  # cancelled, dark, interrupted: the same person may try again
    COUNTER = "counter"  # it cannot be found out this way


@dataclass(frozen=True)
class FaceTicket:
    """A check that may begin. verify_id: for the telephone. expires_in: seconds."""

    verify_id: str = field(repr=False)
    expires_in: int


@dataclass(frozen=True)
class FaceResult:
    """What WeChat says of a check. errcode: 0, or why it has no result; then verify_ret is None.

    Source: developers.weixin.qq.com, queryVerifyInfo; passed is errcode 0 and verify_ret 10000.
    """

    errcode: int
    verify_ret: int | None

    @property
    def outcome(self) -> FaceOutcome:
        """The result in our words.

        >>> FaceResult(0, 10000).outcome, FaceResult(0, 90004).outcome
        (<FaceOutcome.PASSED: 'passed'>, <FaceOutcome.AGAIN: 'again'>)
        """
        if self.errcode or self.verify_ret is None:
            # The check is unknown, over, or was begun with another document or openid than ours,
            # which are the same by construction. It says nothing of the person.
            return FaceOutcome.AGAIN
        if self.verify_ret == PASSED:
            return FaceOutcome.PASSED
        if self.verify_ret in MISMATCHES:
            return FaceOutcome.MISMATCH
        if self.verify_ret in AGAIN:
            return FaceOutcome.AGAIN
        if self.verify_ret in DEVICE_OR_PERSON and self.verify_ret not in DEVICE_CANNOT:
            return FaceOutcome.AGAIN
        return FaceOutcome.COUNTER


def begin_face(out_seq_no: str, name: str, number: str, openid: str) -> FaceTicket:
    """A check of this person, to go on in the mini program of this openid.

    out_seq_no: ours, 5 to 32 letters, digits, - or _, never used before. number: of the identity
    card. Raises WeChatFault.
    """
    body = {
        "out_seq_no": out_seq_no,
        "cert_info": {"cert_type": IDENTITY_CARD, "cert_name": name, "cert_no": number},
        "openid": openid,
    }
    return call(
        Request(BEGIN_PATH, body=body),
        lambda answer: FaceTicket(answer.text("verify_id"), answer.number("expires_in")),
        AppTokens(mini_app(BEGIN_PATH)),
    )


def face_result(verify_id: str, out_seq_no: str, cert_hash: str, openid: str) -> FaceResult:
    """What came of the check. cert_hash: `heli.wechat.signing.cert_hash` of the same document.

    A code that is about the check itself is a result; one about the call (token, quota, busy, form)
    is raised as a WeChatFault.
    """
    body = {
        "verify_id": verify_id,
        "out_seq_no": out_seq_no,
        "cert_hash": cert_hash,
        "openid": openid,
    }
    tokens = AppTokens(mini_app(RESULT_PATH))
    try:
        return call(Request(RESULT_PATH, body=body, is_repeatable=True), _result, tokens)
    except (Refused, ReceiverUnknown) as refused:
        if refused.errcode is None:
            raise
        return FaceResult(refused.errcode, None)


def _result(answer: Answer) -> FaceResult:
    return FaceResult(0, answer.number("verify_ret"))
