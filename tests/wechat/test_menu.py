"""The account's menu: what WeChat takes, and that every entry leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from heli.wechat.client.calls import get_menu, set_menu
from heli.wechat.menu import Key, menu
from heli.wechat.pushes.replies import reply_to_click
from tests.ops.running import heli

BUTTONS_MAX, BELOW_MAX = 3, 5
NAME_BYTES_MAX, NAME_BELOW_BYTES_MAX = 16, 60
ADDRESS_BYTES_MAX = 1024


def entries() -> Iterator[dict[str, Any]]:
    for button in menu()["button"]:
        yield from button["sub_button"]


class TestTheMenu:
    def test_is_as_small_as_wechat_wants_it(self):
        buttons = menu()["button"]

        assert 1 <= len(buttons) <= BUTTONS_MAX
        for button in buttons:
            assert len(button["name"].encode()) <= NAME_BYTES_MAX
            assert 1 <= len(button["sub_button"]) <= BELOW_MAX
        for entry in entries():
            assert len(entry["name"].encode()) <= NAME_BELOW_BYTES_MAX
            assert len(entry.get("url", "").encode()) <= ADDRESS_BYTES_MAX

    @pytest.mark.usefixtures("database")
    def test_leads_to_pages_that_are_there(self):
        for entry in entries():
            if entry["type"] == "view":
                path = entry["url"].removeprefix(settings.HELI.base_url)
                assert Client().get(path).status_code in (200, 302), entry

    def test_has_an_answer_for_every_other_entry(self):
        keys = {entry["key"] for entry in entries() if entry["type"] == "click"}

        assert keys == set(Key)
        assert all(reply_to_click(key) for key in keys)

    def test_does_not_say_on_the_telephone_what_it_is_about(self):
        names = [entry["name"] for entry in (*menu()["button"], *entries())]

        assert not [name for name in names if "离婚" in name or "婚" in name]


@pytest.mark.usefixtures("database")
class TestAtWeChat:
    def test_it_is_taken_and_is_what_the_chat_shows(self, emulator):
        set_menu(menu())

        assert emulator.control.menu() == menu()
        assert get_menu() == menu()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world without offices."""
    folder = tmp_path_factory.mktemp("wechat") / "data"
    done = heli("migrate", "--data", folder)
    assert done.returncode == 0, done.stderr
    return folder


class TestTheCommand:
    def test_sets_it(self, emulator, data):
        done = heli("wechat", "menu", "--data", data, HELI_WECHAT_API_BASE=emulator.api)

        assert (done.returncode, done.stderr) == (0, "")
        assert emulator.control.menu() is not None

    def test_says_in_one_line_what_wechat_said(self, emulator, data):
        emulator.control.script_fault("/cgi-bin/menu/create", errcode=48001, times=9)

        done = heli("wechat", "menu", "--data", data, HELI_WECHAT_API_BASE=emulator.api)

        assert done.returncode == 1
        assert done.stderr.splitlines()[-1].startswith(
            "heli: WeChat did not do it: NotAllowed 48001"
        )
        assert "Traceback" not in done.stderr
        assert "secret" not in done.stderr

    def test_of_a_code_wants_an_office_that_is_there(self, emulator, data, tmp_path):
        picture = tmp_path / "code.png"

        done = heli(
            *("wechat", "code", "nowhere", "--to", picture, "--data", data),
            HELI_WECHAT_API_BASE=emulator.api,
        )

        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert not picture.exists()
