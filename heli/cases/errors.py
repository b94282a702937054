"""The refusals of a case, one class per code of the contract.

Refusal
├── OutsideWindow   409 outside_window   not a day on which the certificate can be given
├── WithdrawTooLate 409 too_late         every reading says that the cooling-off is over
├── CaseEnded       409 wrong_state      the case has ended
└── NoCase          409 not_eligible     there is no open case of this person
"""

from django.utils.translation import gettext_lazy as _

from heli.bookings.errors import NotEligible, TooLate, WrongState
from heli.ground.refusals import Refusal


class OutsideWindow(Refusal):
    """Not within the window, or on a day on which the readings differ and none was named.

    facts: readings (those that would allow it), issue_from, issue_until (the safe days).
    """

    code, status = "outside_window", 409
    message = _("这一天不在可以领证的日期之内，什么都没有改变。请选择期限内的时间。")


class WithdrawTooLate(TooLate):
    """By every reading the cooling-off has ended."""

    message = _("可以撤回的期限已经过了，什么都没有改变。不想离婚的话，领证期内不到场即可。")


class CaseEnded(WrongState):
    """The case has ended; nothing can be done with it any more. facts: state."""

    message = _("这次离婚登记程序已经终止，什么都没有改变。")


class NoCase(NotEligible):
    """There is no open case of this person."""

    message = _("还没有查到您的离婚登记申请，不能预约领证。请先预约离婚登记申请。")
