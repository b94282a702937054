"""Somebody in the mini program: their account at the emulator, and a session of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client

from heli.identity.verified import VerifiedIdentity, issue_token
from heli.wechat.emulator.running import Emulated
from heli.wechat.kinds import AppKind
from tests.api.world import API, NOBODY, Caller


@dataclass(frozen=True)
class MiniUser(Caller):
    """A caller with a session of the mini program. openid: theirs at the emulator."""

    openid: str = ""

    def delete(self, path: str) -> HttpResponse:
        """DELETE below /api/v1."""
        return Client().delete(API + path, headers=self._headers())

    def binds(self, identity: VerifiedIdentity) -> MiniUser:
        """Say that the account is this person's."""
        answer = self.post("/wechat/bind", {"identity_token": issue_token(identity)[0]})
        assert answer.status_code == 204, answer.content
        return self


def opens_mini_program(emulator: Emulated, **person: Any) -> MiniUser:
    """Somebody new opens the mini program."""
    openid = emulator.control.add_person(**person)["mini_openid"]
    answer = NOBODY.post("/wechat/session", {"js_code": a_code(emulator, openid)})
    assert answer.status_code == 200, answer.content
    return MiniUser(token=answer.json()["token"], openid=openid)


def a_code(emulator: Emulated, openid: str) -> str:
    """What `wx.login` gives this person."""
    return emulator.control.mint_code(AppKind.MINI, openid)
