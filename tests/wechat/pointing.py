"""Settings of WeChat as a test needs them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings


@contextmanager
def wechat_settings(**changed: Any) -> Iterator[None]:
    """With these parts of the settings of WeChat changed."""
    before = settings.HELI
    wechat = dataclasses.replace(before.wechat, **changed)
    settings.HELI = dataclasses.replace(before, wechat=wechat)
    try:
        yield
    finally:
        settings.HELI = before


@contextmanager
def without_apps() -> Iterator[None]:
    """As in production before anything was registered at WeChat."""
    with wechat_settings(account=None, mini=None):
        yield
