"""Pushes as the emulated WeChat sends them, to pages of ours behind a real port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from heli.ground.models import OutboxEvent
from heli.wechat.accounts import find_account, see_account
from heli.wechat.client.calls import send_account_subscribe, send_template
from heli.wechat.emulator.running import Emulated
from heli.wechat.emulator.templates import ACCOUNT_ID, CLASSIC_ID
from heli.wechat.kinds import AppKind
from heli.wechat.models import Allowance
from tests.wechat.pushing import counted
from tests.wechat.webhook import webhook_running

DATA = {"thing1": "预约", "time2": "2026年12月24日 09:00", "thing3": "演示路1号", "thing4": "无"}

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

    def test_what_it_gave_up_waiting_for_was_done_once(self, pushing, openid):
        pushing.control.set_push(seconds_max=0.01)  # less than an answer of ours takes, mostly
        items = {"List": {"TemplateId": ACCOUNT_ID, "SubscribeStatusString": "accept"}}
        came = pushing.control.happen(
            openid, "subscribe_msg_popup_event", SubscribeMsgPopupEvent=items
        )
        pushing.control.set_push(seconds_max=5.0)

        again = pushing.control.push(came["fields"])

        assert again["status"] == 200
        assert Allowance.objects.get(template_id=ACCOUNT_ID).left == 1

    @pytest.mark.parametrize(
        ("blocks", "arrival"), [(False, "delivered"), (True, "blocked")], ids=["fine", "blocked"]
    )
    def test_what_became_of_a_message_is_told_to_the_other_rooms(
        self, pushing, openid, blocks, arrival
    ):
        account = see_account(AppKind.ACCOUNT, openid)
        pushing.control.follow(openid)
        pushing.control.grant(openid, ACCOUNT_ID)
        pushing.control.block(openid, blocks=blocks)

        send_account_subscribe(openid, ACCOUNT_ID, DATA, "")
        msgid = send_template(openid, CLASSIC_ID, DATA, "", "client-1")
        pushing.control.wait_for_pushes()

        rows = OutboxEvent.objects.filter(kind="MessageReported")
        said = {row.payload["template_id"]: row.payload for row in rows}
        assert said.keys() == {ACCOUNT_ID, ""}
        assert said[""]["msgid"] == msgid
        assert {row["account"] for row in said.values()} == {account.id}
        assert {row["arrival"] for row in said.values()} == {arrival}
