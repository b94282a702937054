"""The telephone: whose it is, what is on it, and what it scans."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode, urljoin, urlsplit

import aiohttp
from aiohttp import web

from heli.wechat.emulator import talk
from heli.wechat.emulator.pages.frame import (
    COOKIE,
    STATIC,
    Html,
    fill,
    joined,
    page,
    pages_address,
    person_of,
    portrait,
    remember,
    sent_to,
)
from heli.wechat.emulator.people import Person
from heli.wechat.emulator.state import State, state_of
from heli.wechat.kinds import AppKind

routes = web.RouteTableDef()
NAME_MAX = 10
LOGIN_SECONDS_MAX = 10
WECHAT_AGENT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 "
    "MicroMessenger/8.0.50"
)
CHINA = timezone(timedelta(hours=8))


def owner(request: web.Request) -> Person:
    """Whose telephone it is. Nobody's is led to the choice."""
    person = person_of(request)
    if person is None:
        raise web.HTTPSeeOther("/phone/people")
    return person


@routes.get("/phone/phone.css")
async def style(_request: web.Request) -> web.StreamResponse:
    """How the pages look."""
    return web.FileResponse(STATIC / "phone.css", headers={"Cache-Control": "no-cache"})


@routes.get("/")
async def front(_request: web.Request) -> web.Response:
    """To the telephone."""
    raise web.HTTPSeeOther("/phone")


_HOME = """<section class="card who">{face}<div><strong>{name}</strong><br>
<small>{phone}</small></div>
<a class="side" href="/phone/people">换手机 <small lang="en">Switch</small></a></section>
<ul class="rows">
<li><a href="/phone/chat"><span>和离 <small>公众号，{follows}</small></span>
<small lang="en">Account</small></a></li>
<li><a href="/phone/messages"><span>服务通知 <b class="count">{messages}</b></span>
<small lang="en">Messages</small></a></li>
<li><a href="/phone/sms"><span>短信 <b class="count">{sms}</b></span>
<small lang="en">Text messages</small></a></li>
<li><a href="/phone/scan"><span>扫一扫</span><small lang="en">Scan</small></a></li>
<li><a href="/phone/settings"><span>允许与设置</span><small lang="en">Settings</small></a></li>
</ul>
{links}
<p class="hint">页面里只在微信中才有的部分，需要浏览器的 User-Agent 含有 MicroMessenger。
<span lang="en">What pages do in WeChat alone needs a user agent with MicroMessenger.</span></p>"""
_LINKS = """<h2>打开和离的页面 <small lang="en">Heli’s pages</small></h2>
<ul class="rows">
<li><a href="/phone/open?url={front}"><span>首页</span><small lang="en">Front page</small></a></li>
<li><a href="/phone/open?url={mine}"><span>我的预约</span>
<small lang="en">My bookings</small></a></li>
</ul>"""


@routes.get("/phone")
async def home(request: web.Request) -> web.Response:
    """What is on the telephone."""
    state, person = state_of(request), owner(request)
    address = pages_address(state)
    links = fill(_LINKS, front=f"{address}/", mine=f"{address}/my") if address else Html()
    openids = set(person.openids.values())
    body = fill(
        _HOME,
        face=portrait(person),
        name=person.name,
        phone=person.phone,
        follows="已关注" if person.follows else "未关注",
        messages=sum(one["openid"] in openids for one in state.kept.messages),
        sms=sum(one["phone"][-11:] == person.phone for one in state.kept.sms),
        links=links,
    )
    return page("微信", body, back=None)


_PERSON = """<li><form method="post" action="/phone/people">
<button class="row" name="openid" value="{openid}">{face}
<span>{name}<br><small>{phone}</small></span>
</button></form></li>"""
_PEOPLE = """<p class="lead">选一个人，就用这个人的手机。<br>
<span lang="en" class="hint">Choose whose telephone you hold.</span></p>
<ul class="rows">{people}</ul>
<h2>新的人 <small lang="en">Somebody new</small></h2>
<form class="card" method="post" action="/phone/people">
<label for="name">昵称 <small lang="en">Nickname</small></label>
<input id="name" name="name" maxlength="10" required autocomplete="off">
<label for="phone">手机号，可以不填 <small lang="en">Telephone, optional</small></label>
<input id="phone" name="phone" inputmode="numeric" pattern="1[0-9]{{10}}" autocomplete="off">
<button class="main">新建 <small lang="en">Create</small></button>
</form>"""


@routes.get("/phone/people")
async def people(request: web.Request) -> web.Response:
    """Whose telephone there is."""
    rows = [
        fill(
            _PERSON,
            openid=one.openids[AppKind.ACCOUNT],
            face=portrait(one),
            name=one.name,
            phone=one.phone,
        )
        for one in state_of(request).kept.people.all
    ]
    back = "/phone" if person_of(request) else None
    return page("谁的手机", fill(_PEOPLE, people=joined(rows)), back=back)


@routes.post("/phone/people")
async def take(request: web.Request) -> web.Response:
    """Take somebody's telephone, or that of somebody new."""
    form, everybody = await request.post(), state_of(request).kept.people
    openid = str(form.get("openid", ""))
    name, phone = (str(form.get(field, "")).strip() for field in ("name", "phone"))
    person = everybody.find(openid, AppKind.ACCOUNT) if openid else None
    if person is None:
        if not 1 <= len(name) <= NAME_MAX:
            raise web.HTTPSeeOther("/phone/people")
        person = everybody.add(name, phone=phone or None)
    return _taken(request, person, "/phone")


@routes.get("/phone/as")
async def take_for_tests(request: web.Request) -> web.Response:
    """Take the telephone of whose openid it is and open a page: ?openid=&next=."""
    person = state_of(request).kept.people.known(request.query.get("openid", ""), AppKind.ACCOUNT)
    return _taken(request, person, request.query.get("next") or "/phone")


def _taken(request: web.Request, person: Person, then: str) -> web.Response:
    response = sent_to(then)
    if request.cookies.get(COOKIE) != person.openids[AppKind.ACCOUNT]:
        # Another telephone has none of the cookies of this one. Browsers keep them by host and
        # whatever the port, so those of Heli on this machine can be cleared from here.
        for name in helis_cookies(request):
            response.del_cookie(name)
    remember(response, person)
    return response


@routes.get("/phone/open")
async def open_link(request: web.Request) -> web.Response:
    """Open a link as the owner: Heli's pages by way of the silent login."""
    owner(request)
    url = request.query.get("url", "")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not url.isprintable():
        return page("打不开", fill('<p class="card">这不是网页：{url}</p>', url=url), status=400)
    own = pages_address(state_of(request))
    path = parts._replace(scheme="", netloc="").geturl() or "/"
    if f"{parts.scheme}://{parts.netloc}" != own or parts.path.startswith("/wechat/"):
        return sent_to(url)
    return await _logged_in(request, own, path)


async def _logged_in(request: web.Request, own: str, path: str) -> web.Response:
    """To Heli's page by its silent login, which is for WeChat's browser alone. The first step is
    taken from here, under that browser's name; its cookies are good for any port of the host."""
    kept = "; ".join(f"{name}={value}" for name, value in helis_cookies(request).items())
    headers = {"User-Agent": WECHAT_AGENT, **({"Cookie": kept} if kept else {})}
    address = f"{own}/wechat/login"
    timeout = aiohttp.ClientTimeout(total=LOGIN_SECONDS_MAX)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(
                address, params={"next": path}, headers=headers, allow_redirects=False
            ) as answer,
        ):
            location = answer.headers.get("Location", path)
            response = sent_to(urljoin(own, location))
            for cookie in answer.headers.getall("Set-Cookie", []):
                response.headers.add("Set-Cookie", cookie)
            return response
    except (aiohttp.ClientError, TimeoutError):
        return sent_to(f"{own}{path}")


def helis_cookies(request: web.Request) -> dict[str, str]:
    """What Heli, on another port of this host, keeps in the browser."""
    return {name: value for name, value in request.cookies.items() if name.startswith("heli_")}


_SCAN = """<p class="lead">粘贴二维码里的文字或链接。<br>
<span lang="en" class="hint">Paste the text of a QR code.</span></p>
<form class="card" method="post" action="/phone/scan">
<label for="text">二维码的内容</label>
<textarea id="text" name="text" rows="3" required>{text}</textarea>
<button class="main">扫描 <small lang="en">Scan</small></button>
</form>{found}"""


@routes.get("/phone/scan")
async def scanner(request: web.Request) -> web.Response:
    """What stands in for the camera."""
    owner(request)
    return page("扫一扫", fill(_SCAN, text="", found=Html()))


@routes.post("/phone/scan")
async def scanned(request: web.Request) -> web.Response:
    """What a code leads to: the account, the mini program, a page; else its text is shown."""
    owner(request)
    text = str((await request.post()).get("text", "")).strip()
    state = state_of(request)
    if text.startswith(f"{state.address}/phone/"):
        return sent_to(text.splitlines()[0])
    if urlsplit(text).scheme in ("http", "https"):
        return sent_to("/phone/open?" + urlencode({"url": text}))
    found = fill('<p class="card">码里是文字：<br>{text}</p>', text=text)
    return page("扫一扫", fill(_SCAN, text=text, found=found))


_CODE = """<p class="lead">这是公众号“和离”的二维码。</p>
<form class="card" method="post"><button class="main">{deed}</button></form>"""


@routes.get("/phone/q/{ticket}")
async def qrcode(request: web.Request) -> web.Response:
    """A QR code of the account, before anything happens."""
    person = owner(request)
    if request.match_info["ticket"] not in state_of(request).kept.links.scenes:
        return _no_code()
    deed = "进入公众号" if person.follows else "关注公众号"
    return page("二维码", fill(_CODE, deed=deed))


@routes.post("/phone/q/{ticket}")
async def qrcode_opened(request: web.Request) -> web.Response:
    """Follow the account by the code, or tell it that the code was scanned."""
    person = owner(request)
    told = await talk.scan(state_of(request), person, request.match_info["ticket"])
    if told is None:
        return _no_code()
    raise web.HTTPSeeOther("/phone/chat#last")


def _no_code() -> web.Response:
    return page("二维码", fill('<p class="card">这个二维码已失效。</p>'), status=404)


_MINI = """<p class="lead">微信会在这里打开小程序。</p>
<dl class="card"><dt>页面</dt><dd>{path}</dd><dt>参数</dt><dd>{query}</dd></dl>
<p class="hint">小程序本身要用微信开发者工具打开 miniprogram/ 目录。
<span lang="en">The mini program itself needs WeChat’s developer tools.</span></p>"""


@routes.get("/phone/l/{text}")
async def mini_link(request: web.Request) -> web.Response:
    """A link or code that opens the mini program."""
    state = state_of(request)
    link = state.kept.links.mini.get(request.match_info["text"])
    if link is None or (link.expires_at is not None and state.now() >= link.expires_at):
        return page("小程序", fill('<p class="card">链接已失效。</p>'), status=404)
    return page("小程序", fill(_MINI, path=link.path or "首页", query=link.query or "无"))


def moment(state: State, at: float) -> str:
    """A moment as the telephone shows it: China's time, with the day where it is not today's."""
    shown, today = (datetime.fromtimestamp(seconds, CHINA) for seconds in (at, state.now()))
    return shown.strftime("%H:%M" if shown.date() == today.date() else "%-m月%-d日 %H:%M")
