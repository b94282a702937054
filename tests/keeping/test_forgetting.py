"""What is held of people goes when its period is over, and the figures stay."""

from __future__ import annotations

import uuid
from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from heli.bookings.holdings import forget_visits
from heli.bookings.models import Booking, Party
from heli.bookings.queries import bookings_of
from heli.bookings.services import cancel_booking
from heli.bookings.states import Role
from heli.cases.models import Case, CaseEvent, CaseParty
from heli.cases.queries import cases_of
from heli.cases.services import (
    refuse_registration,
    register_divorce,
    withdraw_application,
)
from heli.channels.models import FakeReport
from heli.channels.reporting import Seen
from heli.channels.reports import report_fake
from heli.ground import clock, due, events
from heli.ground.refusals import InvalidInput
from heli.hall.models import StaffSession
from heli.hall.roles import StaffRole
from heli.identity.models import Verification
from heli.keeping import forgetting
from heli.keeping.forgetting import FORGOTTEN_AT, next_forgetting
from heli.keeping.models import KeptTo
from heli.keeping.periods import kinds
from heli.notices.models import Notice
from heli.places.models import Office
from heli.slots.models import SlotGeneration
from heli.wechat.accounts import WeChatSession, bind_account, see_account
from heli.wechat.kinds import AppKind
from heli.wechat.models import Account
from tests.bookings.factories import (
    DAY,
    NOW,
    SECOND,
    a_couple,
    a_slot,
    hold,
    hold_and_agree,
)
from tests.cases.factories import RECEIVED_AT, SAFE_FROM, a_case, at_nine
from tests.hall.factories import an_account

pytestmark = pytest.mark.usefixtures("database")

VISIT = clock.day_of(NOW + 7 * DAY)
NUMBER = "L440106-2026-000001"
IN_THE_WINDOW = at_nine(SAFE_FROM)
OVER = clock.moment_of(VISIT + DAY) + kinds()["booking"].period  # of a visit a week from NOW


def keep_periods(at: datetime) -> None:
    generate()
    forgetting.keep_periods(at)


def generate() -> None:
    """As for every office that takes bookings, it is known up to which day slots were made."""
    for office in Office.objects.all():
        SlotGeneration.objects.get_or_create(
            office=office, defaults={"generated_on": VISIT, "rules_digest": b""}
        )


def parties_of(code: str) -> list[Party]:
    return list(Party.objects.filter(booking__code=code).order_by("role"))


def is_forgotten(party: Party) -> bool:
    return not (party.named or party.details_sealed or party.person)


class TestBookings:
    def test_a_visit_is_forgotten_half_a_year_later_and_not_a_second_before(self):
        couple = a_couple()
        held = hold_and_agree(couple, a_slot())

        keep_periods(OVER - SECOND)
        assert not any(is_forgotten(party) for party in parties_of(held.code))

        keep_periods(OVER)
        assert all(is_forgotten(party) for party in parties_of(held.code))
        assert not Booking.objects.get(code=held.code).asker
        assert bookings_of(by=couple.applicant, at=OVER) == []

    def test_the_row_stays_so_that_an_office_can_still_count(self):
        held = hold_and_agree(a_couple(), a_slot())
        before = Booking.objects.values("state", "service", "office", "slot").get(code=held.code)

        keep_periods(OVER)

        kept = Booking.objects.values("state", "service", "office", "slot").get(code=held.code)
        assert kept == before
        assert all(party.consented_at for party in parties_of(held.code))

    def test_a_booking_that_was_left_over_by_a_crash_is_found_the_next_time(self, monkeypatch):
        monkeypatch.setattr("heli.bookings.holdings.ROWS_PER_BATCH", 2)
        monkeypatch.setattr("heli.keeping.by_the_day.ROWS_PER_BATCH", 2)
        slot = a_slot()
        codes = [hold_and_agree(a_couple(), slot).code for _couple in range(2)]
        generate()

        forget_visits(OVER - kinds()["booking"].period)
        assert sum(is_forgotten(party) for party in Party.objects.all()) == 2

        forget_visits(OVER - kinds()["booking"].period)
        assert all(is_forgotten(party) for code in codes for party in parties_of(code))

    def test_a_visit_booked_late_is_forgotten_though_a_later_one_was_booked_before_it(self):
        hold_and_agree(a_couple(), a_slot(starts_at=NOW + 90 * DAY))
        keep_periods(NOW)
        sooner = hold_and_agree(a_couple(), a_slot(starts_at=NOW + 7 * DAY))

        keep_periods(OVER)

        assert all(is_forgotten(party) for party in parties_of(sooner.code))

    def test_two_bookings_of_one_person_are_forgotten_together(self):
        couple, slot = a_couple(), a_slot()
        for _time in range(2):
            cancel_booking(hold(couple, slot).code, by=couple.applicant, at=NOW + SECOND)

        keep_periods(OVER)

        assert all(is_forgotten(party) for party in Party.objects.all())

    @pytest.mark.parametrize(
        "change",
        [
            "named = 'somebody else', person = 'somebody else'",
            "named = 'somebody else', person = 'somebody else', is_active = false",
            "named = '', person = ''",
            "named = '', person = '', is_active = false",
            "named = '', person = '', details_sealed = ''",
            "named = '', person = NULL, details_sealed = '', is_active = false",
        ],
    )
    def test_nobody_is_exchanged_or_half_emptied_under_the_name_of_forgetting(self, change):
        held = hold_and_agree(a_couple(), a_slot())

        with pytest.raises(IntegrityError), connection.cursor() as cursor:
            cursor.execute(f"UPDATE bookings_party SET {change} WHERE role = 'applicant'")

        assert not any(is_forgotten(party) for party in parties_of(held.code))


class TestCases:
    def test_a_case_is_forgotten_half_a_year_after_its_end(self):
        couple = a_couple()
        case = a_case(couple=couple)
        ended_at = RECEIVED_AT + DAY
        withdraw_application(str(case.id), party=Role.APPLICANT, at=ended_at)
        over = ended_at + kinds()["case"].period

        keep_periods(over)
        assert cases_of(by=couple.partner, at=over)

        keep_periods(over + SECOND)
        assert cases_of(by=couple.partner, at=over) == []
        assert not any(party.name_sealed or party.person for party in CaseParty.objects.all())
        assert Case.objects.get(id=case.id).state == "withdrawn"

    def test_an_open_case_is_kept_however_long_it_stands(self):
        a_case()

        keep_periods(RECEIVED_AT + 1000 * DAY)

        assert all(party.name_sealed for party in CaseParty.objects.all())

    def test_what_the_registrar_wrote_is_forgotten_with_the_people(self):
        case = a_case()
        refuse_registration(str(case.id), reason="赵示例没有带证件", at=IN_THE_WINDOW)

        keep_periods(IN_THE_WINDOW + kinds()["case"].period)
        assert Case.objects.get().refusal_reason

        keep_periods(IN_THE_WINDOW + kinds()["case"].period + SECOND)
        assert Case.objects.get().refusal_reason is None
        assert Case.objects.get().state == "refused"

    def test_a_certificates_number_is_forgotten_and_still_not_given_twice(self):
        case = a_registered_case()

        keep_periods(IN_THE_WINDOW + kinds()["case"].period + SECOND)

        forgotten = Case.objects.get(id=case.id)
        assert (forgotten.certificate_number, forgotten.state) == (None, "registered")
        assert NUMBER not in str(list(CaseEvent.objects.values_list("details", flat=True)))
        with pytest.raises(InvalidInput):
            a_registered_case()

    def test_after_two_years_nothing_of_the_number_is_left(self):
        a_registered_case()

        keep_periods(IN_THE_WINDOW + kinds()["certificate"].period + SECOND)

        assert Case.objects.get().certificate_mark is None

    def test_a_case_of_an_earlier_version_gets_its_mark_before_it_loses_its_number(self):
        case = a_registered_case()
        with transaction.atomic(), connection.cursor() as cursor:  # as that version wrote it
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE cases_case SET certificate_mark = NULL")
            cursor.execute(
                "UPDATE cases_caseevent SET details = details || %s WHERE kind = %s",
                [f'{{"certificate_number": "{NUMBER}"}}', "DivorceRegistered"],
            )

        keep_periods(IN_THE_WINDOW + kinds()["case"].period + SECOND)

        assert Case.objects.get(id=case.id).certificate_number is None
        assert NUMBER not in str(list(CaseEvent.objects.values_list("details", flat=True)))
        with pytest.raises(InvalidInput):
            a_registered_case()

    @pytest.mark.parametrize(
        "change",
        [
            "certificate_number = 'L440106-2026-999999'",
            "certificate_number = NULL",
            "certificate_mark = NULL",
            "certificate_mark = 'x'",
            "refusal_reason = 'written afterwards'",
        ],
    )
    def test_what_was_decided_is_neither_exchanged_nor_emptied_before_its_people(self, change):
        a_registered_case()

        with pytest.raises(IntegrityError), connection.cursor() as cursor:
            cursor.execute(f"UPDATE cases_case SET {change}")

    def test_a_number_that_was_forgotten_does_not_come_back(self):
        a_registered_case()
        keep_periods(IN_THE_WINDOW + kinds()["case"].period + SECOND)

        for change in (f"certificate_number = '{NUMBER}'", "certificate_mark = 'x'"):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE cases_case SET {change}")

    def test_a_history_loses_the_number_and_nothing_else(self):
        a_registered_case()

        with pytest.raises(IntegrityError), connection.cursor() as cursor:
            cursor.execute("UPDATE cases_caseevent SET details = details - 'reading'")


class TestTheRest:
    def test_messages_go_half_a_year_after_they_were_written(self):
        hold_and_agree(a_couple(), a_slot())
        events.deliver()
        last = max(Notice.objects.values_list("created_at", flat=True))

        keep_periods(last + kinds()["notice"].period)
        assert Notice.objects.filter(created_at=last).exists()

        keep_periods(last + kinds()["notice"].period + SECOND)
        assert not Notice.objects.exists()

    def test_what_goes_by_real_time_does_not_care_how_far_the_demo_has_jumped(self):
        a_verification(clock.real_now() - kinds()["verification"].period + DAY)

        keep_periods(clock.now() + 10_000 * DAY)

        assert Verification.objects.count() == 1

    def test_real_name_checks_sessions_and_reports_go_by_the_real_clock(self):
        long_ago = clock.real_now() - kinds()["verification"].period - DAY
        a_verification(long_ago)
        StaffSession.objects.create(
            token_hash=b"1",
            staff=an_account(StaffRole.OPERATOR),
            address="192.0.2.1",
            created_at=long_ago,
            expires_at=long_ago,
        )
        report = report_fake(text="假的", remark="", region=None, seen=Seen.OTHER, address="::1")
        FakeReport.objects.update(at=long_ago)

        keep_periods(clock.now())

        assert not Verification.objects.exists()
        assert not StaffSession.objects.exists()
        told = FakeReport.objects.get(id=report)
        assert (told.decision, told.told_sealed, bytes(told.by)) == ("dismissed", None, b"")

    def test_a_wechat_account_is_asked_again_after_a_year_and_then_forgotten(self):
        account = see_account(AppKind.MINI, "openid-of-somebody")
        bind_account(WeChatSession(account.id, AppKind.MINI), by=a_couple().applicant)
        long_ago = clock.real_now() - kinds()["wechat_binding"].period - DAY
        Account.objects.update(bound_at=long_ago, seen_at=long_ago)

        keep_periods(clock.now())
        assert Account.objects.get().person is None

        Account.objects.update(seen_at=long_ago)
        keep_periods(clock.now())
        assert not Account.objects.exists()


class TestWhenItIsDue:
    def test_it_is_due_once_a_day_at_four_in_the_night(self):
        today = clock.today()
        assert next_forgetting() == clock.moment_of(today, FORGOTTEN_AT)

        keep_periods(clock.now())

        assert next_forgetting() == clock.moment_of(today + DAY, FORGOTTEN_AT)
        assert KeptTo.objects.get().on == today

    def test_a_jump_of_the_clock_forgets_on_its_way(self):
        held = hold_and_agree(a_couple(), a_slot(starts_at=clock.now() + DAY), at=clock.now())
        period = kinds()["booking"].period

        keep_periods(clock.now() + 3 * DAY + period)

        assert all(is_forgotten(party) for party in parties_of(held.code))
        assert "keep periods" in {work.name for work in due.registered()}

    def test_more_than_fits_into_one_round_is_gone_on_with_at_once(self, monkeypatch):
        monkeypatch.setattr("heli.keeping.forgetting.BATCHES_PER_DEED", 1)
        monkeypatch.setattr("heli.keeping.batches.ROWS_PER_BATCH", 1)
        monkeypatch.setattr("heli.keeping.forgetting.ROWS_PER_BATCH", 1)
        long_ago = clock.real_now() - kinds()["verification"].period - DAY
        for _one in range(2):
            a_verification(long_ago)

        keep_periods(clock.now())
        assert Verification.objects.count() == 1
        assert next_forgetting() == clock.moment_of(clock.today(), FORGOTTEN_AT)

        keep_periods(clock.now())
        keep_periods(clock.now())
        assert Verification.objects.count() == 0
        assert next_forgetting() > clock.now()


def a_registered_case() -> Case:
    return register_divorce(str(a_case().id), certificate_number=NUMBER, at=IN_THE_WINDOW)


def a_verification(requested_at: datetime) -> Verification:
    return Verification.objects.create(
        id=uuid.uuid4(),
        method="simulated",
        state="passed",
        person=a_couple().applicant.person,
        requested_at=requested_at,
        answered_at=requested_at,
    )
