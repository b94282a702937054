"""The refusals of WeChat's room, besides the common ones.

Refusal
├── InvalidInput
│   └── CodeNotAccepted      422 invalid_input  WeChat does not know the code (any more)
├── NotFound
│   └── HandoverGone         404 not_found      the ticket was used, is old, or is none
└── Unavailable
    └── WeChatSilent         503 unavailable    WeChat gave no answer that decides anything
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from heli.ground.refusals import FieldError, InvalidInput, NotFound, Unavailable


class CodeNotAccepted(InvalidInput):
    """WeChat did not accept the code that somebody came with: used, too old, or none of its own."""

    sentence_of_field = _("微信没有接受这个代码：它已经用过，或者过期了。请重新取一个再试。")

    def __init__(self, field: str) -> None:
        super().__init__(FieldError(field, self.sentence_of_field))


class HandoverGone(NotFound):
    """The ticket was used, has expired, is for something else, or never was one."""

    message = _(
        "这个链接已经用过，或者已经过期，现在什么都没有改变。请回到原来的页面，再打开一次。"
    )


class WeChatSilent(Unavailable):
    """WeChat gave no answer, or one that decides nothing."""

    message = _("微信暂时没有回应，这一步没有完成，什么都没有改变。请过一会儿再试。")
    retry_after_seconds = 30
