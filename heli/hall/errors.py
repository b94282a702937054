"""The refusals of somebody who checks in alone, by the hall's code.

Refusal
├── HallCodeExpired  409 too_late     the code is more than three minutes old
├── NotThisHall      409 wrong_state  booked for today, at another office
├── NotThisDay       409 wrong_state  booked here, for another day
├── NotAgreedYet     409 wrong_state  booked here for today, the other party has not agreed
└── NothingBooked    404 not_found    nothing booked here
"""

from django.utils.translation import gettext_lazy as _

from heli.bookings.errors import TooLate, WrongState
from heli.ground.refusals import NotFound


class HallCodeExpired(TooLate):
    """The code is more than three minutes old."""

    message = _("大厅的签到码每分钟换一次，这个已经过期，还没有签到。请重新扫大厅里的码。")


class NotThisHall(WrongState):
    """Booked for today, but at another office. facts: state, office (its name), starts_at."""

    message = _("您今天的预约在{office}，{starts_at}。这里不是那个登记处，没有签到。")


class NotThisDay(WrongState):
    """Booked here, but for another day. facts: state, service_on, starts_at."""

    message = _("您在这里的预约是{starts_at}，今天不能签到。什么都没有改变。")


class NotAgreedYet(WrongState):
    """Booked here for today, but the other party has not agreed. facts: state."""

    message = _("您今天在这里的预约还没有得到对方确认，不能签到。可以先到大厅取号，现场排队。")


class NothingBooked(NotFound):
    """This person has nothing booked at this office."""

    message = _("没有查到您在这里的预约，没有签到。不预约也可以办理，请到大厅取号，现场排队。")
