"""WeChat's pushes at the door: what changes nothing ends there, and only that."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from django.conf import settings

from heli.door import pushes
from heli.wechat.pushes.answers import PATH
from heli.wechat.pushes.receiving import BODY_BYTES_MAX
from tests.door.ends import Ends, is_of_the_door
from tests.door.inside import InsideDoor, Message, Receive, Send
from tests.wechat.pushing import (
    a_message,
    a_query,
    an_event,
    real_now,
    sealed,
    xml,
)

FOREIGN = "wx00000000000000c3"
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgType>&a;</MsgType></xml>'


def answering(status: int):
    """An upstream that answers every request like this."""

    async def answers(_scope: Message, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        headers = [(b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"from behind"})

    return answers


@pytest.fixture
def fine(door: InsideDoor) -> InsideDoor:
    """A door behind which everything is answered 200."""
    door.upstream.answers = answering(200)
    return door


@pytest.fixture
def sender() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=20) as client:
        yield client


def url(door: InsideDoor, query: str | None = None) -> str:
    return f"{door.address}{PATH}?{a_query() if query is None else query}"


class TestForgeries:
    @pytest.mark.parametrize(
        "query",
        [
            lambda: "",
            lambda: a_query(signature="0" * 40),
            lambda: a_query(token="another"),
            lambda: a_query(at=real_now() - timedelta(seconds=302)),
            lambda: a_query(at=real_now() + timedelta(seconds=303)),
            lambda: sealed(b"<xml/>", token="another")[0],
        ],
        ids=["none", "wrong", "of another token", "old", "of the future", "encrypted"],
    )
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_are_refused_here_and_nobody_behind_hears_of_them(self, fine, sender, query, method):
        answer = sender.request(method, url(fine, query()), content=xml(a_message()))

        assert (answer.status_code, answer.content) == (403, b"")
        assert fine.upstream.asked == []

    def test_are_refused_before_their_body_is_here(self, fine):
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n"

        with fine.connected() as line:
            line.sendall(head.encode())

            assert line.recv(65_536).startswith(b"HTTP/1.1 403 ")

    def test_for_another_appid_are_refused(self, fine, sender):
        query, body = sealed(xml(a_message()), appid=FOREIGN)

        assert sender.post(url(fine, query), content=body).status_code == 403
        assert fine.upstream.asked == []

    def test_are_all_there_is_where_wechat_is_not_set_up(self, fine, sender, monkeypatch):
        nothing = dataclasses.replace(settings.HELI.wechat, token="", aes_key="")
        monkeypatch.setattr(settings, "HELI", dataclasses.replace(settings.HELI, wechat=nothing))

        answer = sender.post(url(fine, a_query(token="")), content=xml(a_message()))

        assert answer.status_code == 403


class TestDocuments:
    @pytest.mark.parametrize("body", [ENTITIES, b"", b"{", b"\xff", b"<xml/>"])
    def test_that_cannot_be_read_are_refused_here(self, fine, sender, body):
        answer = sender.post(url(fine), content=body, headers={"Content-Length": str(len(body))})

        assert answer.status_code == 400
        assert fine.upstream.asked == []

    def test_longer_than_any_push_are_left_to_the_web_processes(self, fine, sender):
        sender.post(url(fine), content=b" " * (BODY_BYTES_MAX + 1))

        assert len(fine.upstream.asked) == 1


class TestRepetitions:
    def test_what_was_answered_is_answered_here_from_then_on(self, fine, sender):
        message = xml(a_message())

        first, *others = [sender.post(url(fine), content=message) for _time in range(4)]

        assert first.content == b"from behind"
        assert {(other.status_code, other.content) for other in others} == {(200, b"success")}
        assert len(fine.upstream.asked) == 1

    def test_they_are_known_however_they_are_encrypted(self, fine, sender):
        message = xml(a_message())
        sender.post(url(fine), content=message)

        query, body = sealed(message)
        answer = sender.post(url(fine, query), content=body)

        assert answer.content == b"success"
        assert len(fine.upstream.asked) == 1

    def test_another_message_is_passed_on(self, fine, sender):
        for message in (a_message(), a_message(), an_event("subscribe")):
            assert sender.post(url(fine), content=xml(message)).content == b"from behind"

        assert len(fine.upstream.asked) == 3

    @pytest.mark.parametrize("status", [500, 503, 403])
    def test_what_was_not_taken_is_passed_on_again(self, door, sender, status):
        door.upstream.answers = answering(status)
        message = xml(a_message())

        for _time in range(2):
            assert sender.post(url(door), content=message).status_code == status

        assert len(door.upstream.asked) == 2

    def test_of_many_the_oldest_are_forgotten(self, fine, sender, monkeypatch):
        monkeypatch.setattr(pushes, "REMEMBERED_MAX", 2)
        messages = [xml(a_message()) for _message in range(3)]

        for message in (*messages, messages[0], messages[2]):
            sender.post(url(fine), content=message)

        assert len(fine.upstream.asked) == 4


class TestOtherRequests:
    def test_the_check_of_the_address_is_passed_on(self, fine, sender):
        answer = sender.get(url(fine, a_query(echostr="hello")))

        assert answer.content == b"from behind"

    def test_a_header_that_came_twice_is_a_matter_for_the_web_processes(self, door, sender):
        sent = [("content-length", "0"), ("x-a", "1"), ("x-a", "2")]

        sender.post(url(door, ""), headers=sent)

        assert len(door.upstream.asked) == 1


class TestBothEnds:
    """The door and the web processes of a real server give the same answer."""

    def bodies(self):
        message = xml(a_message(Content="帮助"))
        query, body = sealed(xml(a_message()), appid=FOREIGN)
        return {
            "forged": (a_query(signature="1" * 40), message),
            "old": (a_query(at=real_now() - timedelta(hours=1)), message),
            "for another": (query, body),
            "with entities": (a_query(), ENTITIES),
            "broken": (a_query(), b"<xml"),
            "nothing": (a_query(), b""),
            "an unknown event": (a_query(), xml(an_event("weapp_audit_success"))),
        }

    def test_to_what_changes_nothing(self, ends: Ends):
        for name, (query, body) in self.bodies().items():
            door, web = (
                client.post(f"{PATH}?{query}", content=body) for client in (ends.door, ends.web)
            )

            said = [
                (answer.status_code, answer.content, answer.headers["content-type"])
                for answer in (door, web)
            ]
            assert said[0] == said[1], name

    def test_and_to_a_message_that_comes_three_times_over_any_door(self, ends: Ends):
        message = xml(a_message(Content="帮助"))
        answers = []
        for _time in range(6):
            with httpx.Client(base_url=ends.address, timeout=30, trust_env=False) as client:
                answers.append(client.post(f"{PATH}?{a_query()}", content=message))

        assert "<MsgType>" in answers[0].text
        assert {answer.text for answer in answers[1:]} == {"success"}
        assert any(is_of_the_door(answer) for answer in answers[1:])
        assert [answer.status_code for answer in answers] == [200] * 6

    def test_a_huge_body_is_refused_by_both(self, ends: Ends):
        for client in (ends.door, ends.web):
            answer = client.post(f"{PATH}?{a_query()}", content=b" " * (BODY_BYTES_MAX + 1))

            assert answer.status_code == 413

    def test_nothing_of_it_is_kept_but_the_message(self, ends: Ends):
        (before,) = ends.database.execute("SELECT count(*) FROM wechat_receivedpush").fetchone()

        for query, body in self.bodies().values():
            ends.door.post(f"{PATH}?{query}", content=body)
        (after,) = ends.database.execute("SELECT count(*) FROM wechat_receivedpush").fetchone()

        assert after == before
