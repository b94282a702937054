"""The people of the emulator: who has a WeChat account, and what they said to whom."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from heli.wechat.kinds import AppKind


class Mood(StrEnum):
    """How somebody answers a page that asks for their account."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    SNAPSHOT = "snapshot"  # a page of a chat opened in a preview: the account is not theirs


@dataclass
class Person:
    """A fictional user of WeChat. openids: in each of the two apps.

    phone: of the telephone, as WeChat knows it. blocks: whether they refuse all messages of the
    account though they follow it. chat: what was written between them and the account.
    """

    name: str
    openids: dict[AppKind, str]
    unionid: str | None
    phone: str
    follows: bool = False
    blocks: bool = False
    mood: Mood = Mood.ACCEPT
    chat: list[dict[str, Any]] = field(default_factory=list)


def new_openid() -> str:
    """A name as WeChat gives one: 28 characters that mean nothing."""
    return "o" + secrets.token_urlsafe(27)[:27]


@dataclass
class People:
    """All of them. once: how many messages of a template an openid still accepts; None in place of
    a number is for as long as they live. visitor: who opens a page without saying who they are."""

    all: list[Person] = field(default_factory=list)
    once: dict[tuple[str, str], int | None] = field(default_factory=dict)
    visitor: Person | None = None

    def add(
        self,
        name: str,
        *,
        openids: dict[AppKind, str] | None = None,
        has_unionid: bool = True,
        phone: str | None = None,
    ) -> Person:
        """Somebody new; what is not said is made up."""
        given = openids or {}
        person = Person(
            name=name,
            openids={app: given.get(app) or new_openid() for app in AppKind},
            unionid=new_openid() if has_unionid else None,
            phone=phone or f"1390000{1001 + len(self.all)}",
        )
        self.all.append(person)
        return person

    def find(self, openid: str, app: AppKind | None = None) -> Person | None:
        """Whose openid it is, in this app or in either."""
        apps = [app] if app else list(AppKind)
        return next((one for one in self.all for app in apps if one.openids[app] == openid), None)

    def known(self, openid: str, app: AppKind) -> Person:
        """Whose openid it is; somebody new where nobody has it."""
        found = self.find(openid, app)
        return found or self.add(f"微友{len(self.all) + 1}", openids={app: openid})

    def allow(self, openid: str, template_id: str, times: int | None) -> None:
        """So many messages more, or with None any number."""
        left = self.once.get((openid, template_id), 0)
        self.once[openid, template_id] = None if times is None or left is None else left + times

    def refuse(self, openid: str, template_id: str) -> None:
        """No message of this template any more."""
        self.once.pop((openid, template_id), None)

    def spend(self, openid: str, template_id: str) -> bool:
        """Whether a message is allowed; it is one fewer then."""
        left = self.once.get((openid, template_id), 0)
        if left is None:
            return True
        if left < 1:
            return False
        self.once[openid, template_id] = left - 1
        return True
