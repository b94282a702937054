"""Short messages: to whom, what is in them, and what each code of Tencent Cloud leads to."""

from __future__ import annotations

import dataclasses
import inspect
import logging
import re
import socket

import pytest
from django.conf import settings
from tencentcloud.sms.v20210111 import errorcodes

from heli.bookings.models import Party
from heli.bookings.services import give_consent
from heli.ground import events
from heli.notices import senders, sending
from heli.notices.models import Notice
from heli.notices.sms import MemoryShortMessages, SmsSender, answer_of_code
from heli.notices.sms_tencent import TencentShortMessages
from heli.notices.ways import Answer, Said
from heli.vault.sealing import Spot, seal
from tests.bookings.factories import HOUR, NOW, a_couple, a_slot, hold, hold_and_agree
from tests.cases.factories import a_case, an_open_office
from tests.notices.factories import states_of

pytestmark = pytest.mark.usefixtures("database")

GAPS = ("预约待确认", "12月1日", "10:00")


@pytest.fixture
def service():
    """Short messages that go nowhere."""
    service, before = MemoryShortMessages(), senders.sender_of("sms")
    senders.register(SmsSender(service))
    yield service
    assert before is not None
    senders.register(before)


def send_all() -> None:
    events.deliver()
    for notice in Notice.objects.order_by("id"):
        sending.send(notice.id)


class TestToWhom:
    def test_to_the_telephone_that_the_applicant_gave(self, service):
        couple = a_couple()
        hold(couple, a_slot())

        send_all()

        notice = Notice.objects.get()
        assert service.sent == [(couple.applicant.phone, GAPS, notice.id)]

    def test_to_the_partner_only_after_their_word_and_at_the_number_they_gave(self, service):
        couple = a_couple()
        booking = hold(couple, a_slot())
        send_all()
        before = [telephone for telephone, _gaps, _number in service.sent]

        give_consent(booking.code, by=couple.partner, at=NOW + HOUR, phone="+8613900001111")
        send_all()

        assert before == [couple.applicant.phone]
        assert sorted(telephone for telephone, _gaps, _number in service.sent[1:]) == sorted(
            [couple.applicant.phone, "+8613900001111"]
        )

    def test_a_telephone_that_somebody_else_typed_is_never_used(self, service):
        couple = a_couple()
        booking = hold(couple, a_slot())
        events.deliver()
        Notice.objects.update(person=couple.partner.person)

        send_all()

        assert service.sent == []
        assert Notice.objects.get().sendings.get(way="sms").reason == "no telephone"
        assert booking.code == Notice.objects.get().booking_code

    def test_of_a_case_to_the_telephones_given_with_the_application(self, service):
        couple = a_couple()
        a_case(couple=couple, office=an_open_office())

        send_all()

        reached = {telephone for telephone, _gaps, _number in service.sent}
        assert reached <= {couple.applicant.phone, couple.partner.phone}
        states = [states_of(notice)["sms"] for notice in Notice.objects.all()]
        assert len(reached) == states.count("taken")

    def test_a_telephone_abroad_gets_none(self, service):
        couple = a_couple()
        booking = hold(couple, a_slot())
        give_consent(booking.code, by=couple.partner, at=NOW + HOUR, phone="+85291234567")

        send_all()

        (row,) = Notice.objects.get(person=couple.partner.person).sendings.filter(way="sms")
        assert (row.state, row.reason) == ("passed_over", "telephone abroad")

    def test_a_telephone_that_cannot_be_unsealed_gets_none(self, service):
        hold(a_couple(), a_slot())
        Party.objects.update(details_sealed=seal("{}", spot=Spot("elsewhere", "details", "1")))

        send_all()

        assert Notice.objects.get().sendings.get(way="sms").reason == "no telephone"


class TestWithTheEmulator:
    def test_it_arrives_signed_with_the_approved_sentence(self, emulator):
        couple = a_couple()
        hold(couple, a_slot())

        send_all()

        (message,) = emulator.control.sms()
        notice = Notice.objects.get()
        assert message["phone"] == couple.applicant.phone
        assert message["params"] == list(GAPS)
        assert message["template"] == settings.HELI.tencent.sms_template
        assert message["session"] == str(notice.id)
        assert notice.sendings.get(way="sms").vendor_id == message["serial"]
        assert "离婚" not in message["text"]

    @pytest.mark.parametrize(
        ("code", "said"),
        [
            ("LimitExceeded.PhoneNumberThirtySecondLimit", Said.LATER),
            ("LimitExceeded.PhoneNumberDailyLimit", Said.NOT_THIS_WAY),
            ("FailedOperation.InsufficientBalanceInSmsPackage", Said.LATER),
            ("FailedOperation.PhoneNumberInBlacklist", Said.NOT_THIS_WAY),
            ("InternalError.Timeout", Said.NOT_KNOWN),
        ],
    )
    def test_a_code_for_one_message(self, emulator, code, said):
        emulator.control.script_sms(code)

        assert one_message().said is said
        assert emulator.control.sms() == []

    @pytest.mark.parametrize(
        ("code", "said"),
        [
            ("RequestLimitExceeded", Said.LATER),
            ("AuthFailure.SignatureFailure", Said.LATER),
            ("UnauthorizedOperation.ServiceSuspendDueToArrears", Said.LATER),
            ("InternalError.UnknownError", Said.NOT_KNOWN),
            ("InvalidParameterValue.IncorrectPhoneNumber", Said.NOT_THIS_WAY),
        ],
    )
    def test_a_refusal_of_the_whole_call(self, emulator, code, said):
        emulator.control.script_fault("SendSms", errcode=code)

        assert one_message() == Answer(said, code)

    def test_a_broken_server_leaves_it_unknown(self, emulator):
        emulator.control.script_fault("SendSms", status=503)

        assert one_message() == Answer(Said.NOT_KNOWN, "ServerNetworkError")

    def test_broken_json_leaves_it_unknown(self, emulator):
        emulator.control.script_fault("SendSms", body="<html>")

        assert one_message().said is Said.NOT_KNOWN

    def test_a_connection_that_breaks_leaves_it_unknown(self, emulator):
        emulator.control.script_fault("SendSms", cut=True)

        assert one_message() == Answer(Said.NOT_KNOWN, "ClientNetworkError", is_silence=True)

    def test_where_nobody_answers_the_door_it_is_surely_not_sent(self, emulator):
        tencent = dataclasses.replace(settings.HELI.tencent, endpoint=f"http://{nobody()}")

        answer = TencentShortMessages(tencent).send("+8613800001880", GAPS, 1)

        assert answer == Answer(Said.LATER, "no connection", is_silence=True)

    def test_a_wrong_key_is_for_the_operator_to_mend(self, emulator):
        tencent = dataclasses.replace(settings.HELI.tencent, secret_key="wrong")

        answer = TencentShortMessages(tencent).send("+8613800001880", GAPS, 1)

        assert answer == Answer(Said.LATER, "AuthFailure.SignatureFailure")

    def test_no_telephone_and_no_text_is_in_the_log(self, emulator, caplog):
        with caplog.at_level(logging.DEBUG):
            emulator.control.script_sms("FailedOperation.PhoneNumberInBlacklist")
            one_message()
            emulator.control.script_fault("SendSms", status=500, body="+8613800001880")
            one_message()

        assert "13800001880" not in caplog.text
        assert GAPS[0] not in caplog.text


class TestCodes:
    def test_every_code_that_the_sdk_lists_leads_somewhere(self):
        codes = [
            value
            for name, value in inspect.getmembers(errorcodes)
            if re.fullmatch(r"[A-Z_]+", name) and isinstance(value, str)
        ]
        unknown = {code for code in codes if answer_of_code(code).said is Said.NOT_KNOWN}

        assert len(codes) > 80
        assert unknown == {
            "InternalError.JsonParseFail",
            "InternalError.OtherError",
            "InternalError.ParseBackendResponseFail",
            "InternalError.RestApiInterfaceNotExist",
            "InternalError.SendAndRecvFail",
            "InternalError.Timeout",
            "InternalError.UnknownError",
        }

    def test_a_code_that_nobody_knows_leaves_it_unknown(self):
        assert answer_of_code("SomethingNew.Of2030").said is Said.NOT_KNOWN


class TestSetUp:
    def test_in_plain_tests_there_is_none(self):
        assert "sms" not in senders.ways()

    def test_the_emulators_own_key_is_shown_to_no_real_service(self, emulator):
        tencent = dataclasses.replace(settings.HELI.tencent, endpoint=None)
        settings.HELI = dataclasses.replace(settings.HELI, tencent=tencent)

        assert "sms" not in senders.ways()


class TestTheChainEndsHere:
    def test_a_spent_balance_is_waited_for(self, service):
        service.says = [Answer(Said.LATER, "FailedOperation.InsufficientBalanceInSmsPackage")]
        hold(a_couple(), a_slot())
        events.deliver()
        notice = Notice.objects.get()

        assert sending.send(notice.id) is not None
        assert sending.send(notice.id) is None

        assert len(service.sent) == 1

    def test_both_are_told_of_a_confirmed_booking(self, service):
        couple = a_couple()
        hold_and_agree(couple, a_slot())

        send_all()

        confirmed = [telephone for telephone, gaps, _number in service.sent if "生效" in gaps[0]]
        assert sorted(confirmed) == sorted([couple.applicant.phone, couple.partner.phone])


def one_message() -> Answer:
    return TencentShortMessages(settings.HELI.tencent).send("+8613800001880", GAPS, 1)


def nobody() -> str:
    """An address of this machine where nobody listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{listening.getsockname()[1]}"
