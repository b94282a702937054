"""Pages as plain HTML. Whatever comes from outside is escaped."""

from __future__ import annotations

import html
from pathlib import Path

from aiohttp import web

from heli.wechat.emulator.people import Person
from heli.wechat.emulator.state import State, state_of
from heli.wechat.kinds import AppKind

COOKIE = "emulated_wechat"  # holds the openid at the account of who uses the telephone
STATIC = Path(__file__).parent / "static"


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def fill(template: str, **values: object) -> Html:
    """The template with its {names} filled in, escaped unless they are Html.

    >>> fill("<b>{name}</b>{rest}", name="<i>", rest=Html("<hr>"))
    '<b>&lt;i&gt;</b><hr>'
    """
    safe = {
        name: value if isinstance(value, Html) else html.escape(str(value))
        for name, value in values.items()
    }
    return Html(template.format(**safe))


def joined(parts: list[Html]) -> Html:
    """One after the other."""
    return Html("".join(parts))


_FRAME = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · 演示微信</title>
<link rel="stylesheet" href="/phone/phone.css">
<link rel="icon" href="data:,">
</head>
<body>
<header class="top">{back}<h1>{title}</h1></header>
<main>{body}</main>
<footer class="note">演示微信：这里没有真实的人，也不连真实的微信。<span lang="en">An emulator;
nobody here is real.</span></footer>
</body>
</html>
"""


def page(title: str, *body: Html, back: str | None = "/phone", status: int = 200) -> web.Response:
    """A page with a title. back: where the arrow beside it leads, None for nowhere."""
    arrow = fill('<a class="back" href="{back}" aria-label="返回">‹</a>', back=back or "")
    text = fill(_FRAME, title=title, back=arrow if back else Html(), body=joined(list(body)))
    headers = {
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
    }
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)


def sent_to(location: str) -> web.Response:
    """A redirect to exactly this address: aiohttp's own would write it anew."""
    return web.Response(status=303, headers={"Location": location, "Cache-Control": "no-store"})


def person_of(request: web.Request) -> Person | None:
    """Who uses the telephone, by its cookie."""
    openid = request.cookies.get(COOKIE, "")
    return state_of(request).kept.people.find(openid, AppKind.ACCOUNT) if openid else None


def remember(response: web.StreamResponse, person: Person) -> None:
    """The telephone is this person's from now on."""
    response.set_cookie(COOKIE, person.openids[AppKind.ACCOUNT], httponly=True, samesite="Lax")


def portrait(person: Person) -> Html:
    """A round sign with the first character of the name."""
    return fill('<span class="face" aria-hidden="true">{sign}</span>', sign=person.name[:1])


def pages_address(state: State) -> str:
    """Where Heli's pages are: the origin of the webhook; empty without one."""
    return "/".join((state.webhook or "").split("/")[:3])
