"""The chat with the account, and below it the account's menu."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from heli.wechat.emulator import pushes, talk
from heli.wechat.emulator.pages.frame import Html, fill, joined, page, sent_to
from heli.wechat.emulator.pages.phone import moment, owner
from heli.wechat.emulator.people import Person
from heli.wechat.emulator.state import State, state_of
from heli.wechat.kinds import AppKind

routes = web.RouteTableDef()
TEXT_MAX = 2048
PLACES = {
    "北京东城": (39.9289, 116.4164),
    "上海黄浦": (31.2317, 121.4846),
    "广州越秀": (23.1289, 113.2668),
    "成都锦江": (30.6557, 104.0835),
    "西安碑林": (34.2568, 108.9402),
    "哈尔滨南岗": (45.7600, 126.6688),
}
_LINK = re.compile(
    r'<a\s+href="(?P<href>https?://[^"\s]+)"[^>]*>(?P<words>[^<]*)</a>'
    r"|(?P<bare>https?://[0-9A-Za-z!#$%&'()*+,\-./:;=?@_~]+)"
)


def with_links(text: str) -> Html:
    """A text as the chat shows it: addresses, and the only tag that WeChat knows, are links.

    >>> with_links('看<a href="http://x.cn/a">这里</a>')
    '看<a href="/phone/open?url=http%3A%2F%2Fx.cn%2Fa">这里</a>'
    """
    parts, end = [], 0
    for found in _LINK.finditer(text):
        url = found["href"] or found["bare"]
        words = found["words"] or url
        parts.append(fill("{text}", text=text[end : found.start()]))
        href = "/phone/open?" + urlencode({"url": url})
        parts.append(fill('<a href="{href}">{words}</a>', href=href, words=words))
        end = found.end()
    parts.append(fill("{text}", text=text[end:]))
    return Html(joined(parts).replace("\n", "<br>"))


_ENTRY = '<li class="{who}"><div class="bubble">{body}</div><small>{at}</small></li>'
_ARTICLE = '<a class="article" href="{href}"><strong>{title}</strong><span>{words}</span></a>'


def _entry(state: State, entry: dict[str, Any]) -> Html:
    if "articles" in entry:
        body = joined(
            [
                fill(
                    _ARTICLE,
                    href="/phone/open?" + urlencode({"url": one.get("Url", "")}),
                    title=one.get("Title", ""),
                    words=one.get("Description", ""),
                )
                for one in entry["articles"]
            ]
        )
    else:
        body = with_links(entry["text"])
    return fill(_ENTRY, who=entry["who"], body=body, at=moment(state, entry["at"]))


_CHAT = """<ol class="chat">{entries}<li id="last"></li></ol>{below}"""
_FOLLOW = """<form class="card" method="post" action="/phone/follow">
<p>关注以后可以写消息、收通知。
<span lang="en" class="hint">Follow it to write and to hear.</span></p>
<button class="main">关注 <small lang="en">Follow</small></button></form>"""
_WRITE = """<form class="write" method="post" action="/phone/say">
<label class="away" for="text">写给公众号的话</label>
<input id="text" name="text" maxlength="2048" required autocomplete="off" placeholder="写点什么">
<button class="main">发送<small lang="en"> Send</small></button></form>
<form class="write" method="post" action="/phone/position">
<label class="away" for="place">发送的位置</label>
<select id="place" name="place">{places}</select>
<button>发送位置<small lang="en"> Position</small></button></form>
{menu}
<form method="post" action="/phone/unfollow"><button class="quiet">取消关注
<small lang="en">Unfollow</small></button></form>"""


@routes.get("/phone/chat")
async def chat(request: web.Request) -> web.Response:
    """The chat, with what can be done in it."""
    state, person = state_of(request), owner(request)
    entries = [_entry(state, entry) for entry in person.chat]
    places = [fill("<option>{name}</option>", name=name) for name in PLACES]
    below = fill(_WRITE, places=joined(places), menu=_menu(state.kept.menu))
    return page(
        "和离",
        fill(_CHAT, entries=joined(entries), below=below if person.follows else fill(_FOLLOW)),
    )


_GROUP = "<li><details><summary>{name}</summary><ul>{inner}</ul></details></li>"
_VIEW = '<li><a href="/phone/view?{query}">{name}</a></li>'
_CLICK = """<li><form method="post" action="/phone/click">
<button name="key" value="{key}">{name}</button></form></li>"""


def _menu(menu: dict[str, Any] | None) -> Html:
    if menu is None:
        return fill('<p class="hint">公众号还没有设置菜单（heli wechat menu）。</p>')
    return fill('<ul class="menu">{buttons}</ul>', buttons=_buttons(menu["button"]))


def _buttons(buttons: list[dict[str, Any]]) -> Html:
    return joined([_button(button) for button in buttons])


def _button(button: dict[str, Any]) -> Html:
    name = button["name"]
    if button.get("sub_button"):
        return fill(_GROUP, name=name, inner=_buttons(button["sub_button"]))
    if button["type"] in ("view", "miniprogram"):
        return fill(_VIEW, query=urlencode({"url": button["url"]}), name=name)
    return fill(_CLICK, key=button["key"], name=name)


async def _form(request: web.Request, name: str) -> str:
    return str((await request.post()).get(name, "")).strip()


@routes.post("/phone/say")
async def say(request: web.Request) -> web.Response:
    """Write a text to the account."""
    state, person = state_of(request), owner(request)
    text = await _form(request, "text")
    if person.follows and 0 < len(text) <= TEXT_MAX:
        fields = pushes.message(state, person, AppKind.ACCOUNT, "text", Content=text)
        await talk.tell_account(state, person, fields, text)
    raise web.HTTPSeeOther("/phone/chat#last")


@routes.post("/phone/position")
async def position(request: web.Request) -> web.Response:
    """Send a position to the account."""
    state, person = state_of(request), owner(request)
    name = await _form(request, "place")
    if person.follows and name in PLACES:
        latitude, longitude = PLACES[name]
        fields = pushes.message(
            state,
            person,
            AppKind.ACCOUNT,
            "location",
            Location_X=latitude,
            Location_Y=longitude,
            Scale=16,
            Label=name,
        )
        await talk.tell_account(state, person, fields, f"[位置] {name}")
    raise web.HTTPSeeOther("/phone/chat#last")


@routes.post("/phone/click")
async def click(request: web.Request) -> web.Response:
    """Tap a button of the menu that asks the account something. A place that the button asks for
    has to be sent by itself."""
    state, person = state_of(request), owner(request)
    button = _find(state.kept.menu, await _form(request, "key"))
    if button is not None and person.follows:
        await _clicked(state, person, button)
    raise web.HTTPSeeOther("/phone/chat#last")


async def _clicked(state: State, person: Person, button: dict[str, Any]) -> None:
    fields = pushes.event(
        state,
        person,
        AppKind.ACCOUNT,
        "CLICK" if button["type"] == "click" else button["type"],
        EventKey=button["key"],
    )
    await talk.tell_account(state, person, fields, f"您点了菜单“{button['name']}”")


def _find(menu: dict[str, Any] | None, key: str) -> dict[str, Any] | None:
    above = menu["button"] if menu else []
    below = [one for button in above for one in button.get("sub_button") or []]
    return next((one for one in (*above, *below) if one.get("key") == key), None)


@routes.get("/phone/view")
async def view(request: web.Request) -> web.Response:
    """Tap a button of the menu that opens a page; the account hears of it."""
    state, person = state_of(request), owner(request)
    url = request.query.get("url", "")
    fields = pushes.event(state, person, AppKind.ACCOUNT, "VIEW", EventKey=url)
    pushes.push_later(state, AppKind.ACCOUNT, fields)
    return sent_to("/phone/open?" + urlencode({"url": url}))


@routes.post("/phone/follow")
async def follow(request: web.Request) -> web.Response:
    """Follow the account."""
    person = owner(request)
    if not person.follows:
        await talk.follow(state_of(request), person)
    raise web.HTTPSeeOther("/phone/chat#last")


@routes.post("/phone/unfollow")
async def unfollow(request: web.Request) -> web.Response:
    """Follow the account no longer."""
    person = owner(request)
    if person.follows:
        await talk.unfollow(state_of(request), person)
    raise web.HTTPSeeOther("/phone")
