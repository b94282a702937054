"""What a push does: once, however often it comes; and what it must not do."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from heli.ground.models import OutboxEvent
from heli.wechat.accounts import find_account, see_account
from heli.wechat.kinds import AppKind, SceneKind, Word
from heli.wechat.models import Account, Allowance, ReceivedPush
from heli.wechat.pushes import services
from heli.wechat.scenes import make_scene
from tests.wechat.pushing import (
    OPENID,
    a_message,
    a_query,
    an_event,
    as_json,
    counted,
    push,
    push_sealed,
    real_now,
    xml,
)

pytestmark = pytest.mark.usefixtures("database")

TEMPLATE, OTHER_TEMPLATE = "demo-template-1", "demo-template-2"


def send(fields) -> str:
    """Push it; what is answered."""
    answer = push(xml(fields))
    assert answer.status_code == 200
    return answer.content.decode()


def account() -> Account:
    found = find_account(AppKind.ACCOUNT, OPENID)
    assert found is not None
    return found


def reported() -> list[dict]:
    rows = OutboxEvent.objects.filter(kind="MessageReported").order_by("id")
    return [row.payload for row in rows]


def said(template_id: str = TEMPLATE) -> tuple[str, int]:
    row = Allowance.objects.get(account=account(), template_id=template_id)
    return row.word, row.left


def asked(event: str, *answers: tuple[str, str]) -> dict:
    """An event that tells what somebody answered for each template."""
    items = [{"TemplateId": id, "SubscribeStatusString": word} for id, word in answers]
    return an_event(event, SubscribeMsgPopupEvent={"List": items})


@contextmanager
def nothing_can_be_allowed() -> Iterator[None]:
    """The database refuses to store what somebody allows, for the length of the block."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE wechat_allowance ADD CONSTRAINT nothing CHECK (false) NOT VALID"
        )
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE wechat_allowance DROP CONSTRAINT nothing")


class TestFollowing:
    def test_is_noted_and_welcomed(self):
        answer = send(an_event("subscribe", EventKey=""))

        assert "您好" in answer
        assert account().follows is True

    def test_by_a_way_that_is_no_code_of_ours_is_welcomed_all_the_same(self):
        answer = send(an_event("subscribe", EventKey="last_trade_no_1"))

        assert "您好" in answer
        assert "过期" not in answer

    def test_makes_the_account_nobodys(self):
        send(an_event("subscribe"))

        assert account().person is None

    def test_ends_without_a_word(self):
        send(an_event("subscribe"))

        assert send(an_event("unsubscribe")) == "success"
        assert account().follows is False

    def test_of_whom_nobody_knows_ends_without_a_trace_of_them(self):
        send(an_event("unsubscribe"))

        assert not Account.objects.exists()

    def test_by_a_code_opens_what_the_code_says_and_welcomes(self):
        scene = make_scene(SceneKind.OFFICE, "demo-guangzhou")

        answer = send(an_event("subscribe", EventKey=f"qrscene_{scene.id}"))

        assert "/offices/demo-guangzhou" in answer
        assert "您好" in answer


class TestRepetitions:
    def test_a_message_is_answered_once(self):
        message = a_message(Content="帮助")

        assert "<Content>" in send(message)
        assert [send(message) for _time in range(3)] == ["success"] * 3
        assert ReceivedPush.objects.count() == 1

    def test_of_another_moment_and_encrypted_are_repetitions_all_the_same(self):
        message = xml(a_message(Content="帮助"))
        push(message)

        later = push(message, a_query(at=real_now() + timedelta(seconds=20)))
        sealed = push_sealed(message)

        assert [later.content, sealed.content] == [b"success"] * 2

    def test_a_yes_counts_once(self):
        event = xml(asked("subscribe_msg_popup_event", (TEMPLATE, "accept")))

        for _time in range(4):
            push(event)

        assert said() == ("accept", 1)

    def test_that_come_at_once_are_done_once(self):
        event = xml(asked("subscribe_msg_popup_event", (TEMPLATE, "accept")))

        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda _time: push(event).status_code, range(16)))

        assert answers == [200] * 16
        assert said() == ("accept", 1)

    def test_what_failed_is_new_when_it_comes_again(self):
        event = xml(asked("subscribe_msg_popup_event", (TEMPLATE, "accept")))
        with nothing_can_be_allowed():
            failed = push(event)
            assert failed.status_code == 500
            assert not ReceivedPush.objects.exists()

        push(event)

        assert said() == ("accept", 1)

    def test_are_forgotten_when_nobody_can_send_them_any_more(self):
        send(a_message())
        ReceivedPush.objects.update(received_at=real_now() - services.KEPT - timedelta(hours=1))

        send(a_message())

        assert ReceivedPush.objects.count() == 1


class TestAllowances:
    def test_each_yes_allows_one_message_more(self):
        for _time in range(2):
            send(asked("subscribe_msg_popup_event", (TEMPLATE, "accept")) | {"CreateTime": _time})

        assert said() == ("accept", 2)

    def test_a_no_takes_back_what_was_allowed(self):
        send(asked("subscribe_msg_popup_event", (TEMPLATE, "accept")))
        send(asked("subscribe_msg_change_event", (TEMPLATE, "reject")))

        assert said() == ("reject", 0)

    def test_a_yes_in_the_settings_opens_no_message(self):
        send(asked("subscribe_msg_change_event", (TEMPLATE, "accept")))

        assert said() == ("accept", 0)

    def test_several_templates_are_told_apart(self):
        send(asked("subscribe_msg_popup_event", (TEMPLATE, "accept"), (OTHER_TEMPLATE, "reject")))

        assert (said(), said(OTHER_TEMPLATE)) == (("accept", 1), ("reject", 0))

    def test_in_json_are_the_same(self):
        event = an_event(
            "subscribe_msg_popup_event",
            List={"TemplateId": TEMPLATE, "SubscribeStatusString": "accept", "PopupScene": 0},
        )

        push_sealed(as_json(event))

        assert said() == (Word.ACCEPT, 1)

    def test_of_the_mini_program_are_its_accounts(self):
        event = asked("subscribe_msg_popup_event", (TEMPLATE, "accept"))

        push_sealed(xml(event), appid="wx00000000000000b2")

        assert find_account(AppKind.ACCOUNT, OPENID) is None
        assert find_account(AppKind.MINI, OPENID).allowances.get().left == 1

    @pytest.mark.parametrize(
        "answer",
        [("", "accept"), ("x" * 65, "accept"), ("婚", "accept"), (TEMPLATE, "perhaps")],
        ids=["no template", "a long one", "no ASCII", "no word"],
    )
    def test_that_nobody_can_mean_are_left_alone(self, answer):
        send(asked("subscribe_msg_popup_event", answer))

        assert not Allowance.objects.exists()
        assert not Account.objects.exists()


class TestReports:
    @pytest.mark.parametrize(
        ("status", "arrival"),
        [
            ("success", "delivered"),
            ("failed:user block", "blocked"),
            ("failed: system failed", "failed"),
            ("anything else", "failed"),
        ],
    )
    def test_of_template_messages_are_told_to_the_other_rooms(self, status, arrival):
        see_account(AppKind.ACCOUNT, OPENID)

        send(an_event("TEMPLATESENDJOBFINISH", MsgID="200163840", Status=status))

        assert reported() == [
            {
                "msgid": "200163840",
                "template_id": "",
                "account": account().id,
                "arrival": arrival,
            }
        ]

    def test_of_subscribe_messages_name_the_template_each(self):
        items = [
            {"TemplateId": TEMPLATE, "MsgID": "1", "ErrorCode": "0", "ErrorStatus": "success"},
            {
                "TemplateId": OTHER_TEMPLATE,
                "MsgID": "2",
                "ErrorCode": "3",
                "ErrorStatus": "failed:user block",
            },
        ]

        send(an_event("subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": items}))

        assert [(one["template_id"], one["msgid"], one["arrival"]) for one in reported()] == [
            (TEMPLATE, "1", "delivered"),
            (OTHER_TEMPLATE, "2", "blocked"),
        ]
        assert [one["account"] for one in reported()] == [None, None]

    def test_never_say_whose_message_it_was(self):
        send(an_event("TEMPLATESENDJOBFINISH", MsgID="<script>", Status=OPENID))

        assert OPENID not in str(OutboxEvent.objects.values_list("payload"))
        assert reported()[0]["msgid"] == ""


IGNORED = {
    "an unknown event": an_event("weapp_audit_success"),
    "an unknown kind of message": a_message("hologram"),
    "a page that was opened": an_event("VIEW", EventKey="http://127.0.0.1/"),
    "a position that was not asked for": an_event("LOCATION", Latitude="23.1", Longitude="113.3"),
}


class TestWhatChangesNothing:
    @pytest.mark.parametrize("fields", IGNORED.values(), ids=IGNORED.keys())
    def test_what_we_do_not_know_of_is_taken_and_nothing_is_done(self, fields):
        before = counted()

        assert send(fields) == "success"
        assert counted() == before

    def test_a_repetition(self):
        message = a_message(Content="帮助")
        send(message)
        before = counted()

        send(message)

        assert counted() == before

    def test_a_message_leaves_its_digest_and_nothing_else(self):
        before = counted()

        send(a_message(Content="王小明 110101189001011234 13900001234"))

        after = counted()
        assert {name for name in after if after[name] != before[name]} == {"wechat_receivedpush"}
        (row,) = ReceivedPush.objects.all()
        assert len(bytes(row.key)) == 32

    @pytest.mark.parametrize("kind", ["image", "voice", "video", "shortvideo"])
    def test_a_picture_or_a_voice_is_answered_and_not_kept(self, kind):
        answer = send(a_message(kind, MediaId="media", PicUrl="http://127.0.0.1/p.jpg"))

        assert "可以这样做" in answer


class TestLogs:
    def test_hold_nothing_of_anybody(self, caplog):
        caplog.set_level(logging.DEBUG)

        send(an_event("subscribe"))
        send(a_message(Content="王小明 110101189001011234"))
        send(a_message("location", Location_X="23.1291", Location_Y="113.2644", Label="演示路1号"))
        send(an_event("TEMPLATESENDJOBFINISH", MsgID="1", Status="success"))
        push(xml(a_message(Content="王小明")), a_query(signature="0" * 40))
        push(b"<xml>" + OPENID.encode())

        for personal in (OPENID, "王小明", "110101189001011234", "23.1291", "演示路1号"):
            assert personal not in caplog.text
