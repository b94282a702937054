"""Sending: queued with the notice, down the chain until one way takes it, each way at most once."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

import pytest
from django.db import connection

from heli.ground import clock, events, jobs
from heli.notices import senders, sending, ways
from heli.notices.message_words import ShortWords
from heli.notices.models import Notice, Sending
from heli.notices.senders import ConsoleSender, MemorySender, Message, Ready
from heli.notices.ways import Answer, Said
from tests.bookings.factories import NOW, a_couple, a_slot, hold, hold_and_agree
from tests.notices.factories import (
    a_way_to_send,
    some_time_later,
    states_of,
    waiting_jobs,
    work_off_now,
)

pytestmark = pytest.mark.usefixtures("database")

NOT_THIS_WAY = Answer(Said.NOT_THIS_WAY, "NotAllowed 43101")
NOT_KNOWN = Answer(Said.NOT_KNOWN, "NoAnswer")
LATER = Answer(Said.LATER, "Unreachable")


def a_notice() -> Notice:
    """Of a place that is held, to its applicant, queued the first way there is."""
    hold(a_couple(), a_slot())
    events.deliver()
    return Notice.objects.get()


class TestQueueing:
    def test_a_notice_and_its_job_come_together_or_not_at_all(self):
        hold(a_couple(), a_slot())

        with pytest.MonkeyPatch.context() as patch, a_way_to_send():
            patch.setattr(Sending.objects, "create", _fail)
            events.deliver()

        assert not Notice.objects.exists()
        assert waiting_jobs() == 0

    def test_it_waits_for_the_first_way_alone(self):
        with a_way_to_send("sms"), a_way_to_send("mini_subscribe"):
            notice = a_notice()

        assert states_of(notice) == {"mini_subscribe": "waiting"}
        assert waiting_jobs() == 1

    def test_where_there_is_no_way_it_stands_in_the_inbox(self):
        console = ConsoleSender()
        senders.remove(console.way)
        try:
            notice = a_notice()
        finally:
            senders.register(console)

        assert states_of(notice) == {}
        assert waiting_jobs() == 0


class TestSend:
    def test_the_worker_sends_what_a_booking_brought_about(self):
        couple = a_couple()
        hold_and_agree(couple, a_slot())

        with a_way_to_send() as sender:
            jobs.wake_soon()
            jobs.work_off()

        assert sorted(message.kind for message in sender.sent) == [
            "confirmed",
            "confirmed",
            "consent_asked",
        ]
        assert {message.person for message in sender.sent} == {
            couple.applicant.person,
            couple.partner.person,
        }
        assert waiting_jobs() == 0
        assert not Sending.objects.exclude(way="memory", state="taken").exists()

    def test_run_twice_it_is_sent_once(self):
        with a_way_to_send() as sender:
            notice = a_notice()
            assert sending.send(notice.id) is None
            assert sending.send(notice.id) is None

        assert len(sender.sent) == 1
        assert states_of(notice) == {"memory": "taken"}

    def test_two_processes_at_once_send_once(self):
        start = threading.Barrier(4)

        with a_way_to_send(takes_seconds=0.1) as sender:
            notice = a_notice()

            def work() -> None:
                start.wait()
                sending.send(notice.id)
                connection.close()

            workers = [threading.Thread(target=work) for _ in range(4)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()

        assert len(sender.asked) == 1
        assert states_of(notice) == {"memory": "taken"}

    def test_the_message_is_neutral_chinese(self):
        with a_way_to_send() as sender:
            sending.send(a_notice().id)

        (message,) = sender.sent
        assert message.title.startswith("预约")
        assert "离婚" not in message.title + message.text + message.short.what + message.short.note


class TestTheChain:
    def test_a_refusal_leads_to_the_next_way_at_once(self):
        with (
            a_way_to_send("mini_subscribe", says=[NOT_THIS_WAY]) as mini,
            a_way_to_send("template", says=[NOT_THIS_WAY]) as template,
            a_way_to_send("sms") as sms,
        ):
            notice = a_notice()
            assert sending.send(notice.id) is None

        assert (len(mini.asked), len(template.asked), len(sms.sent)) == (1, 1, 1)
        assert states_of(notice) == {
            "mini_subscribe": "passed_over",
            "template": "passed_over",
            "sms": "taken",
        }
        assert notice.sendings.first().reason == "NotAllowed 43101"

    def test_what_one_way_took_goes_no_other(self):
        with a_way_to_send("mini_subscribe"), a_way_to_send("sms") as sms:
            notice = a_notice()
            sending.send(notice.id)
            sending.send(notice.id)

        assert sms.asked == []
        assert states_of(notice) == {"mini_subscribe": "taken"}

    def test_an_answer_that_nobody_knows_counts_as_used(self):
        with a_way_to_send("mini_subscribe", says=[NOT_KNOWN]) as mini, a_way_to_send("sms") as sms:
            notice = a_notice()
            sending.send(notice.id)
            sending.send(notice.id)

        assert (len(mini.asked), len(sms.sent)) == (1, 1)
        assert states_of(notice) == {"mini_subscribe": "not_known", "sms": "taken"}

    def test_where_a_second_time_is_recognised_it_is_asked_again_under_the_same_number(self):
        with (
            a_way_to_send("template", says=[NOT_KNOWN], is_repeatable=True) as template,
            a_way_to_send("sms") as sms,
        ):
            notice = a_notice()
            assert sending.send(notice.id) == ways.wait_after(1)
            assert sending.send(notice.id) is None

        assert [message.notice_id for message in template.asked] == [notice.id] * 2
        assert sms.asked == []

    def test_an_outage_is_waited_for(self):
        with a_way_to_send("mini_subscribe", fails=1) as mini, a_way_to_send("sms") as sms:
            a_notice()
            jobs.work_off()
            assert (mini.sent, sms.sent, waiting_jobs()) == ([], [], 1)
            work_off_now()

        assert (len(mini.sent), len(sms.asked)) == (1, 0)
        assert waiting_jobs() == 0

    def test_an_outage_that_lasts_leads_to_the_next_way(self):
        with a_way_to_send("mini_subscribe", fails=99) as mini, a_way_to_send("sms") as sms:
            notice = a_notice()
            for _ in range(ways.TRIES_MAX):
                work_off_now()

        assert len(mini.asked) == ways.TRIES_MAX
        assert len(sms.sent) == 1
        assert states_of(notice) == {"mini_subscribe": "given_up", "sms": "taken"}

    def test_a_way_that_this_process_does_not_have_is_passed_over(self):
        with a_way_to_send("mini_subscribe"):
            notice = a_notice()
        with a_way_to_send("sms") as sms:
            sending.send(notice.id)

        assert len(sms.sent) == 1
        assert states_of(notice) == {"mini_subscribe": "passed_over", "sms": "taken"}

    def test_what_no_way_takes_stands_in_the_inbox_and_is_said(self, caplog):
        senders.remove("console")
        try:
            with a_way_to_send("sms", says=[NOT_THIS_WAY]):
                notice = a_notice()
                with caplog.at_level(logging.WARNING, logger="heli.notices"):
                    assert sending.send(notice.id) is None
        finally:
            senders.register(ConsoleSender())

        assert states_of(notice) == {"sms": "passed_over"}
        assert caplog.messages == [f"notice {notice.id}: no way is left; it stands in the inbox"]


class TestTooLate:
    def test_an_answer_that_nobody_awaits_any_more_is_not_asked_for(self):
        with a_way_to_send("sms") as sms:
            notice = a_notice()
            notice.sendings.update(queued_at=NOW - timedelta(days=400))
            sending.send(notice.id)

        assert sms.asked == []
        assert states_of(notice) == {"sms": "too_late"}

    def test_a_clock_that_jumped_makes_nothing_late(self):
        with a_way_to_send("sms") as sms:
            notice = a_notice()
            clock.move_to(clock.now() + timedelta(days=90))
            sending.send(notice.id)

        assert len(sms.sent) == 1


class TestTheReleaseBefore:
    """It writes a row for each way with `sent_at` alone, and works beside this one for a while."""

    def test_what_it_sent_is_not_sent_again(self):
        with a_way_to_send() as sender:
            notice = self._written_by_it(sent="now()")
            assert sending.send(notice.id) is None

        assert sender.asked == []

    def test_what_it_queued_is_sent(self):
        with a_way_to_send() as sender:
            notice = self._written_by_it(sent="NULL")
            sending.send(notice.id)

        assert len(sender.sent) == 1

    def _written_by_it(self, *, sent: str) -> Notice:
        notice = a_notice()
        notice.sendings.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO notices_sending (notice_id, way, sent_at)"
                f" VALUES (%s, 'memory', {sent})",
                [notice.id],
            )
        return notice


class TestACrash:
    def test_before_the_answer_was_noted_the_next_way_is_taken(self):
        with a_way_to_send("mini_subscribe") as mini, a_way_to_send("sms") as sms:
            notice = a_notice()
            _killed_while_sending(notice)
            some_time_later(notice)
            assert sending.send(notice.id) is None

        assert (len(mini.asked), len(sms.sent)) == (0, 1)
        assert states_of(notice) == {"mini_subscribe": "not_known", "sms": "taken"}

    def test_where_a_second_time_is_recognised_it_is_sent_again(self):
        with (
            a_way_to_send("template", is_repeatable=True) as template,
            a_way_to_send("sms") as sms,
        ):
            notice = a_notice()
            _killed_while_sending(notice)
            some_time_later(notice)
            assert sending.send(notice.id) is None

        assert (len(template.sent), len(sms.asked)) == (1, 0)
        assert states_of(notice) == {"template": "taken"}

    def test_while_the_other_may_still_be_at_it_nobody_else_tries(self):
        with a_way_to_send("mini_subscribe") as mini, a_way_to_send("sms") as sms:
            notice = a_notice()
            _killed_while_sending(notice)
            wait = sending.send(notice.id)

        assert wait is not None
        assert timedelta() < wait <= ways.IN_HAND
        assert (mini.asked, sms.asked) == ([], [])

    def test_a_way_that_is_broken_holds_up_the_notice_for_a_minute(self):
        with a_way_to_send("mini_subscribe", says=[LATER]) as mini, a_way_to_send("sms") as sms:
            mini.prepare = _broken  # type: ignore[method-assign]
            notice = a_notice()
            with pytest.raises(ZeroDivisionError):
                sending.send(notice.id)
            some_time_later(notice)
            sending.send(notice.id)

        assert len(sms.sent) == 1
        assert states_of(notice) == {"mini_subscribe": "not_known", "sms": "taken"}

    def test_the_answer_and_the_next_way_are_noted_together(self):
        with a_way_to_send("mini_subscribe", says=[NOT_THIS_WAY]), a_way_to_send("sms") as sms:
            notice = a_notice()
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Sending.objects, "create", _fail)
                with pytest.raises(RuntimeError):
                    sending.send(notice.id)
            some_time_later(notice)
            sending.send(notice.id)

        assert len(sms.sent) == 1


def _killed_while_sending(notice: Notice) -> None:
    """As a process leaves it that was killed between noting the try and noting the answer."""
    (row,) = notice.sendings.all()
    assert sending._note_the_try(row, Ready(lambda: LATER), sending.clock.real_now())


def _broken(message: Message) -> Ready:
    return Ready(lambda: Answer(Said.TAKEN, str(1 // 0)))


class SenderContract:
    """What every way to send has to do."""

    def a_sender(self) -> senders.Sender:
        raise NotImplementedError

    def test_it_has_a_name_and_takes_a_message(self):
        sender = self.a_sender()

        ready = sender.prepare(a_message())

        assert isinstance(ready, Ready)
        assert ready.go().said is Said.TAKEN
        assert sender.is_set_up()
        assert 0 < len(sender.way) <= 20


class TestConsoleSender(SenderContract):
    def a_sender(self) -> senders.Sender:
        return ConsoleSender()

    def test_its_line_names_the_kind_and_the_number_and_nothing_else(self, caplog):
        with caplog.at_level(logging.INFO, logger="heli.notices"):
            ConsoleSender().prepare(a_message()).go()

        assert caplog.messages == ["notice 7 sent: confirmed"]


class TestMemorySender(SenderContract):
    def a_sender(self) -> senders.Sender:
        return MemorySender()

    def test_it_can_be_told_to_fail(self):
        sender = MemorySender(fails=1)

        said = [sender.prepare(a_message()).go().said for _ in range(2)]

        assert said == [Said.LATER, Said.TAKEN]
        assert len(sender.sent) == 1


def a_message() -> Message:
    short = ShortWords(what="预约已生效", when=NOW, where="演示婚姻登记处", note="请带好证件")
    return Message(
        notice_id=7, kind="confirmed", person=b"p", title="预约", text="预约", short=short
    )


def _fail(**_: object) -> None:
    raise RuntimeError("told to fail")
