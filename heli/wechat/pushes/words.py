"""What the official account says in its chat.

A chat is read over shoulders and shows on the lock screen, so nothing in it is about a person, and
离婚 does not occur. What the law says stands on the pages.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

WHAT_CAN_BE_DONE = _(
    "发送城市或区县的名字：看当地官方的预约渠道。\n"
    "发送位置：看附近的登记处。\n"
    "粘贴链接、名字或整条消息：核对真假。\n"
    "发送“预约”：选登记处和时间。\n"
    "发送“查预约”：打开自己的预约。"
)
NO_NAMES = _("请不要在这里发送姓名、身份证号和电话。您发的内容我们不保存。")

HELLO = _("您好。这里可以约一个到场办理的时间，也可以核对预约渠道的真假。预约不收费。")
NOT_UNDERSTOOD = _("没有看懂您发的内容。可以这样做：")
HELP = _("可以这样做：")

BOOKING = _(
    "预约只是排一个到场办理的时间。需要双方都同意，并且两次一起到场，中间至少隔三十天。\n"
    "选登记处和时间：\n{places}\n"
    "当地有没有网上预约：发送城市或区县的名字，或者打开\n{channels}\n"
    "要带什么、怎么办：\n{two_visits}"
)
OWN = _("聊天里不显示任何人的预约。请打开下面的页面，验证身份以后查看：\n{url}")
CHECK = _("把可疑的链接、名字或整条消息粘贴到这里，马上告诉您是不是官方的。也可以打开\n{url}")
SEND_POSITION = _("点“＋”，选“位置”，发送您在的地方，就能看到附近的登记处。也可以打开\n{url}")
PRIVATE = _("请不要在聊天里发送身份证号。这条消息我们没有保存，请您撤回它。")
HARM = _("如果您正在受到伤害或威胁，请拨打 110；妇女维权热线 12338。")

SEVERAL = _("有几个地方叫这个名字，请点您要找的：")
OWN_DOOR = _("可以在这里预约：\n{name}\n{url}")
FIRST_DOOR = _("先试这一个：{kind}“{name}”。")
OPERATOR = _("填写之前，看账号主体是不是{operator}。")
NOTHING_ONLINE = _(
    "这里暂时没有网上预约。可以打电话 {phone}，或在工作时间直接到大厅取号，现场排队一直保留。"
)
NEXT_PLACE = _("最近的、能在网上预约的地方：{place}，约 {km} 公里。")
ASK_FIRST = _("来源只写着“婚姻登记”，请先打电话问清楚能约什么。")
ALL_WAYS = _("全部渠道和来源：\n{url}")

NEAREST = _("离您最近的登记处：")
KILOMETRES = _("约 {km} 公里")
NOTHING_NEAR = _("附近没有找到登记处。可以发送城市或区县的名字，或者打开\n{url}")
POSITION_NOT_KEPT = _("位置只用来找附近的登记处，只精确到一公里左右，不保存。")

ANY_DOOR = _("预约不收费。要您付钱、说验证码或银行卡密码的，不要理。")
UNKNOWN = _("我们的名录里没有它。没有收录不等于是假的，请拨打 {phone} 向婚姻登记机关核实。")
SUSPICIOUS = _("不要在这里填写身份证号或银行卡号。可疑之处：")
TELL_MORE = _("写上所在的区县再核对，说得更细：\n{url}")
CHECK_MORE = _("官方渠道在这里找：\n{url}")

SCENE_OFFICE = _("您扫的是登记处的码。地址、时间和空余的号：\n{url}")
SCENE_CONSENT = _(
    "有人请您确认一项政务预约。为保护双方，请先完成实名验证，再查看内容。"
    "不认识或不想处理，可以不打开，什么都不会发生。\n{url}"
)
SCENE_CHECK_IN = _("到场签到，三分钟内打开：\n{url}")
SCENE_EXPIRED = _("这个码已经过期，或者不是这里的。请向给您码的人或登记处要一个新的。")


def page(path: str) -> str:
    """The whole address of a page of ours."""
    return str(settings.HELI.base_url) + path
