"""What a page is given in WeChat's browser besides: WeChat's script, and what a shared page shows.

What is shared says nothing: no name, no office, no time, and never what it is about. A page that
is somebody's own is shared as the front page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.web.visitor import is_in_wechat

NEUTRAL = _("政务预约服务")
NEUTRAL_TEXT = _("预约不收费，请不要向任何人付钱买号。")
ASKED = _("一项政务预约需要您确认")
ASKED_TEXT = _("为保护双方，请先完成实名验证，再查看内容。")

# Pages that are the same for everybody, by the names of their paths, and how each is called.
OPEN: Mapping[str, Promise] = {
    "front": NEUTRAL,
    "about": NEUTRAL,
    "glossary": _("词语解释"),
    "places": NEUTRAL,
    "compare": NEUTRAL,
    "office": NEUTRAL,
    "channels": _("哪个是官方渠道"),
    "guide": _("哪个是官方渠道"),
    "coverage": _("哪个是官方渠道"),
    "check": _("这个链接是真的吗"),
    "warnings": _("已经公布的假冒渠道"),
}
ASKING = "link"
DESK = "/desk/"


@dataclass(frozen=True)
class Shared:
    """How a page looks that somebody passes on. link, picture: whole addresses."""

    title: str | Promise
    text: str | Promise
    link: str
    picture: str


@dataclass(frozen=True)
class InWeChat:
    """script: the address of WeChat's own."""

    script: str
    shared: Shared


def in_wechat(request: HttpRequest) -> InWeChat | None:
    """What the page is given in WeChat; None anywhere else, and where no account is set up."""
    script = _script(request)
    return InWeChat(script, _shared(request)) if script else None


@dataclass(frozen=True)
class Sources:
    """What a page may use of WeChat's, each as an origin. script: where its script is from.

    login: where a form may lead on to, since sending one may need the silent login first.
    """

    script: str
    login: str


def sources(request: HttpRequest) -> Sources | None:
    """What the Content-Security-Policy of a page has to let through; None: nothing.

    The desk has no use for it.
    """
    script = _script(request)
    if script is None or request.path.startswith(DESK):
        return None
    return Sources(_origin(script), _origin(settings.HELI.wechat.open))


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _script(request: HttpRequest) -> str | None:
    wechat = settings.HELI.wechat
    is_here = wechat.account is not None and is_in_wechat(request)
    return str(wechat.js) if is_here else None


def _shared(request: HttpRequest) -> Shared:
    base = settings.HELI.base_url
    name = (request.resolver_match and request.resolver_match.url_name) or ""
    here, picture = base + quote(request.path), base + static("web/share.png")
    if name == ASKING:
        return Shared(ASKED, ASKED_TEXT, here, picture)
    if name in OPEN:
        return Shared(OPEN[name], NEUTRAL_TEXT, here, picture)
    return Shared(NEUTRAL, NEUTRAL_TEXT, f"{base}/", picture)
