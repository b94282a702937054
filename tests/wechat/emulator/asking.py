"""Calls to the emulator as they go over the wire, without Heli's client between."""

from __future__ import annotations

from typing import Any

import httpx

from heli.wechat.emulator.running import Emulated
from heli.wechat.emulator.templates import MINI_ID
from heli.wechat.kinds import AppKind

Json = dict[str, Any]
DATA: Json = {
    "thing1": {"value": "预约已确认"},
    "time2": {"value": "2026年12月24日 09:00"},
    "thing3": {"value": "演示登记处"},
    "thing4": {"value": "点开查看"},
}


class Asking:
    """A server that knows the two apps' secrets."""

    def __init__(self, emulated: Emulated) -> None:
        self.emulated = emulated
        self.client = httpx.Client(trust_env=False, timeout=30)

    def token_answer(self, app: AppKind, **more: Any) -> Json:
        known = self.emulated.registered.apps[app]
        body = {"grant_type": "client_credential", "appid": known.appid, "secret": known.secret}
        return self.post("/cgi-bin/stable_token", {**body, **more}, token=None)

    def token(self, app: AppKind) -> str:
        return str(self.token_answer(app)["access_token"])

    def post(self, path: str, body: Json, *, token: str | None) -> Json:
        params = {"access_token": token} if token else {}
        answer = self.client.post(f"{self.emulated.api}{path}", params=params, json=body)
        assert answer.status_code == 200
        return dict(answer.json())

    def get(self, path: str, **params: str) -> Json:
        answer = self.client.get(f"{self.emulated.api}{path}", params=params)
        assert answer.status_code == 200
        return dict(answer.json())

    def call(self, app: AppKind, path: str, body: Json) -> Json:
        return self.post(path, body, token=self.token(app))

    def login(self, path: str, app: AppKind, **params: str) -> Json:
        known = self.emulated.registered.apps[app]
        more = {"grant_type": "authorization_code", "appid": known.appid, "secret": known.secret}
        return self.get(path, **{**more, **params})

    def subscribe(self, openid: str, **more: Any) -> Json:
        body = {"touser": openid, "template_id": MINI_ID, "data": DATA, **more}
        return self.call(AppKind.MINI, "/cgi-bin/message/subscribe/send", body)
