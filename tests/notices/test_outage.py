"""WeChat or Tencent Cloud out, slow or broken: nothing is lost, nothing goes twice one way."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from heli.ground import events, jobs
from heli.notices import sending, silences, ways
from heli.notices.models import Notice
from tests.bookings.factories import a_couple, a_slot, hold
from tests.notices.factories import some_time_later, states_of, waiting_jobs, work_off_now
from tests.notices.in_wechat import ready_for
from tests.notices.test_sms import nobody

pytestmark = pytest.mark.usefixtures("database")

PATHS = {
    "mini_subscribe": "/cgi-bin/message/subscribe/send",
    "account_subscribe": "/cgi-bin/message/subscribe/bizsend",
    "template": "/cgi-bin/message/template/send",
}
LATER = ("waiting", None)
REFUSED = ("passed_over", "taken")
UNKNOWN = ("not_known", "taken")


@pytest.fixture
def couple():
    return a_couple()


def a_notice(couple) -> Notice:
    """The notice to the applicant that a place is held, queued."""
    hold(couple, a_slot())
    events.deliver()
    return Notice.objects.get()


def outcome(notice: Notice, way: str) -> tuple[str, str | None]:
    """What became of it this way, and by telephone."""
    states = states_of(notice)
    return states[way], states.get("sms")


FAULTS = {
    "busy": ({"errcode": -1}, LATER),
    "quota": ({"errcode": 45009}, LATER),
    "limit-of-the-template": ({"errcode": 40038}, LATER),
    "token-refused-for-good": ({"errcode": 40001}, LATER),
    "secret-refused": ({"errcode": 40125}, LATER),
    "receiver-unknown": ({"errcode": 40003}, REFUSED),
    "not-subscribed": ({"errcode": 43101}, REFUSED),
    "capability-banned": ({"errcode": 43107}, REFUSED),
    "not-authorised": ({"errcode": 48001}, REFUSED),
    "template-unknown": ({"errcode": 40037}, REFUSED),
    "field-refused": ({"errcode": 47003}, REFUSED),
    "sensitive-word": ({"errcode": 45168}, REFUSED),
    "a-new-code": ({"errcode": 99999}, REFUSED),
    "server-error": ({"status": 502}, UNKNOWN),
    "broken-json": ({"body": '{"errcode":'}, UNKNOWN),
    "cut-before": ({"cut": True}, UNKNOWN),
    "cut-after-it-was-sent": ({"cut": True, "after": True}, UNKNOWN),
}


class TestTheFaultMatrix:
    @pytest.mark.parametrize(("fault", "expected"), FAULTS.values(), ids=FAULTS.keys())
    @pytest.mark.parametrize("way", ["mini_subscribe", "account_subscribe"])
    def test_of_a_subscribe_message(self, emulator, couple, way, fault, expected):
        ready_for(emulator, couple.applicant, way)
        emulator.control.script_fault(PATHS[way], times=None, **fault)
        notice = a_notice(couple)

        wait = sending.send(notice.id)

        assert outcome(notice, way) == expected
        assert (wait is not None) is (expected == LATER)
        assert len(emulator.control.sms()) == (0 if expected == LATER else 1)

    @pytest.mark.parametrize(("fault", "expected"), FAULTS.values(), ids=FAULTS.keys())
    def test_of_a_template_message_which_may_be_asked_again(
        self, emulator, couple, fault, expected
    ):
        ready_for(emulator, couple.applicant, "template")
        emulator.control.script_fault(PATHS["template"], times=None, **fault)
        notice = a_notice(couple)

        wait = sending.send(notice.id)

        again = expected in (LATER, UNKNOWN)
        assert outcome(notice, "template") == (LATER if again else expected)
        assert (wait is not None) is again


class TestOnceIsEnough:
    def test_a_template_message_whose_answer_got_lost_arrives_once(self, emulator, couple):
        who = ready_for(emulator, couple.applicant, "template")
        emulator.control.script_fault(PATHS["template"], cut=True, after=True, times=2)
        notice = a_notice(couple)
        assert sending.send(notice.id) is not None
        silences.forget()

        assert sending.send(notice.id) is None

        assert outcome(notice, "template") == ("taken", None)
        assert len(emulator.control.messages(who.openid)) == 1

    @pytest.mark.parametrize("way", ["mini_subscribe", "account_subscribe"])
    def test_a_subscribe_message_whose_answer_got_lost_is_not_sent_again(
        self, emulator, couple, way
    ):
        who = ready_for(emulator, couple.applicant, way).allow(way)
        emulator.control.script_fault(PATHS[way], cut=True, after=True, times=1)
        notice = a_notice(couple)

        sending.send(notice.id)
        sending.send(notice.id)

        assert len(emulator.control.messages(who.openid)) == 1
        assert len(emulator.control.sms()) == 1  # twice by two ways, and not never

    def test_expired_tokens_cost_nothing(self, emulator, couple):
        who = ready_for(emulator, couple.applicant, "mini_subscribe")
        notice = a_notice(couple)
        emulator.control.expire_tokens()

        sending.send(notice.id)

        assert len(emulator.control.messages(who.openid)) == 1
        assert states_of(notice) == {"mini_subscribe": "taken"}


class TestAnOutage:
    def test_that_ends_is_waited_for(self, emulator, couple):
        who = ready_for(emulator, couple.applicant, "mini_subscribe")
        notice = a_notice(couple)
        there = settings.HELI
        settings.HELI = out_of_reach(there)
        work_off_now()
        assert (states_of(notice), waiting_jobs()) == ({"mini_subscribe": "waiting"}, 1)

        settings.HELI = there
        work_off_now()

        assert len(emulator.control.messages(who.openid)) == 1
        assert states_of(notice) == {"mini_subscribe": "taken"}

    def test_that_lasts_leads_to_the_telephone(self, emulator, couple):
        ready_for(emulator, couple.applicant, "mini_subscribe")
        notice = a_notice(couple)
        settings.HELI = out_of_reach(settings.HELI)

        for _ in range(ways.TRIES_MAX):
            work_off_now()

        assert outcome(notice, "mini_subscribe") == ("given_up", "taken")
        assert [message["phone"] for message in emulator.control.sms()] == [couple.applicant.phone]

    def test_of_everything_loses_nothing(self, emulator, couple):
        ready_for(emulator, couple.applicant, "mini_subscribe")
        notice = a_notice(couple)
        there = settings.HELI
        tencent = dataclasses.replace(there.tencent, endpoint=f"http://{nobody()}")
        settings.HELI = dataclasses.replace(out_of_reach(there), tencent=tencent)
        for _ in range(ways.TRIES_MAX + 1):
            work_off_now()
        assert outcome(notice, "mini_subscribe") == ("given_up", "waiting")

        settings.HELI = there
        work_off_now()

        assert states_of(notice)["sms"] == "taken"
        assert waiting_jobs() == 0


class TestSilence:
    """The worker has a few hands only; they do not all wait for somebody who does not answer."""

    @pytest.mark.parametrize("fault", [{"cut": True}, {"status": 503}], ids=["cut", "server-error"])
    def test_a_way_that_did_not_answer_is_left_alone_for_a_moment(self, emulator, fault):
        path = PATHS["mini_subscribe"]
        emulator.control.script_fault(path, times=1, **fault)
        notices = []
        for couple in (a_couple(), a_couple(), a_couple()):
            ready_for(emulator, couple.applicant, "mini_subscribe")
            hold(couple, a_slot())
        events.deliver()
        for notice in Notice.objects.order_by("id"):
            sending.send(notice.id)
            notices.append(states_of(notice)["mini_subscribe"])

        assert notices == ["not_known", "waiting", "waiting"]
        assert len(emulator.control.calls(path)) == 1

    def test_a_refusal_is_an_answer(self, emulator):
        emulator.control.script_fault(PATHS["mini_subscribe"], times=1, errcode=45009)
        for couple in (a_couple(), a_couple()):
            ready_for(emulator, couple.applicant, "mini_subscribe")
            hold(couple, a_slot())
        events.deliver()

        for notice in Notice.objects.order_by("id"):
            sending.send(notice.id)

        states = [states_of(notice)["mini_subscribe"] for notice in Notice.objects.order_by("id")]
        assert states == ["waiting", "taken"]

    def test_what_falls_due_is_done_before_a_backlog_of_notices(self, couple):
        a_notice(couple)
        jobs.wake_soon()

        priorities = dict(ProcrastinateJob.objects.values_list("task_name", "priority"))

        assert priorities["heli.wake"] > priorities["heli.send_notice"]


KILLED_WHILE_SENDING = """
import os, sys
import django
django.setup()
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
connection.settings_dict["NAME"] = sys.argv[2]
from heli.notices import senders, sending
from heli.notices.senders import MemorySender, Ready
class Deadly(MemorySender):
    def prepare(self, message):
        return Ready(lambda: os.kill(os.getpid(), 9))
for way in ("mini_subscribe", "sms"):
    senders.register(Deadly(way=way))
sending.send(int(sys.argv[1]))
"""


class TestKillNine:
    """A process that really dies between noting that it will send and noting that it has."""

    def test_what_it_had_in_hand_is_found_again_and_goes_the_next_way(self, emulator, couple):
        who = ready_for(emulator, couple.applicant, "mini_subscribe")
        notice = a_notice(couple)

        assert _run_until_killed(notice) == -signal.SIGKILL
        assert states_of(notice) == {"mini_subscribe": "trying"}
        some_time_later(notice)
        work_off_now()

        assert outcome(notice, "mini_subscribe") == ("not_known", "taken")
        assert emulator.control.messages(who.openid) == []
        assert len(emulator.control.sms()) == 1
        assert waiting_jobs() == 0


def _run_until_killed(notice: Notice) -> int:
    """Send in a process of its own that kills itself in the middle; how that ended."""
    database = connection.settings_dict
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "heli.settings",
        "HELI_ENV": "test",
        "HELI_KEYS": str(settings.HELI.keys),
    }
    ran = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_SENDING, str(notice.id), str(database["NAME"])],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran.returncode


def out_of_reach(before):  # type: ignore[no-untyped-def]
    """The settings with WeChat where nobody is."""
    wechat = dataclasses.replace(before.wechat, api=f"http://{nobody()}/api")
    return dataclasses.replace(before, wechat=wechat)
