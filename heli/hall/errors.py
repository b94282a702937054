"""What the hall refuses: who checks in alone or goes on with a code, and staff who log in or look.

Refusal
├── HallCodeExpired  409 too_late           the code is more than three minutes old
├── NotThisHall      409 wrong_state        booked for today, at another office
├── NotThisDay       409 wrong_state        booked here, for another day
├── NotAgreedYet     409 wrong_state        booked here for today, the other party has not agreed
├── NothingBooked    404 not_found          nothing booked here
├── DeskCodeGone     404 not_found          no code of a check at the desk that is good now
├── NotForOneself    403 not_allowed        nobody vouches for themselves
├── CodeRequired     401 identity_required  the password is right, and a code is needed besides
├── CodeWrong        401 identity_required  no code of this moment, or one that was used
├── SetUpFirst       401 identity_required  a password of one's own, or an app, is missing
├── LoginLapsed      401 identity_required  what was begun with the password is too old
├── ReasonRequired   403 not_allowed        not part of the day's work, and no reason was given
├── PermitRequired   403 not_allowed        so many of another day need a second person's word
├── OwnPermit        403 not_allowed        nobody grants what they asked for themselves
├── TooFresh         403 not_allowed        an authenticator app set up today takes no part in it
├── PermitEnded      409 wrong_state        granted, used, closed or lapsed before
├── PermitNotGranted 409 wrong_state        the code of a permit that nobody has granted yet
└── PermitNotGood    409 wrong_state        no code of a permit that is good for this
"""

from django.utils.translation import gettext_lazy as _

from heli.bookings.errors import TooLate, WrongState
from heli.ground.refusals import IdentityRequired, NotAllowed, NotFound


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


class DeskCodeGone(NotFound):
    """No code of a check at the desk, or one that was used, is too old, or was wrong too often."""

    message = _(
        "这个核验码不对，或者已经用过，或者过了10分钟。什么都没有改变。请到窗口，请工作人员再核验一次。"
    )


class NotForOneself(NotAllowed):
    """A clerk read their own card: somebody else has to look at it."""

    message = _("不能给自己做当面核验，什么都没有改变。请找一位同事看证件。")


class CodeRequired(IdentityRequired):
    """The password is right; the account asks for a code besides. facts: second_factor."""

    message = _("这个账号还要验证码，没有登录。请填写验证器里的6位数字，或者一个恢复码。")


class CodeWrong(IdentityRequired):
    """No code of this moment, or one that was used already. facts: second_factor."""

    message = _("验证码不对，或者已经用过。请等验证器换一个数字再填，并核对手机的时间。")


class SetUpFirst(IdentityRequired):
    """A password of one's own, or the app, is still to be set up, on the desk's page."""

    message = _("这个账号还没有设置好，没有登录。请先用浏览器登录工作台，设置自己的密码和验证器。")


class LoginLapsed(IdentityRequired):
    """What was begun with the password is too old, or something changed since."""

    message = _("这次登录已经过期，没有登录。请重新输入用户名和密码。")


class ReasonRequired(NotAllowed):
    """Not part of the day's work, so that whoever looks has to say why."""

    message = _("今天没有这次来访的记录。要查看，请先说明为什么。")


class PermitRequired(NotAllowed):
    """So many records of other days that a second person has to agree. facts: look_ups."""

    message = _("今天您已经查看了{look_ups}份不是今天来访的记录。要继续，需要另一个人批准。")


class OwnPermit(NotAllowed):
    """Four eyes are two people's: nobody grants what they asked for themselves."""

    message = _("自己申请的，要由另一个人批准。什么都没有改变。")


class TooFresh(NotAllowed):
    """The authenticator app was set up less than a day ago: no word of it in what takes two."""

    message = _("您的验证器是一天之内设置的，还不能申请或批准双人授权。请明天再来。")


class PermitEnded(WrongState):
    """It was granted, used or closed before, or its time is over."""

    message = _("这项授权已经批准、用过、撤回或者过期了，什么都没有改变。")


class PermitNotGranted(WrongState):
    """A command was given the code of a permit that nobody has granted yet."""

    message = _("这个授权码还没有另一个人批准，什么都没有改变。请先请他们在工作台批准。")


class PermitNotGood(WrongState):
    """A command was given a code that opens nothing: used, closed, too old, for something else."""

    message = _("这个授权码不能用：已经用过、过期、撤回，或者不是用于这件事。什么都没有改变。")
