"""A person takes out what is held of them, and has it erased."""

from __future__ import annotations

import json
import uuid

import pytest
from django.utils import translation

from heli.bookings.models import Booking, Party
from heli.bookings.queries import UNKNOWN_NAME_MASKED, booking_view
from heli.bookings.services import cancel_booking, refuse_consent
from heli.bookings.states import Role
from heli.cases.models import Case
from heli.cases.services import register_divorce, withdraw_application
from heli.ground import clock, events
from heli.ground.refusals import NotFound
from heli.identity.models import Verification
from heli.identity.services import verify_person
from heli.identity.verified import VerifiedIdentity
from heli.keeping.consents import Purpose, note_word, texts
from heli.keeping.copies import file_of
from heli.keeping.errors import CannotErase
from heli.keeping.forgetting import keep_periods
from heli.keeping.models import DataConsent
from heli.keeping.services import erase, take_out
from heli.notices.models import Notice
from heli.wechat.accounts import WeChatSession, accounts_of, bind_account, see_account
from heli.wechat.kinds import AppKind
from tests.bookings.factories import DAY, NOW, SECOND, Couple, a_couple, a_slot, hold
from tests.bookings.factories import hold_and_agree as agreed
from tests.cases.factories import RECEIVED_AT, SAFE_FROM, a_case, at_nine

pytestmark = pytest.mark.usefixtures("database")


def held_of(person: VerifiedIdentity, kind: str) -> list[dict]:
    copy = json.loads(file_of(take_out(by=person)))
    return next(part["rows"] for part in copy["parts"] if part["kind"] == kind)


def a_cancelled_booking(couple: Couple) -> str:
    code = agreed(couple, a_slot()).code
    cancel_booking(code, by=couple.applicant, at=NOW + SECOND)
    events.deliver()
    return code


class TestTakeOut:
    def test_it_holds_what_one_gave_and_nothing_of_the_other(self):
        couple = a_couple()
        code = agreed(couple, a_slot()).code

        text = file_of(take_out(by=couple.partner)).decode()

        assert held_of(couple.partner, "booking")[0]["code"] == code
        assert couple.other.name in text
        assert couple.other.id_number in text
        for secret in (couple.one.name, couple.one.id_number, couple.applicant.phone):
            assert secret not in text

    def test_what_was_typed_of_somebody_is_shown_to_nobody(self):
        couple = a_couple()
        hold(couple, a_slot())

        (booking,) = held_of(couple.partner, "booking")

        assert "name" not in booking
        assert "phone" not in booking

    def test_it_holds_messages_checks_consents_and_wechat(self):
        couple = a_couple()
        one = couple.one
        me = verify_person(
            name=one.name, id_number=one.id_number, phone=one.phone, method="simulated"
        )
        assert isinstance(me, VerifiedIdentity)
        note_word([Purpose.BOOKING, Purpose.SENSITIVE], by=me)
        bind_account(WeChatSession(see_account(AppKind.MINI, "an-openid").id, AppKind.MINI), by=me)
        a_cancelled_booking(couple)

        assert held_of(me, "verification")[0]["method"] == "simulated"
        assert {row["purpose"] for row in held_of(me, "consent")} == {"booking", "sensitive"}
        assert held_of(me, "wechat_binding")[0]["openid"] == "an-openid"
        assert held_of(me, "notice")

    def test_of_a_case_it_tells_neither_who_withdrew_nor_when(self):
        couple = a_couple()
        case = a_case(couple=couple)
        withdraw_application(str(case.id), party=Role.APPLICANT, at=RECEIVED_AT + DAY)

        (told,) = held_of(couple.partner, "case")

        assert told["id_number"] == couple.other.id_number
        assert set(told) == {
            *("case", "office", "receipt_on", "state", "certificate_number", "role"),
            *("name", "id_number", "phone"),
        }

    def test_a_stranger_finds_nothing(self):
        a_cancelled_booking(a_couple())
        a_case()

        assert not any(part.rows for part in take_out(by=a_couple().applicant).parts)


class TestErase:
    def test_what_is_over_is_emptied_of_the_person_and_of_nobody_else(self):
        couple = a_couple()
        code = a_cancelled_booking(couple)

        erase(by=couple.applicant)

        with pytest.raises(NotFound):
            booking_view(code, by=couple.applicant, at=NOW + DAY)
        theirs = booking_view(code, by=couple.partner, at=NOW + DAY)
        assert theirs.parties[0].name_masked == UNKNOWN_NAME_MASKED
        assert theirs.parties[1].name_masked.startswith(couple.other.name[0])
        assert not Notice.objects.filter(person=couple.applicant.person).exists()
        assert Notice.objects.filter(person=couple.partner.person).exists()

    def test_nothing_that_leads_to_the_person_is_left_but_that_they_consented(self):
        couple = a_couple()
        a_cancelled_booking(couple)
        case = a_case(couple=couple)
        withdraw_application(str(case.id), party=Role.APPLICANT, at=RECEIVED_AT + DAY)
        note_word([Purpose.SENSITIVE], by=couple.applicant)

        erase(by=couple.applicant)

        left = {part.kind.name for part in take_out(by=couple.applicant).parts if part.rows}
        assert left == {"consent"}
        assert DataConsent.objects.get().withdrawn_at is not None

    def test_what_was_decided_goes_with_the_second_of_the_two(self):
        couple = a_couple()
        case = a_case(couple=couple)
        at = at_nine(SAFE_FROM)
        register_divorce(str(case.id), certificate_number="L440106-2026-000001", at=at)

        erase(by=couple.applicant)
        assert held_of(couple.partner, "case")[0]["certificate_number"]

        erase(by=couple.partner)
        assert Case.objects.get().certificate_number is None

    def test_what_somebody_typed_of_one_is_erased_once_the_booking_has_ended(self):
        couple = a_couple()
        refuse_consent(hold(couple, a_slot()).code, by=couple.partner, at=NOW + SECOND)

        erase(by=couple.partner)

        asked = Party.objects.get(role=Role.PARTNER)
        assert not any((asked.details_sealed, asked.named))
        assert Booking.objects.get().asker

    def test_being_asked_stands_in_nobodys_way_and_the_question_stays(self):
        couple = a_couple()
        hold(couple, a_slot())

        erase(by=couple.partner)

        assert Party.objects.get(role=Role.PARTNER).details_sealed

    @pytest.mark.parametrize("begin", [hold, agreed])
    def test_a_coming_booking_is_in_the_way_and_nothing_is_erased(self, begin):
        couple = a_couple()
        a_cancelled_booking(couple)
        begin(couple, a_slot())

        with pytest.raises(CannotErase) as refused:
            erase(by=couple.applicant)

        assert "预约" in refused.value.sentence()
        assert len(held_of(couple.applicant, "booking")) == 2
        assert held_of(couple.applicant, "notice")

    def test_an_open_case_is_in_the_way_for_both(self):
        couple = a_couple()
        a_case(couple=couple)

        for person in (couple.applicant, couple.partner):
            with pytest.raises(CannotErase):
                erase(by=person)

    def test_a_suspension_is_not_lifted_by_erasing(self):
        couple = a_couple()
        refuse_consent(hold(couple, a_slot()).code, by=couple.partner, at=NOW + SECOND)

        erase(by=couple.applicant)

        assert len(held_of(couple.applicant, "lapse")) == 1

    def test_wechat_no_longer_knows_them_and_twice_is_as_good_as_once(self):
        me = a_couple().applicant
        account = see_account(AppKind.MINI, "an-openid")
        bind_account(WeChatSession(account.id, AppKind.MINI), by=me)

        assert erase(by=me) == 1
        assert erase(by=me) == 0
        assert accounts_of(me.person) == []


class TestConsents:
    def test_the_word_given_before_a_check_becomes_the_persons_once_it_has_passed(self):
        me, check = a_couple().applicant, uuid.uuid4()
        note_word([Purpose.SENSITIVE], verification=check)
        assert held_of(me, "consent") == []

        a_passed_check(check, me)

        (word,) = held_of(me, "consent")
        assert (word["purpose"], word["text_version"]) == ("sensitive", "2026-11")

    def test_it_is_the_persons_for_as_long_as_consents_are_kept_though_the_check_goes(self):
        me, check = a_couple().applicant, uuid.uuid4()
        note_word([Purpose.SENSITIVE], verification=check)
        a_passed_check(check, me)

        keep_periods(NOW)
        Verification.objects.all().delete()

        assert len(held_of(me, "consent")) == 1

    def test_of_a_check_that_nobody_finished_it_goes_after_a_day(self):
        note_word([Purpose.SENSITIVE], verification=uuid.uuid4())
        keep_periods(NOW)
        assert DataConsent.objects.count() == 1

        DataConsent.objects.update(given_at=clock.real_now() - DAY - SECOND)
        keep_periods(NOW)

        assert not DataConsent.objects.exists()

    @pytest.mark.parametrize(("language", "told"), [("zh-hans", "zh"), ("en", "en")])
    def test_the_language_that_was_read_is_recorded(self, language, told):
        me = a_couple().applicant
        with translation.override(language):
            note_word([Purpose.BOOKING], by=me)

        assert held_of(me, "consent")[0]["language"] == told

    def test_each_text_says_the_same_in_both_languages(self):
        for text in texts():
            assert len(text.body_zh) == len(text.body_en)


def a_passed_check(check: uuid.UUID, person: VerifiedIdentity) -> None:
    now = clock.real_now()
    Verification.objects.create(
        id=check,
        method="faceid",
        state="passed",
        person=person.person,
        requested_at=now,
        answered_at=now,
    )
