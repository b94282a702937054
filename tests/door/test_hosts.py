"""The door answers nobody itself who names another host: the web processes say what they say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from heli.door import app
from tests.door.inside import InsideDoor


@pytest.fixture
def named(settings) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """The one name of this installation."""
    settings.ALLOWED_HOSTS = ["heli.example.cn"]
    app._is_ours.cache_clear()
    yield "heli.example.cn"
    app._is_ours.cache_clear()


def asked(door: InsideDoor, path: str, host: str) -> None:
    head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    door.said_to(head.encode())


@pytest.mark.parametrize("path", ["/api/v1/demo/noop", "/wechat/events?signature=x"])
class TestARequest:
    def test_for_this_installation_is_answered_here(self, door, named, path):
        asked(door, path, named)

        assert door.upstream.asked == []

    @pytest.mark.parametrize("host", ["elsewhere.example", "", "heli.example.cn.evil.example"])
    def test_that_names_another_host_is_passed_on(self, door, named, path, host):
        asked(door, path, host)

        assert len(door.upstream.asked) == 1
        assert door.upstream.headers("host") == [host]
