"""Pushes as the emulated WeChat sends them, to pages of ours behind a real port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from heli.wechat.accounts import find_account
from heli.wechat.emulator.running import Emulated
from heli.wechat.kinds import AppKind
from tests.wechat.pushing import counted
from tests.wechat.webhook import webhook_running

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def pushing(emulator: Emulated) -> Iterator[Emulated]:
    """The emulator, pushing to us."""
    with webhook_running() as address:
        emulator.control.set_push(webhook=address)
        yield emulator


@pytest.mark.parametrize("mode", ["plain", "both", "aes"])
class TestFromTheEmulator:
    @pytest.fixture(autouse=True)
    def _in_mode(self, pushing: Emulated, mode: str) -> None:
        pushing.control.set_push(mode=mode)

    @pytest.fixture
    def openid(self, pushing: Emulated) -> str:
        return pushing.control.add_person()["account_openid"]

    def test_the_address_is_ours(self, pushing):
        assert pushing.control.check_webhook()

    def test_who_begins_to_follow_is_welcomed(self, pushing, openid):
        came = pushing.control.follow(openid, told=True)

        assert came["fault"] is None
        assert "您好" in came["reply"]["Content"]
        assert find_account(AppKind.ACCOUNT, openid).follows is True

    def test_who_ends_it_hears_nothing(self, pushing, openid):
        pushing.control.follow(openid, told=True)

        came = pushing.control.unfollow(openid, told=True)

        assert (came["fault"], came["reply"]) == (None, None)
        assert find_account(AppKind.ACCOUNT, openid).follows is False

    def test_a_question_is_answered(self, pushing, openid):
        came = pushing.control.say(openid, Content="查预约")

        assert came["attempts"] == 1
        assert came["fault"] is None
        assert "/my" in came["reply"]["Content"]

    def test_what_was_sent_again_is_answered_once(self, pushing, openid):
        came = pushing.control.say(openid, Content="帮助")

        again = pushing.control.push(came["fields"])

        assert came["reply"]
        assert (again["status"], again["reply"]) == (200, None)

    def test_an_unknown_event_is_taken(self, pushing, openid):
        before = counted()

        came = pushing.control.happen(openid, "user_get_card", CardId="x")

        assert (came["attempts"], came["status"], came["reply"]) == (1, 200, None)
        assert counted() == before

    def test_what_comes_out_of_its_time_is_refused_however_often_it_is_tried(self, pushing, openid):
        pushing.control.move_clock(3600)
        before = counted()

        came = pushing.control.say(openid, Content="帮助")

        assert (came["attempts"], came["status"]) == (4, 403)
        assert counted() == before
