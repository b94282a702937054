"""The refusals of a booking, one class per code of the contract.

Refusal
├── SlotFull          409 slot_full           no place left at that time
├── AlreadyBooked     409 already_booked      the person already has one for this service
├── ConsentClosed     409 consent_closed      the deadline passed, or the booking has ended
├── TooLate           409 too_late            the time has passed, or its cut-off has
├── BookingSuspended  409 booking_suspended   too many held places came to nothing
├── NotEligible       409 not_eligible        the law or the facts do not allow this service
├── WrongState        409 wrong_state         not possible from where the booking stands
├── ProofNotAccepted  409 proof_not_accepted  the office wants another real-name check
│   └── ProofOfAnotherOffice                  it was given at another office's desk
└── KeyReused         409 idempotency_conflict  the same key with another request
"""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from heli.ground.refusals import Refusal
from heli.identity.verification import METHOD_NAMES


class SlotFull(Refusal):
    """No place is left in the slot; another may reappear."""

    code, status = "slot_full", 409
    message = _("这个时段刚刚约满，您的预约没有提交，也没有占号。可以换一个时段。")


class AlreadyBooked(Refusal):
    """The person has an active booking for this service.

    facts: own (the code of the person's own held booking that names the asker), where that is so.
    """

    code, status = "already_booked", 409
    message = _("您这项业务已经有一个有效的预约，不能再占一个号。请先查看或取消原来的预约。")


class ConsentClosed(Refusal):
    """The other party can no longer answer: the deadline has passed, or the booking has ended."""

    code, status = "consent_closed", 409
    message = _("这个预约已经不能再确认了：时限已过，或者预约已经结束。什么都没有改变。")


class TooLate(Refusal):
    """The slot has passed or its cut-off has, or a change comes after the office's cut-off."""

    code, status = "too_late", 409
    message = _(
        "这个时段已经过了可以办理预约手续的时间，什么都没有改变。请换一个时段，或给登记处打电话。"
    )


class BookingSuspended(Refusal):
    """Too many held places of this person came to nothing. facts: until (a moment)."""

    code, status = "booking_suspended", 409
    message = _(
        "近30天内，您有两次占的号没有得到对方确认，{until}之后可以再预约。电话和大厅取号不受影响。"
    )


class NotEligible(Refusal):
    """The law or the facts do not allow this service for these people. facts: reason."""

    code, status = "not_eligible", 409
    message = _("按规定暂时不能办理这项业务，没有提交预约。")


class WrongState(Refusal):
    """Not possible from the state in which the booking, or the slot, stands. facts: state."""

    code, status = "wrong_state", 409
    message = _("按预约现在的状态，不能这样做。什么都没有改变。")


class ProofNotAccepted(Refusal):
    """The office accepts other real-name checks than the one by which this proof was earned.

    facts: accepted (the methods it accepts, the first offered first), office (its id).
    """

    code, status = "proof_not_accepted", 409
    message = _("这家登记处要求用别的方式实名验证：{ways}。这一步没有做，什么都没有改变。")

    def __init__(self, *, accepted: Sequence[str], office_id: str) -> None:
        super().__init__(accepted=list(accepted), office=office_id)

    def sentence(self) -> str:
        """The ways in the reader's words, in the office's order."""
        ways = _("、").join(str(METHOD_NAMES.get(one, one)) for one in self.facts["accepted"])
        return str(self.message).format(ways=ways)


class ProofOfAnotherOffice(ProofNotAccepted):
    """The proof was given at the desk of another office, and is good there alone."""

    message = _(
        "您在窗口做的当面核验，只在给您核验的那家登记处有效。这一步没有做，什么都没有改变。"
        "请换一种实名验证，或者带身份证到这家登记处核验。"
    )


class KeyReused(Refusal):
    """The Idempotency-Key belongs to another request."""

    code, status = "idempotency_conflict", 409
    message = _("这个提交编号已经用于另一次预约，本次没有提交。请重新打开预约页面再试。")
