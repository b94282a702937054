"""People with a WeChat account that is theirs, for tests of notices."""

from __future__ import annotations

from dataclasses import dataclass

from heli.identity.verified import VerifiedIdentity
from heli.wechat.accounts import WeChatSession, bind_account, see_account
from heli.wechat.allowances import note_word
from heli.wechat.emulator.running import Emulated
from heli.wechat.emulator.templates import ACCOUNT_ID, CLASSIC_ID, MINI_ID
from heli.wechat.kinds import AppKind, Word
from heli.wechat.models import Account, Allowance

IDS = {"mini_subscribe": MINI_ID, "account_subscribe": ACCOUNT_ID, "template": CLASSIC_ID}
APPS = {
    "mini_subscribe": AppKind.MINI,
    "account_subscribe": AppKind.ACCOUNT,
    "template": AppKind.ACCOUNT,
}


@dataclass(frozen=True)
class InWeChat:
    """Somebody's account in one of our apps, at WeChat and with us."""

    emulator: Emulated
    account: Account
    openid: str

    def allow(self, way: str, *, times: int = 1, at_wechat: int | None = None) -> InWeChat:
        """They said yes to messages this way. at_wechat: how often as WeChat has it."""
        for _ in range(times):
            note_word(self.account, IDS[way], Word.ACCEPT)
        self.emulator.control.grant(
            self.openid, IDS[way], times if at_wechat is None else at_wechat
        )
        return self

    def follow(self) -> InWeChat:
        """They follow the official account, and we know."""
        self.emulator.control.follow(self.openid)
        Account.objects.filter(id=self.account.id).update(follows=True)
        return self

    def left(self, way: str) -> int:
        """How many messages we think they still allow."""
        return Allowance.objects.get(account=self.account, template_id=IDS[way]).left


def bound(emulator: Emulated, person: VerifiedIdentity, app: AppKind) -> InWeChat:
    """An account that this person said is theirs."""
    openid = emulator.control.add_person()[f"{app}_openid"]
    account = see_account(app, openid)
    bind_account(WeChatSession(account.id, app), by=person)
    return InWeChat(emulator, Account.objects.get(id=account.id), openid)


def ready_for(emulator: Emulated, person: VerifiedIdentity, way: str) -> InWeChat:
    """Somebody who gets messages this way."""
    who = bound(emulator, person, APPS[way])
    return who.follow() if way == "template" else who.allow(way)
