"""Which of our apps a call is made for."""

from __future__ import annotations

from django.conf import settings

from heli.ground.vendors import App
from heli.wechat.client.errors import NotSetUp


def account_app(path: str) -> App:
    """The official account. path: what is asked for. Raises NotSetUp."""
    app: App | None = settings.HELI.wechat.account
    if app is None:
        raise NotSetUp(path)
    return app


def mini_app(path: str) -> App:
    """The mini program. path: what is asked for. Raises NotSetUp."""
    app: App | None = settings.HELI.wechat.mini
    if app is None:
        raise NotSetUp(path)
    return app
