"""The refusals of identity, besides the common ones.

Refusal
├── IdentityNotProven        409 not_eligible  the check's answer is no
├── StillPending             409 wrong_state   the person has not finished the check
├── AlreadyAnswered          409 wrong_state   the attempt has ended and gave what it had to give
├── OnlyAtThatOffice         403 not_allowed   good for the bookings of one office alone
└── Unavailable
    └── CheckUnavailable     503 unavailable   the check gave no answer
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.ground.refusals import NotAllowed, Refusal, Unavailable


class IdentityNotProven(Refusal):
    """The real-name check answered, and the answer is no.

    facts: reason. mismatch: name and number do not belong together, or it is somebody else;
    counter: nothing was found online, a person with the card in hand has to look; again: it could
    not be looked at and may be begun anew; card: the bank's card cannot be used for it.
    """

    code, status = "not_eligible", 409
    sentences: dict[str, str | Promise] = {
        "mismatch": _(
            "姓名和身份证号没有核对上，这次验证没有通过。请对照证件再填一次。"
            "如果改过名或换过证件，请带证件到婚姻登记处核对。"
        ),
        "counter": _(
            "网上没能核实您的身份，这次验证没有通过，但不说明您填错了。"
            "请带身份证到婚姻登记处当面核对，去之前可以先打电话。"
        ),
        "again": _("这次没有做完，或者没有拍清楚，什么都没有决定。可以再做一次，或者换一种方式。"),
        "card": _("这张银行卡现在不能用来核对身份，不说明您填错了。请换一张卡，或者换一种方式。"),
    }

    def __init__(self, *, reason: str) -> None:
        super().__init__(self.sentences[reason], reason=reason)


class StillPending(Refusal):
    """The person has not finished the check; it can be gone on with."""

    code, status = "wrong_state", 409
    message = _("实名验证还没有做完，什么都没有改变。可以接着做，或者重新开始。")


class AlreadyAnswered(Refusal):
    """The attempt has ended: what it had to give was given, once. facts: state."""

    code, status = "wrong_state", 409
    message = _("这次实名验证已经结束，不能再用。请重新验证一次。")


class OnlyAtThatOffice(NotAllowed):
    """The proof was given at a desk: good for the bookings of that office and for nothing else."""

    message = _(
        "您在窗口做的当面核验，只能用来办理那家登记处的预约。这一步不能用它来做，什么都没有改变。"
        "请换一种实名验证；验证不了的，可以向登记处书面申请。"
    )


class CheckUnavailable(Unavailable):
    """The real-name check gave no answer; nothing is known and nothing was decided."""

    message = _("实名验证暂时没有回应，这次没有完成。请过几分钟再试一次。")
    retry_after_seconds = 60
