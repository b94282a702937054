"""Sending: queued with the notice, once per way, again after a failure."""

from __future__ import annotations

import logging
import threading

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from heli.ground import events, jobs
from heli.notices import senders, sending
from heli.notices.models import Notice, Sending
from heli.notices.senders import ConsoleSender, MemorySender, Message, SendingFailed
from tests.bookings.factories import a_couple, a_slot, hold, hold_and_agree
from tests.notices.factories import a_way_to_send

pytestmark = pytest.mark.usefixtures("database")


def waiting_jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="heli.send_notice", status="todo").count()


class TestQueueing:
    def test_a_notice_and_its_jobs_come_together_or_not_at_all(self):
        hold(a_couple(), a_slot())

        with pytest.MonkeyPatch.context() as patch, a_way_to_send():
            patch.setattr(Sending.objects, "create", _fail)
            events.deliver()

        assert not Notice.objects.exists()
        assert waiting_jobs() == 0

    def test_every_way_has_its_own_job(self):
        hold(a_couple(), a_slot())

        with a_way_to_send():
            events.deliver()

        assert set(Sending.objects.values_list("way", flat=True)) == {"console", "memory"}
        assert waiting_jobs() == 2


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
        assert not Sending.objects.filter(sent_at__isnull=True).exists()

    def test_run_twice_it_is_sent_once(self):
        hold(a_couple(), a_slot())

        with a_way_to_send() as sender:
            events.deliver()
            notice = Notice.objects.get()
            assert sending.send(notice.id, "memory")
            assert not sending.send(notice.id, "memory")

        assert len(sender.sent) == 1

    def test_two_processes_at_once_send_once(self):
        couple = a_couple()
        hold(couple, a_slot())
        start = threading.Barrier(4)

        with a_way_to_send(takes_seconds=0.1) as sender:
            events.deliver()
            notice = Notice.objects.get()

            def work() -> None:
                start.wait()
                sending.send(notice.id, "memory")
                connection.close()

            workers = [threading.Thread(target=work) for _ in range(4)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()

        assert len(sender.sent) == 1

    def test_what_failed_counts_as_not_sent_and_is_queued_for_later(self):
        hold(a_couple(), a_slot())

        with a_way_to_send(fails=1) as sender:
            jobs.wake_soon()
            jobs.work_off()
            assert sender.sent == []
            assert waiting_jobs() == 1
            with connection.cursor() as cursor:
                cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
            jobs.work_off()

        assert len(sender.sent) == 1
        assert waiting_jobs() == 0

    def test_a_crash_between_sending_and_noting_it_sends_under_the_same_number(self):
        hold(a_couple(), a_slot())

        with a_way_to_send() as sender:
            events.deliver()
            notice = Notice.objects.get()
            with transaction.atomic():
                sending.send(notice.id, "memory")
                transaction.set_rollback(True)
            sending.send(notice.id, "memory")

        assert [message.notice_id for message in sender.sent] == [notice.id, notice.id]

    def test_the_message_is_neutral_chinese(self):
        hold(a_couple(), a_slot())

        with a_way_to_send() as sender:
            events.deliver()
            sending.send(Notice.objects.get().id, "memory")

        (message,) = sender.sent
        assert message.title.startswith("预约")
        assert "离婚" not in message.title + message.text


class SenderContract:
    """What every way to send has to do."""

    def a_sender(self) -> senders.Sender:
        raise NotImplementedError

    def test_it_has_a_name_and_takes_a_message(self):
        sender = self.a_sender()

        sender.send(a_message())

        assert 0 < len(sender.way) <= 20


class TestConsoleSender(SenderContract):
    def a_sender(self) -> senders.Sender:
        return ConsoleSender()

    def test_its_line_names_the_kind_and_the_number_and_nothing_else(self, caplog):
        with caplog.at_level(logging.INFO, logger="heli.notices"):
            ConsoleSender().send(a_message())

        assert caplog.messages == ["notice 7 sent: confirmed"]


class TestMemorySender(SenderContract):
    def a_sender(self) -> senders.Sender:
        return MemorySender()

    def test_it_can_be_told_to_fail(self):
        sender = MemorySender(fails=1)

        with pytest.raises(SendingFailed):
            sender.send(a_message())
        sender.send(a_message())

        assert len(sender.sent) == 1


def a_message() -> Message:
    return Message(notice_id=7, kind="confirmed", person=b"p", title="预约", text="预约")


def _fail(**_: object) -> None:
    raise SendingFailed("told to fail")
