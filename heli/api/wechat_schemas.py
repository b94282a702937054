"""What the mini program sends and gets about itself: sessions, messages, where it goes on."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from heli.api.moments import Moment
from heli.api.shape import Shape
from heli.vault.tokens import CHARACTERS_MAX
from heli.wechat.kinds import Word
from heli.wechat.models import TEMPLATE_ID_MAX

CODE_MAX = 512
ANSWERS_MAX = 20
PATH_MAX = 400

WeChatCode = Annotated[str, Field(min_length=1, max_length=CODE_MAX)]
IdentityToken = Annotated[
    str,
    Field(min_length=1, max_length=CHARACTERS_MAX, description="The token of a real-name check."),
]
TemplateId = Annotated[str, StringConstraints(min_length=1, max_length=TEMPLATE_ID_MAX)]
OurPath = Annotated[
    str,
    Field(
        max_length=PATH_MAX,
        pattern=r"^/([0-9A-Za-z][0-9A-Za-z/._~?&=%-]*)?$",
        description="A page of ours, without a host.",
        json_schema_extra={"example": "/my"},
    ),
]


class WeChatSessionIn(BaseModel):
    """`js_code`: what `wx.login` gives, good once and for five minutes."""

    js_code: WeChatCode


class WeChatSessionOut(Shape):
    """A session. `token`: for `Authorization: Bearer`. `bound`: the account recognises somebody,
    so the session reads what is theirs."""

    token: str
    expires_at: Moment
    bound: bool


class PhoneCodeIn(BaseModel):
    """`code`: what the button for the telephone number gives; not the code of the login."""

    code: WeChatCode


class PhoneOut(Shape):
    """A telephone number in E.164. It is stored nowhere."""

    phone: str = Field(json_schema_extra={"example": "+8613900001234"})


class TemplateOut(Shape):
    """A message template the mini program may ask about with `wx.requestSubscribeMessage`."""

    id: str


class SubscriptionsIn(BaseModel):
    """What the person answered, by template, as `wx.requestSubscribeMessage` tells it."""

    answers: Annotated[dict[TemplateId, Word], Field(max_length=ANSWERS_MAX)] = Field(
        json_schema_extra={"example": {"emulated-mini-template-0": "accept"}}
    )


class BindIn(BaseModel):
    """Who says that the account is theirs."""

    identity_token: IdentityToken


class HandoverIn(BaseModel):
    """Which page to go on with, and as whom. Without `identity_token` as the session alone."""

    path: OurPath
    identity_token: IdentityToken | None = None


class HandoverOut(Shape):
    """Where the mini program's web-view goes: once, within five minutes."""

    url: str
