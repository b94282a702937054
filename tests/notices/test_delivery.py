"""What WeChat says later of a message: noted, and where it did not arrive the next way follows."""

from __future__ import annotations

import pytest

from heli.ground import clock, events
from heli.notices import sending
from heli.notices.models import Sending
from heli.wechat.emulator.running import Emulated
from heli.wechat.events import Arrival, MessageReported
from tests.bookings.factories import a_couple
from tests.notices.factories import (
    a_notice_sent,
    a_way_to_send,
    states_of,
    waiting_jobs,
    work_off_now,
)
from tests.notices.in_wechat import IDS, InWeChat, ready_for
from tests.wechat.webhook import webhook_running

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def couple():
    return a_couple()


def report(who: InWeChat, arrival: Arrival, *, msgid: str = "", way: str = "") -> None:
    """WeChat says what became of a message, and everybody heard it."""
    events.emit(
        MessageReported(
            at=clock.now(),
            msgid=msgid,
            template_id=IDS[way] if way else "",
            account=who.account.id,
            arrival=arrival.value,
        )
    )
    events.deliver()


class TestByTheNumber:
    @pytest.mark.parametrize("way", ["mini_subscribe", "template"])
    def test_what_arrived_is_noted_and_goes_no_further(self, emulator, couple, way):
        who = ready_for(emulator, couple.applicant, way)
        row = a_notice_sent(couple).sendings.get(way=way)

        report(who, Arrival.DELIVERED, msgid=row.vendor_id)

        row.refresh_from_db()
        assert row.state == "delivered"
        assert row.reported_at is not None
        work_off_now()
        assert emulator.control.sms() == []

    @pytest.mark.parametrize("arrival", [Arrival.BLOCKED, Arrival.FAILED])
    @pytest.mark.parametrize("way", ["mini_subscribe", "template"])
    def test_what_did_not_arrive_goes_the_next_way(self, emulator, couple, way, arrival):
        who = ready_for(emulator, couple.applicant, way)
        notice = a_notice_sent(couple)
        row = notice.sendings.get(way=way)

        report(who, arrival, msgid=row.vendor_id)
        work_off_now()

        row.refresh_from_db()
        assert (row.state, row.reason) == ("failed", f"reported {arrival}")
        assert states_of(notice)["sms"] == "taken"
        assert [message["phone"] for message in emulator.control.sms()] == [couple.applicant.phone]

    def test_a_report_that_comes_twice_does_its_work_once(self, emulator, couple):
        who = ready_for(emulator, couple.applicant, "template")
        row = a_notice_sent(couple).sendings.get(way="template")

        for _ in range(2):
            report(who, Arrival.BLOCKED, msgid=row.vendor_id)
        work_off_now()

        assert len(emulator.control.sms()) == 1

    def test_of_a_message_that_nobody_here_sent_nothing_changes(self, emulator, couple):
        who = ready_for(emulator, couple.applicant, "template")
        notice = a_notice_sent(couple)
        before = list(notice.sendings.values())

        report(who, Arrival.FAILED, msgid="123456789")

        assert list(notice.sendings.values()) == before

    def test_an_account_that_is_not_known_is_left_alone(self, couple):
        report_of_nobody = MessageReported(
            at=clock.now(), msgid="1", template_id="", account=None, arrival="failed"
        )
        events.emit(report_of_nobody)

        assert events.deliver() == 1
        assert not Sending.objects.exists()


class TestWithoutANumber:
    """The account's subscribe message gets none: it is found by the account and the template."""

    def test_the_oldest_that_awaits_a_report_is_meant(self, emulator, couple):
        who = ready_for(emulator, couple.applicant, "account_subscribe")
        who.allow("account_subscribe")
        notice = a_notice_sent(couple)

        report(who, Arrival.DELIVERED, msgid="42", way="account_subscribe")

        row = notice.sendings.get(way="account_subscribe")
        assert (row.state, row.vendor_id) == ("delivered", "42")

    def test_of_another_template_nothing_changes(self, emulator, couple):
        who = ready_for(emulator, couple.applicant, "account_subscribe")
        notice = a_notice_sent(couple)

        report(who, Arrival.FAILED, msgid="42", way="mini_subscribe")

        assert notice.sendings.get(way="account_subscribe").state == "taken"

    def test_one_before_the_answer_was_noted_says_what_became_of_it(self, emulator, couple):
        who = ready_for(emulator, couple.applicant, "account_subscribe")
        notice = a_notice_sent(couple)
        notice.sendings.filter(way="account_subscribe").update(state="trying", sent_at=None)

        report(who, Arrival.DELIVERED, msgid="42", way="account_subscribe")

        assert sending.send(notice.id) is None
        assert states_of(notice)["account_subscribe"] == "delivered"
        assert emulator.control.sms() == []

    def test_of_what_was_unknown_it_is_noted_and_nothing_is_sent_again(self, emulator, couple):
        who = ready_for(emulator, couple.applicant, "account_subscribe")
        emulator.control.script_fault(
            "/cgi-bin/message/subscribe/bizsend", cut=True, after=True, times=1
        )
        notice = a_notice_sent(couple)
        assert states_of(notice)["account_subscribe"] == "not_known"

        report(who, Arrival.FAILED, way="account_subscribe")

        assert states_of(notice)["account_subscribe"] == "failed"
        assert len(emulator.control.sms()) == 1
        assert waiting_jobs() == 1  # the first one's own, which the test did by hand


class TestThePushItself:
    """From the call to the report through the webhook, over HTTP."""

    def test_a_template_message_that_arrived(self, emulator, couple):
        ready_for(emulator, couple.applicant, "template")
        with webhook_running() as webhook:
            emulator.control.set_push(webhook=webhook)
            notice = a_notice_sent(couple)
            emulator.control.wait_for_pushes()
        events.deliver()

        assert states_of(notice)["template"] == "delivered"

    @pytest.mark.parametrize("way", ["template", "account_subscribe"])
    def test_a_receiver_who_blocks_is_told_by_telephone(self, emulator, couple, way):
        who = ready_for(emulator, couple.applicant, way)
        emulator.control.block(who.openid)
        with webhook_running() as webhook:
            emulator.control.set_push(webhook=webhook)
            notice = a_notice_sent(couple)
            emulator.control.wait_for_pushes()
        events.deliver()
        work_off_now()

        assert states_of(notice)[way] == "failed"
        assert states_of(notice)["sms"] == "taken"


def test_without_a_next_way_it_stands_in_the_inbox(emulator: Emulated, couple) -> None:
    who = ready_for(emulator, couple.applicant, "template")
    notice = a_notice_sent(couple)
    row = notice.sendings.get(way="template")
    with a_way_to_send():
        Sending.objects.bulk_create(
            [Sending(notice=notice, way=way, state="passed_over") for way in ("sms", "memory")]
        )
        Sending.objects.create(notice=notice, way="console", state="passed_over")

        report(who, Arrival.FAILED, msgid=row.vendor_id)

    row.refresh_from_db()
    assert row.state == "failed"
