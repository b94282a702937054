"""QR codes with a scene, links into the mini program, its codes; the account's menu."""

from __future__ import annotations

import io
import re

import segno
from aiohttp import web

from heli.wechat.emulator.answers import ApiError, ok, told
from heli.wechat.emulator.api.asking import Asked, caller, json_of
from heli.wechat.emulator.links import MiniLink, Scene
from heli.wechat.emulator.state import State, state_of
from heli.wechat.kinds import AppKind

routes = web.RouteTableDef()
SCENE_SECONDS_MAX, SCENE_SECONDS_DEFAULT = 2_592_000, 60
PERMANENT_MAX = 100_000
DAYS_MAX, DAY_SECONDS = 30, 86_400
QUERY_MAX = 1024
VERSIONS = ("release", "trial", "develop")
# What a code of the mini program may carry: no percent sign, no Chinese.
MINI_SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@._~-]{1,32}")
MENU_MAX, SUB_MENU_MAX = 3, 5
NAME_BYTES_MAX, SUB_NAME_BYTES_MAX, KEY_BYTES_MAX, URL_BYTES_MAX = 16, 60, 128, 1024


@routes.post("/api/cgi-bin/qrcode/create")
async def make_qrcode(request: web.Request) -> web.Response:
    """The ticket of a QR code whose scene comes back when it is scanned."""
    caller(request, AppKind.ACCOUNT)
    asked = await json_of(request)
    state = state_of(request)
    action = asked.text("action_name", default="")
    scene = _scene(asked.part("action_info").part("scene"), action)
    if action in ("QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"):
        ticket = state.kept.links.add_scene(Scene(scene, None))
        return told({"ticket": ticket, "url": f"{state.address}/phone/q/{ticket}"})
    seconds = asked.number("expire_seconds", default=SCENE_SECONDS_DEFAULT)
    if not 1 <= seconds <= SCENE_SECONDS_MAX:
        raise ApiError(47001)
    ticket = state.kept.links.add_scene(Scene(scene, state.now() + seconds))
    url = f"{state.address}/phone/q/{ticket}"
    return told({"ticket": ticket, "expire_seconds": seconds, "url": url})


def _scene(asked: Asked, action: str) -> str:
    if action in ("QR_STR_SCENE", "QR_LIMIT_STR_SCENE"):
        text = asked.text("scene_str")
        if not 1 <= len(text) <= 64:
            raise ApiError(47001)
        return text
    if action not in ("QR_SCENE", "QR_LIMIT_SCENE"):
        raise ApiError(47001)
    number = asked.number("scene_id")
    most = PERMANENT_MAX if action == "QR_LIMIT_SCENE" else 2**32 - 1
    if not 1 <= number <= most:
        raise ApiError(47001)
    return str(number)


@routes.get("/mp/cgi-bin/showqrcode")
async def qrcode_picture(request: web.Request) -> web.Response:
    """The picture of a QR code."""
    state = state_of(request)
    ticket = request.query.get("ticket", "")
    scene = state.kept.links.scenes.get(ticket)
    if scene is None:
        raise web.HTTPNotFound
    return _picture(f"{state.address}/phone/q/{ticket}")


@routes.post("/api/wxa/generate_urllink")
async def url_link(request: web.Request) -> web.Response:
    """A link that opens the mini program from outside WeChat."""
    caller(request, AppKind.MINI)
    asked = await json_of(request)
    text = _mini_link(state_of(request), "link", asked, asked)
    return ok(url_link=f"{state_of(request).address}/phone/l/{text}")


@routes.post("/api/wxa/generatescheme")
async def url_scheme(request: web.Request) -> web.Response:
    """The same for applications."""
    caller(request, AppKind.MINI)
    asked = await json_of(request)
    text = _mini_link(state_of(request), "scheme", asked.part("jump_wxa"), asked)
    return ok(openlink=f"weixin://dl/business/?t={text}")


def _mini_link(state: State, kind: str, target: Asked, asked: Asked) -> str:
    path, query = target.text("path", default=""), target.text("query", default="")
    if path.startswith("/") or "?" in path or not _is_page(state, path):
        raise ApiError(40165)
    if len(query) > QUERY_MAX:
        raise ApiError(40212)
    if target.text("env_version", default="release") not in VERSIONS:
        raise ApiError(47001)
    if asked.number("expire_type", default=0) == 1:
        seconds = asked.number("expire_interval") * DAY_SECONDS
    else:
        until = asked.number("expire_time", default=int(state.now()) + DAYS_MAX * DAY_SECONDS)
        seconds = int(until - state.now())
    if not 0 < seconds <= DAYS_MAX * DAY_SECONDS:
        raise ApiError(85401)
    return state.kept.links.add_mini(MiniLink(kind, path, query, state.now() + seconds))


def _is_page(state: State, path: str) -> bool:
    return not path or state.kept.pages is None or path in state.kept.pages


@routes.post("/api/wxa/getwxacodeunlimit")
async def mini_code(request: web.Request) -> web.Response:
    """The picture of a code that opens the mini program; a QR code in place of a flower."""
    caller(request, AppKind.MINI)
    asked = await json_of(request)
    state = state_of(request)
    scene, page = asked.text("scene", default=""), asked.text("page", default="")
    if not MINI_SCENE.fullmatch(scene):
        raise ApiError(40169)
    has_slash = page.startswith("/") or "?" in page
    if has_slash or (asked.flag("check_path", default=True) and not _is_page(state, page)):
        raise ApiError(41030)
    if not 280 <= asked.number("width", default=430) <= 1280:
        raise ApiError(47001)
    text = state.kept.links.add_mini(MiniLink("code", page, f"scene={scene}", None))
    return _picture(f"{state.address}/phone/l/{text}")


def _picture(text: str) -> web.Response:
    written = io.BytesIO()
    segno.make(text, error="m").save(written, kind="png", scale=8, border=4)
    return web.Response(body=written.getvalue(), content_type="image/png")


@routes.post("/api/cgi-bin/menu/create")
async def create_menu(request: web.Request) -> web.Response:
    """The menu below the chat with the account."""
    caller(request, AppKind.ACCOUNT)
    asked = await json_of(request)
    _check_buttons(asked.document.get("button"), MENU_MAX, NAME_BYTES_MAX)
    state_of(request).kept.menu = {"button": asked.document["button"]}
    return ok()


@routes.get("/api/cgi-bin/menu/get")
async def get_menu(request: web.Request) -> web.Response:
    """The menu as it was set."""
    caller(request, AppKind.ACCOUNT)
    menu = state_of(request).kept.menu
    if menu is None:
        raise ApiError(46003)
    return told({"menu": menu})


@routes.get("/api/cgi-bin/menu/delete")
async def delete_menu(request: web.Request) -> web.Response:
    """No menu any more."""
    caller(request, AppKind.ACCOUNT)
    state_of(request).kept.menu = None
    return ok()


def _check_buttons(buttons: object, most: int, name_bytes_max: int) -> None:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= most:
        raise ApiError(40016)
    for button in buttons:
        if not isinstance(button, dict):
            raise ApiError(47001)
        name = button.get("name")
        if not isinstance(name, str) or not 1 <= len(name.encode()) <= name_bytes_max:
            raise ApiError(40018)
        if button.get("sub_button"):
            if most == SUB_MENU_MAX:
                raise ApiError(40016)
            _check_buttons(button["sub_button"], SUB_MENU_MAX, SUB_NAME_BYTES_MAX)
        else:
            _check_button(button)


def _check_button(button: dict[str, object]) -> None:
    kind, key, url = (str(button.get(name, "")) for name in ("type", "key", "url"))
    if kind in ("click", "location_select", "scancode_push", "scancode_waitmsg"):
        if not 1 <= len(key.encode()) <= KEY_BYTES_MAX:
            raise ApiError(40019)
    elif kind in ("view", "miniprogram"):
        if not url.startswith(("http://", "https://")) or len(url.encode()) > URL_BYTES_MAX:
            raise ApiError(40020)
    else:
        raise ApiError(40017)
