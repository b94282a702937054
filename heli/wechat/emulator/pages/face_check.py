"""Where a face check in a browser is done: here by a button in place of a camera."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit, urlunsplit

from aiohttp import web

from heli.wechat.emulator.faceid import PATH
from heli.wechat.emulator.pages.frame import fill, page, sent_to
from heli.wechat.emulator.state import state_of

routes = web.RouteTableDef()
NOT_FINISHED = 17

_QUESTION = """<p class="lead">演示人脸核身：这里没有摄像头，由您决定结果。</p>
<p class="hint" lang="en">An emulated face check: no camera; you choose how it ends.</p>
<form class="card" method="post">
<button class="main" name="err_code" value="0">通过 <small lang="en">Pass</small></button>
<button name="err_code" value="2016">不是同一个人 <small lang="en">Not the person</small></button>
<button name="err_code" value="1004">没有拍清楚 <small lang="en">Not clear</small></button>
<button name="err_code" value="2005">查不到身份信息 <small lang="en">Not on record</small></button>
<button name="err_code" value="17">不做了 <small lang="en">Give up</small></button>
</form>"""


@routes.get(PATH + "/{token}")
async def question(request: web.Request) -> web.Response:
    """The camera's place: how shall it end?"""
    state = state_of(request)
    if state.kept.cloud_faces.open_at(request.match_info["token"], state.now()) is None:
        return page("人脸核身", fill('<p class="card">链接已经失效。</p>'), status=410)
    return page("人脸核身", fill(_QUESTION), back=None)


@routes.post(PATH + "/{token}")
async def answer(request: web.Request) -> web.Response:
    """It ends so, and the person is sent back to who asked."""
    state, token = state_of(request), request.match_info["token"]
    face = state.kept.cloud_faces.open_at(token, state.now())
    if face is None:
        return page("人脸核身", fill('<p class="card">链接已经失效。</p>'), status=410)
    form = await request.post()
    err_code = int(str(form.get("err_code", NOT_FINISHED)))
    if err_code != NOT_FINISHED:
        state.kept.cloud_faces.finish(token, err_code)
    parts = urlsplit(str(face.asked.get("RedirectUrl", "")))
    query = "&".join(filter(None, (parts.query, urlencode({"BizToken": token}))))
    return sent_to(urlunsplit(parts._replace(query=query)))
