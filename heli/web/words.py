"""The words that people meet here and at the hall, each in plain sentences."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


@dataclass(frozen=True)
class Word:
    """A word as it stands in Chinese, and what it means. anchor: where a link finds it."""

    anchor: str
    zh: str
    meaning: str | Promise

    @property
    def name(self) -> str:
        """The word in the reader's language."""
        return translated(self.zh)


WORDS = (
    Word(
        "booking",
        gettext_noop("预约"),
        _("约定一个到登记处办理的时间。它只是排队，不等于离婚，也不等于申请已被受理。"),
    ),
    Word(
        "place",
        gettext_noop("号"),
        _("一个时段里，一对双方的位置。一个号只给一对，不能转让，也不收费。"),
    ),
    Word(
        "release",
        gettext_noop("放号"),
        _("新的日子开始可以预约。每个登记处有自己的放号时间，页面上写着下一次是什么时候。"),
    ),
    Word(
        "consent",
        gettext_noop("对方确认"),
        _(
            "对方用自己的实名验证，说明愿意一起来。没有对方确认，离婚和结婚的预约都不会生效。"
            "不同意，或者不处理，都可以。"
        ),
    ),
    Word(
        "identity",
        gettext_noop("实名验证"),
        _("证明您就是您说的那个人，这样别人不能冒用您的名字。我们不保存照片和视频。"),
    ),
    Word(
        "voucher",
        gettext_noop("预约凭证"),
        _("预约生效后的凭据，上面有编号、二维码、时间和地点。到大厅出示。它不是离婚证。"),
    ),
    Word(
        "move",
        gettext_noop("改期"),
        _("把预约换到另一个时间。两个人的预约，要对方也同意；对方没有同意之前，原来的时间保留。"),
    ),
    Word(
        "accepted",
        gettext_noop("受理"),
        _("登记员当面看过材料，收下了你们的申请。从第二天起，冷静期开始计算。"),
    ),
    Word(
        "receipt",
        gettext_noop("受理回执单"),
        _("申请被受理时，登记处给的一张单子，上面有受理的日期。请收好，第二次到场要带。"),
    ),
    Word(
        "cooling-off",
        gettext_noop("冷静期"),
        _("受理以后的三十天。任何一方都可以单独到场撤回申请，不需要预约，也不需要对方同意。"),
    ),
    Word(
        "window",
        gettext_noop("领证期"),
        _("冷静期之后的三十天。双方要在这段时间里一起到场领离婚证。过了最后一天，视为撤回申请。"),
    ),
    Word(
        "withdrawal",
        gettext_noop("撤回申请"),
        _("不再继续办理离婚登记。冷静期里一方就可以决定，要本人到场。"),
    ),
    Word(
        "certificate",
        gettext_noop("离婚证"),
        _("第二次到场，登记完成后发给双方的证件。拿到它，婚姻关系才解除。"),
    ),
    Word(
        "counselling",
        gettext_noop("婚姻家庭辅导"),
        _("和登记处的辅导员谈一谈，自愿参加。一个人去也可以。"),
    ),
    Word(
        "queue",
        gettext_noop("排队号"),
        _("在大厅取的、当天的号。没有预约也可以取，现场排队一直保留。"),
    ),
    Word(
        "waiting-list",
        gettext_noop("候补"),
        _("想要的时间约满了，先登记等着。有人退号，按先后轮到您。这里还没有开放。"),
    ),
    Word(
        "ballot",
        gettext_noop("摇号"),
        _("想来的人太多的日子，用抽签决定谁得到号，早提交晚提交都一样。这里还没有开放。"),
    ),
)
