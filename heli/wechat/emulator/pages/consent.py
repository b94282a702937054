"""The page that asks for somebody's account, and sends them back to who asked with a code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from heli.wechat.emulator.api.login import BASE, WITH_PROFILE
from heli.wechat.emulator.codes import Code, CodeKind
from heli.wechat.emulator.pages.frame import Html, fill, joined, page, person_of, portrait
from heli.wechat.emulator.people import Mood, Person
from heli.wechat.emulator.state import State, state_of
from heli.wechat.kinds import AppKind

routes = web.RouteTableDef()
PATH = "/open/connect/oauth2/authorize"
ORDER = ["appid", "redirect_uri", "response_type", "scope", "state", "forcePopup"]
STATE_TEXT = re.compile(r"[0-9A-Za-z]{0,128}")


@dataclass(frozen=True)
class Wanted:
    """What a page asks for."""

    appid: str
    redirect_uri: str
    scope: str
    state: str


class WantedWrong(Exception):
    """The address is not as it has to be; the message is what WeChat's error page says."""


def read_wanted(state: State, query: str) -> Wanted:
    """What the query string asks for. Raises WantedWrong."""
    pairs = parse_qsl(query, keep_blank_values=True)
    names, given = [name for name, _ in pairs], dict(pairs)
    if names != [name for name in ORDER if name in given] or len(names) != len(given):
        raise WantedWrong("参数错误或顺序错误（appid、redirect_uri、response_type、scope、state）")
    if state.registered.kind_of(given.get("appid", "")) is not AppKind.ACCOUNT:
        raise WantedWrong("appid 参数错误（10013）")
    if given.get("response_type") != "code":
        raise WantedWrong("response_type 参数错误")
    if given.get("scope") not in (BASE, WITH_PROFILE):
        raise WantedWrong("Scope 参数错误或没有 Scope 权限（10005）")
    if not STATE_TEXT.fullmatch(given.get("state", "")):
        raise WantedWrong("state 参数错误：只能是字母和数字，最多 128 个")
    target = urlsplit(given.get("redirect_uri", ""))
    is_web = target.scheme in ("http", "https")
    if not is_web or target.hostname not in state.kept.redirect_names:
        raise WantedWrong("redirect_uri 域名与后台配置不一致（10003）")
    return Wanted(given["appid"], given["redirect_uri"], given["scope"], given.get("state", ""))


@routes.get(PATH)
async def authorize(request: web.Request) -> web.Response:
    """Back at once where the page asked for no profile and we know who it is; else a question."""
    state = state_of(request)
    try:
        wanted = read_wanted(state, request.url.raw_query_string)
    except WantedWrong as wrong:
        return page("无法打开", fill('<p class="card">{text}</p>', text=wrong), status=400)
    person = person_of(request) or state.kept.people.visitor
    if person is not None and wanted.scope == BASE:
        return _sent_back(state, wanted, person, person.mood)
    return _question(state, [person] if person else state.kept.people.all, request.query_string)


@routes.post(PATH)
async def answer(request: web.Request) -> web.Response:
    """What somebody chose on the page."""
    state, form = state_of(request), await request.post()
    person = state.kept.people.find(str(form.get("openid")), AppKind.ACCOUNT)
    try:
        wanted = read_wanted(state, request.url.raw_query_string)
        mood = Mood(str(form.get("answer")))
    except (WantedWrong, ValueError):
        return page("无法打开", fill('<p class="card">参数错误</p>'), status=400)
    if person is None:
        return page("无法打开", fill('<p class="card">没有这个用户</p>'), status=400)
    return _sent_back(state, wanted, person, mood)


def _sent_back(state: State, wanted: Wanted, person: Person, mood: Mood) -> web.Response:
    query = {"state": wanted.state}
    if mood is not Mood.REFUSE:
        code = Code(
            kind=CodeKind.WEB,
            appid=wanted.appid,
            of=person.openids[AppKind.ACCOUNT],
            made_at=state.now(),
            scope=wanted.scope,
            is_snapshot=mood is Mood.SNAPSHOT,
        )
        query = {"code": state.kept.codes.mint(code), **query}
    parts = urlsplit(wanted.redirect_uri)
    whole = "&".join(filter(None, (parts.query, urlencode(query))))
    location = urlunsplit(parts._replace(query=whole))
    return web.Response(status=302, headers={"Location": location, "Cache-Control": "no-store"})


_ASKED = """<p class="lead">和离申请获得您的微信身份。</p>
<p class="hint" lang="en">The page asks which WeChat account opens it.</p>{choices}"""
_CHOICE = """<form class="card" method="post" action="{path}?{query}">
<p class="who">{face}<strong>{name}</strong></p>
<input type="hidden" name="openid" value="{openid}">
<button class="main" name="answer" value="accept">允许 <small lang="en">Allow</small></button>
<button name="answer" value="refuse">拒绝 <small lang="en">Refuse</small></button>
<button name="answer" value="snapshot">只看快照 <small lang="en">Snapshot</small></button>
</form>"""


def _question(state: State, people: list[Person], query: str) -> web.Response:
    choices = [
        fill(
            _CHOICE,
            path=PATH,
            query=query,
            face=portrait(person),
            name=person.name,
            openid=person.openids[AppKind.ACCOUNT],
        )
        for person in people
    ]
    nobody = fill('<p class="card">还没有用户。<a href="/phone">新建一个</a></p>')
    return page("微信登录", fill(_ASKED, choices=joined(choices) if choices else nobody))


@routes.get("/open/city/{order}")
async def city_result(request: web.Request) -> web.Response:
    """The result page of City Services."""
    order = request.match_info["order"]
    record = next(
        (
            one
            for (_, number), one in state_of(request).kept.city_records.items()
            if number == order
        ),
        None,
    )
    if record is None:
        return page("城市服务", fill('<p class="card">没有这条记录。</p>'), status=404)
    rows: list[Html] = [fill("<li>{value}</li>", value=value) for value in record["data"].values()]
    return page("城市服务", fill('<ul class="card">{rows}</ul>', rows=joined(rows)))
