"""All that the emulator knows, in memory."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from heli.ground.vendors import EMULATED, App, read_tencent, read_wechat
from heli.wechat.emulator.cloud_faces import CloudFaces
from heli.wechat.emulator.codes import Codes
from heli.wechat.emulator.faces import Faces
from heli.wechat.emulator.faults import Faults
from heli.wechat.emulator.links import Links
from heli.wechat.emulator.people import People
from heli.wechat.emulator.tokens import Tokens
from heli.wechat.kinds import AppKind

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]", "testserver"})
CALLS_KEPT_MAX = 5000
ORIGINAL_IDS = {AppKind.ACCOUNT: "gh_00000000a1a1", AppKind.MINI: "gh_00000000b2b2"}


@dataclass(frozen=True)
class Registered:
    """What the operator registered at WeChat and Tencent Cloud. apps: by what they are.

    token, aes_key: of the message push. redirect_names: hosts that pages may be sent back to.
    """

    apps: Mapping[AppKind, App]
    token: str
    aes_key: str
    secret_id: str
    secret_key: str
    sms_app_id: str
    sms_sign: str
    sms_template: str
    sms_code_template: str
    faceid_rule_id: str

    def kind_of(self, appid: str) -> AppKind | None:
        """Which of the two apps has this appid."""
        return next((kind for kind, app in self.apps.items() if app.appid == appid), None)


# What the emulated Tencent Cloud has on its books.
EMULATED_TENCENT = {
    "HELI_SMS_APP_ID": "1400000001",
    "HELI_SMS_SIGN": "和离演示",
    "HELI_SMS_TEMPLATE": "1000001",
    "HELI_SMS_CODE_TEMPLATE": "1000002",
    "HELI_FACEID_RULE_ID": "1",
}


def registered(env: Mapping[str, str]) -> Registered:
    """What Heli's own settings say, and for what they leave out the emulator's own.

    Raises VendorSettingWrong.
    """
    known = {
        **EMULATED,
        **EMULATED_TENCENT,
        **{name: value for name, value in env.items() if value},
    }
    wechat, tencent = read_wechat(known), read_tencent(known)
    apps = {AppKind.ACCOUNT: wechat.account, AppKind.MINI: wechat.mini}
    return Registered(
        apps={kind: app for kind, app in apps.items() if app},
        token=wechat.token,
        aes_key=wechat.aes_key,
        secret_id=tencent.secret_id,
        secret_key=tencent.secret_key,
        sms_app_id=tencent.sms_app_id,
        sms_sign=tencent.sms_sign,
        sms_template=tencent.sms_template,
        sms_code_template=tencent.sms_code_template,
        faceid_rule_id=tencent.faceid_rule_id,
    )


@dataclass
class Kept:
    """What comes and goes; a reset makes it anew.

    clock_ahead: seconds between the emulator's clock and the real one. messages, sms, pushes,
    calls: what was sent, oldest first. page_acts: what pages did by WeChat's script.
    bank_cards, id_cards: what is said of a card by its number; "" is any other card.
    scans: what the camera of the telephone will see next. position: where the telephone is, WGS-84.
    pages: those of the mini program that exist; None is any. mode: plain, both
    or aes. push_seconds_max: how long a push waits for its answer.
    """

    people: People = field(default_factory=People)
    tokens: Tokens = field(default_factory=Tokens)
    codes: Codes = field(default_factory=Codes)
    faults: Faults = field(default_factory=Faults)
    faces: Faces = field(default_factory=Faces)
    cloud_faces: CloudFaces = field(default_factory=CloudFaces)
    bank_cards: dict[str, str] = field(default_factory=dict)
    id_cards: dict[str, str] = field(default_factory=dict)
    links: Links = field(default_factory=Links)
    messages: list[dict[str, Any]] = field(default_factory=list)
    sms: list[dict[str, Any]] = field(default_factory=list)
    pushes: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    page_acts: list[dict[str, Any]] = field(default_factory=list)
    scans: list[str] = field(default_factory=list)
    city_records: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    sent_once: dict[tuple[str, str], str] = field(default_factory=dict)
    menu: dict[str, Any] | None = None
    position: tuple[float, float] = (39.9289, 116.4164)
    pages: list[str] | None = None
    redirect_names: frozenset[str] = LOCAL_NAMES
    mode: str = "plain"
    reports_delivery: bool = True
    push_seconds_max: float = 5.0
    clock_ahead: float = 0.0
    last_number: int = 0


@dataclass
class State:
    """The emulator's world. address: its own, where browsers reach it. webhook: where pushes go,
    None where nobody wants any. kept: what a reset makes anew. tasks: pushes under way."""

    registered: Registered
    address: str = ""
    webhook: str | None = None
    kept: Kept = field(default_factory=Kept)
    tasks: set[asyncio.Future[Any]] = field(default_factory=set)

    def reset(self) -> None:
        """As if it had just been started."""
        self.stop()
        self.kept = Kept()
        if self.webhook and (name := urlsplit(self.webhook).hostname):
            self.kept.redirect_names |= {name}

    def stop(self) -> None:
        """Give up the pushes under way."""
        for task in list(self.tasks):
            task.cancel()

    def invite_guests(self) -> None:
        """Two people whose telephones a newcomer may take. Their openids are the same each time,
        so that Heli, which keeps what it knows, knows them again."""
        for number in ("1", "2"):
            openids = {
                kind: "o" + hashlib.sha256(f"{app.appid} {number}".encode()).hexdigest()[:27]
                for kind, app in self.registered.apps.items()
            }
            name = {"1": "阿澄", "2": "小满"}[number]
            self.kept.people.add(name, openids=openids, has_unionid=False)

    def now(self) -> float:
        """Seconds since 1970 by the emulator's clock."""
        return time.time() + self.kept.clock_ahead

    def next_number(self) -> int:
        """A number that no other message has: as long as WeChat's, and rising."""
        self.kept.last_number += 1
        return int(self.now()) * 1_000_000_000 + self.kept.last_number

    def remember_call(self, call: dict[str, Any]) -> None:
        """Keep what was asked, for tests to look at."""
        self.kept.calls.append(call)
        del self.kept.calls[:-CALLS_KEPT_MAX]


STATE = web.AppKey("state", State)


def state_of(request: web.Request) -> State:
    """The world of the server that the request came to."""
    return request.app[STATE]
