"""Codes that stand for somebody for five minutes, once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import StrEnum

from heli.wechat.emulator.answers import ApiError

LIFE_SECONDS = 300


class CodeKind(StrEnum):
    """What a code is good for; one of another kind is no code at all."""

    LOGIN = "login"  # wx.login in the mini program
    PHONE = "phone"  # the button that asks for the telephone number
    WEB = "web"  # the page that asks for the account


@dataclass
class Code:
    """A code. of: an openid, or for a telephone the number. scope: what a page asked for."""

    kind: CodeKind
    appid: str
    of: str
    made_at: float
    scope: str = ""
    is_snapshot: bool = False
    is_used: bool = False


@dataclass
class Codes:
    """All codes that were ever made, by what they read."""

    all: dict[str, Code] = field(default_factory=dict)

    def mint(self, code: Code) -> str:
        """What the code reads."""
        text = secrets.token_hex(16)
        self.all[text] = code
        return text

    def use(self, text: str, *, kind: CodeKind, appid: str, now: float) -> Code:
        """What the code stands for, this once. Raises ApiError."""
        if not text:
            raise ApiError(41008)
        code = self.all.get(text)
        if code is None or code.kind is not kind or code.appid != appid:
            raise ApiError(40029)
        if code.is_used:
            # A page's code says so; that of the mini program is simply no code any more.
            raise ApiError(40163 if kind is CodeKind.WEB else 40029)
        if now >= code.made_at + LIFE_SECONDS:
            raise ApiError(42003 if kind is CodeKind.WEB else 40029)
        code.is_used = True
        return code
