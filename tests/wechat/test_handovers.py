"""Going on elsewhere: a ticket, good once, for minutes, for what it was made for."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from heli.ground import clock
from heli.wechat.errors import HandoverGone
from heli.wechat.handovers import (
    FORGOTTEN_AFTER,
    LIFETIMES,
    can_be_taken_up,
    hand_over,
    take_up,
)
from heli.wechat.kinds import HandoverKind
from heli.wechat.models import Handover

pytestmark = pytest.mark.usefixtures("database")

BROWSER, WEB_VIEW = HandoverKind.BROWSER, HandoverKind.WEB_VIEW
PAYLOAD = {"path": "/my", "draft": "演示"}


def row() -> Handover:
    return Handover.objects.get()


def let_expire() -> None:
    Handover.objects.update(expires_at=clock.real_now())


class TestHandOver:
    @pytest.mark.parametrize("kind", HandoverKind)
    def test_what_goes_along_arrives_once(self, kind):
        ticket = hand_over(kind, PAYLOAD)

        assert can_be_taken_up(kind, ticket)
        assert take_up(kind, ticket) == PAYLOAD
        assert not can_be_taken_up(kind, ticket)

    def test_asking_whether_it_is_good_does_not_use_it(self):
        ticket = hand_over(BROWSER, PAYLOAD)

        assert [can_be_taken_up(BROWSER, ticket) for _time in range(3)] == [True] * 3
        assert row().used_at is None

    def test_the_database_knows_neither_the_ticket_nor_what_goes_along(self):
        ticket = hand_over(BROWSER, PAYLOAD)

        stored = bytes(row().ticket) + bytes(row().payload_sealed)
        assert ticket.encode() not in stored
        assert "演示".encode() not in stored

    def test_what_went_along_is_gone_when_the_ticket_is_used(self):
        take_up(BROWSER, hand_over(BROWSER, PAYLOAD))

        assert row().payload_sealed is None

    def test_old_ones_are_forgotten_when_another_is_made(self):
        hand_over(BROWSER, PAYLOAD)
        Handover.objects.update(expires_at=clock.real_now() - FORGOTTEN_AFTER)

        ticket = hand_over(BROWSER, PAYLOAD)

        assert Handover.objects.count() == 1
        assert can_be_taken_up(BROWSER, ticket)

    @pytest.mark.parametrize("kind", HandoverKind)
    def test_lasts_as_long_as_its_kind(self, kind):
        before = clock.real_now()
        hand_over(kind, PAYLOAD)

        assert before + LIFETIMES[kind] <= row().expires_at <= clock.real_now() + LIFETIMES[kind]


class TestRefused:
    def gone(self, kind: HandoverKind, ticket: str) -> str:
        before = list(Handover.objects.values())
        assert not can_be_taken_up(kind, ticket)
        with pytest.raises(HandoverGone) as refused:
            take_up(kind, ticket)
        assert list(Handover.objects.values()) == before
        assert (refused.value.code, refused.value.status) == ("not_found", 404)
        assert not ticket or ticket not in repr(refused.value)
        return refused.value.sentence()

    def test_used_twice(self):
        ticket = hand_over(BROWSER, PAYLOAD)
        take_up(BROWSER, ticket)

        assert (
            self.gone(BROWSER, ticket)
            == "这个链接已经用过，或者已经过期，现在什么都没有改变。请回到原来的页面，再打开一次。"
        )

    def test_expired(self):
        ticket = hand_over(BROWSER, PAYLOAD)
        let_expire()

        self.gone(BROWSER, ticket)

    def test_of_another_kind(self):
        ticket = hand_over(BROWSER, PAYLOAD)

        self.gone(WEB_VIEW, ticket)

        assert take_up(BROWSER, ticket) == PAYLOAD

    @pytest.mark.parametrize(
        "ticket",
        ["", "x", "x" * 100_000, "\x00", "中文", "\ud800", "' OR 1=1"],
        ids=["empty", "short", "long", "NUL", "Chinese", "half a character", "SQL"],
    )
    def test_no_ticket_at_all(self, ticket):
        hand_over(BROWSER, PAYLOAD)

        self.gone(BROWSER, ticket)

    def test_of_two_at_once_one_gets_it(self):
        ticket = hand_over(BROWSER, PAYLOAD)
        got: list[object] = []
        begin = threading.Barrier(2)

        def take() -> None:
            begin.wait()
            try:
                got.append(take_up(BROWSER, ticket))
            except HandoverGone:
                got.append(None)
            finally:
                connection.close()

        threads = [threading.Thread(target=take) for _one in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(got, key=bool) == [None, PAYLOAD]
