"""What a page of ours shows WeChat's script to be let in: position, map, scanning, sharing.

A page works without it, so that a fault of WeChat's may cost a visitor these comforts and nothing
else: after one nobody asks again for half a minute, and no more than a few requests wait at once.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.ground.refusals import FieldError, InvalidInput
from heli.ground.vendors import App
from heli.wechat.client.credentials import jsapi_ticket
from heli.wechat.client.errors import WeChatFault
from heli.wechat.client.ours import account_app
from heli.wechat.errors import WeChatSilent
from heli.wechat.signing import js_signature

PATH = "/cgi-bin/ticket/getticket"
NONCE_BYTES = 8
WAITING_MAX = 8  # requests of this process; a ticket that is there takes a millisecond
PAUSE_SECONDS = 30  # of real time, in which nobody asks WeChat again after a fault

NOT_OURS = _("这个网址不是本服务的页面。")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PageConfig:
    """What `wx.config` takes. timestamp: Unix seconds."""

    appid: str
    timestamp: int
    noncestr: str
    signature: str


@dataclass
class _Pause:
    """Whether WeChat is left in peace for the moment."""

    until: float = 0.0
    waiting: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(WAITING_MAX)
    )

    @property
    def is_on(self) -> bool:
        return time.monotonic() < self.until

    def begin(self) -> None:
        self.until = time.monotonic() + PAUSE_SECONDS

    def end(self) -> None:
        """Ask again at once; for tests."""
        self.until = 0.0


PAUSE = _Pause()


def page_config(url: str) -> PageConfig:
    """What the page at this address shows WeChat's script.

    url: the page's whole address as its browser has it; what follows a # does not count. Raises
    InvalidInput for a page of anybody else's, WeChatSilent where WeChat gives no ticket now or no
    account is set up.
    """
    if not is_ours(url):
        raise InvalidInput(FieldError("url", NOT_OURS))
    try:
        app = account_app(PATH)
    except WeChatFault:
        raise WeChatSilent() from None
    noncestr, timestamp = secrets.token_hex(NONCE_BYTES), int(clock.real_now().timestamp())
    signature = js_signature(_ticket(app), noncestr, timestamp, url)
    return PageConfig(app.appid, timestamp, noncestr, signature)


def is_ours(url: str) -> bool:
    """Whether this is the address of a page of this installation.

    Its base address has to be followed by a path, a query or nothing: "https://heli.example" is
    neither "https://heli.example.cn" nor "https://heli.example@elsewhere".
    """
    rest = url.partition("#")[0].removeprefix(settings.HELI.base_url)
    return url.startswith(settings.HELI.base_url) and rest[:1] in ("", "/", "?")


def _ticket(app: App) -> str:
    if PAUSE.is_on or not PAUSE.waiting.acquire(blocking=False):
        raise WeChatSilent()
    try:
        return jsapi_ticket(app)
    except WeChatFault as fault:
        PAUSE.begin()
        log.warning("no ticket for pages in WeChat: %s", fault)
        raise WeChatSilent() from None
    finally:
        PAUSE.waiting.release()
