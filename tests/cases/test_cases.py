"""The life of a case: receipt, withdrawal, registration, refusal, lapse."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from heli.bookings.books import check_books
from heli.bookings.errors import AlreadyBooked, WrongState
from heli.bookings.states import Role
from heli.cases import deadlines, queries, services
from heli.cases.errors import CaseEnded, OutsideWindow, WithdrawTooLate
from heli.cases.models import Case, CaseEvent
from heli.ground import clock
from heli.ground.models import OutboxEvent
from heli.ground.refusals import InvalidInput, NotFound
from heli.law.case_steps import CASE_TRANSITIONS, CaseState
from heli.law.periods import Reading
from tests.bookings.factories import SECOND, a_couple
from tests.cases.factories import (
    RECEIVED_AT,
    SAFE_FROM,
    SAFE_UNTIL,
    a_case,
    an_open_office,
    at_nine,
    certificate_slots,
    weekdays,
)

pytestmark = pytest.mark.usefixtures("database")

NUMBER = "L440106-2026-000001"


def state_of(case: Case) -> CaseState:
    return CaseState(Case.objects.get(id=case.id).state)


class TestGiveReceipt:
    def test_the_receipt_is_of_today_and_the_cooling_off_begins(self):
        case = a_case()

        assert case.receipt_on == clock.day_of(RECEIVED_AT)
        assert state_of(case) is CaseState.COOLING_OFF
        assert case.window_opens_at == clock.moment_of(date(2026, 8, 11))
        assert case.window_closes_at == clock.moment_of(date(2026, 9, 9), time(17))

    def test_a_place_for_the_second_visit_is_kept_inside_the_safe_window(self):
        case = a_case()

        booking = queries.certificate_booking_of(case)

        assert booking is not None
        assert booking.state == "confirmed"
        assert SAFE_FROM <= clock.day_of(booking.slot.starts_at) <= SAFE_UNTIL
        assert booking.parties.filter(consented_at__isnull=False).count() == 2
        assert check_books() == []

    def test_the_least_loaded_open_day_is_taken(self):
        office = an_open_office()
        first, second, _third = certificate_slots(
            office, date(2026, 8, 12), date(2026, 8, 13), date(2026, 8, 14)
        )
        for _ in range(2):
            a_case(office=office)
        taken = {slot.id for slot in (first, second)}

        days = {
            place.booking.slot_id
            for case in Case.objects.all()
            for place in case.certificate_places.all()
        }

        assert days == taken

    def test_where_all_are_full_one_is_added_and_the_manager_is_told(self):
        office = an_open_office()
        (slot,) = certificate_slots(office, date(2026, 8, 12), places=1)
        a_case(office=office)

        case = a_case(office=office)

        assert case.certificate_places.get().is_added
        slot.refresh_from_db()
        assert (slot.taken, slot.places) == (2, 2)
        assert "PlaceAdded" in list(OutboxEvent.objects.values_list("kind", flat=True))
        assert check_books() == []

    def test_an_office_that_never_opens_in_the_window_is_reported(self):
        case = a_case(office=an_open_office())

        assert queries.certificate_booking_of(case) is None
        assert CaseEvent.objects.filter(case=case, kind="PlaceNotFound").exists()

    def test_nobody_has_two_open_cases(self):
        couple = a_couple()
        a_case(couple=couple)

        with pytest.raises(AlreadyBooked):
            a_case(couple=couple)

        assert Case.objects.count() == 1

    def test_one_whose_time_is_over_stands_in_nobodys_way_though_its_jobs_have_not_run(self):
        """The desk may ask before the job worker does, in the morning after."""
        couple = a_couple()
        before = a_case(couple=couple)

        a_case(couple=couple, received_at=at_nine(date(2026, 9, 10)))

        assert state_of(before) is CaseState.DEEMED_WITHDRAWN
        told = CaseEvent.objects.filter(case=before).order_by("id").values_list("kind", flat=True)
        assert list(told)[-2:] == ["WindowOpened", "CaseLapsed"]
        assert check_books() == []

    def test_but_it_does_until_the_office_closes_on_its_last_day(self):
        couple = a_couple()
        closes_at = a_case(couple=couple).window_closes_at

        with pytest.raises(AlreadyBooked):
            a_case(couple=couple, received_at=closes_at - SECOND)
        a_case(couple=couple, received_at=closes_at)


class TestWithdrawApplication:
    def test_either_may_withdraw_from_the_moment_of_the_receipt(self):
        for role in Role:
            case = a_case()

            services.withdraw_application(str(case.id), party=role, at=RECEIVED_AT)

            assert state_of(case) is CaseState.WITHDRAWN
            assert queries.certificate_booking_of(case) is None
            assert check_books() == []

    def test_until_the_office_closes_on_the_last_day_all_readings_agree_on(self):
        case = a_case()  # the safe day is Saturday 8 August, the default's last Monday the 10th

        services.withdraw_application(
            str(case.id), party=Role.PARTNER, at=at_nine(date(2026, 8, 8))
        )

        assert Case.objects.get(id=case.id).ended_reading is None

    def test_between_the_readings_the_registrar_decides_and_it_is_recorded(self):
        case = a_case()
        monday = at_nine(date(2026, 8, 10))

        with pytest.raises(OutsideWindow) as refusal:
            services.withdraw_application(str(case.id), party=Role.PARTNER, at=monday)
        assert refusal.value.facts["readings"] == ["default_weekends_and_notice_days"]

        services.withdraw_application(
            str(case.id), party=Role.PARTNER, at=monday, reading=Reading.DEFAULT
        )
        assert Case.objects.get(id=case.id).ended_reading == Reading.DEFAULT

    def test_where_every_reading_refuses_it_is_too_late(self):
        case = a_case()

        closing = clock.moment_of(date(2026, 8, 10), time(17))
        with pytest.raises(WithdrawTooLate):
            services.withdraw_application(
                str(case.id), party=Role.PARTNER, at=closing, reading=Reading.DEFAULT
            )

        assert state_of(case) is CaseState.COOLING_OFF

    def test_twice_is_once(self):
        case = a_case()
        services.withdraw_application(str(case.id), party=Role.PARTNER, at=RECEIVED_AT)

        with pytest.raises(CaseEnded):
            services.withdraw_application(str(case.id), party=Role.APPLICANT, at=RECEIVED_AT)

    def test_the_spouses_do_not_see_who(self):
        couple = a_couple()
        case = a_case(couple=couple)
        services.withdraw_application(str(case.id), party=Role.PARTNER, at=RECEIVED_AT)

        views = [
            queries.case_view(str(case.id), by=by, at=RECEIVED_AT)
            for by in (couple.applicant, couple.partner)
        ]

        assert {view.state for view in views} == {CaseState.WITHDRAWN}
        payload = OutboxEvent.objects.get(kind="CaseWithdrawn").payload
        assert payload == {"case_id": str(case.id)}


class TestRegisterDivorce:
    def test_in_the_window_with_a_number_of_the_right_form(self):
        case = a_case()

        services.register_divorce(
            str(case.id), certificate_number=NUMBER, at=at_nine(date(2026, 8, 11))
        )

        assert state_of(case) is CaseState.REGISTERED

    def test_never_in_the_cooling_off(self):
        case = a_case()

        with pytest.raises(OutsideWindow):
            services.register_divorce(
                str(case.id), certificate_number=NUMBER, at=at_nine(date(2026, 8, 7))
            )

        assert state_of(case) is CaseState.COOLING_OFF

    def test_on_a_day_between_the_readings_one_has_to_be_named(self):
        case = a_case()
        monday = at_nine(date(2026, 8, 10))

        with pytest.raises(OutsideWindow):
            services.register_divorce(str(case.id), certificate_number=NUMBER, at=monday)
        services.register_divorce(
            str(case.id), certificate_number=NUMBER, at=monday, reading=Reading.NOTHING_MOVES
        )

        assert state_of(case) is CaseState.REGISTERED

    @pytest.mark.parametrize(
        "number", ["L440106-2026-1", "440106-2026-000001", "L４40106-2026-000001"]
    )
    def test_a_number_of_another_form_is_refused(self, number):
        case = a_case()

        with pytest.raises(InvalidInput):
            services.register_divorce(
                str(case.id), certificate_number=number, at=at_nine(date(2026, 8, 11))
            )

    def test_a_number_is_used_once(self):
        at = at_nine(date(2026, 8, 11))
        services.register_divorce(str(a_case().id), certificate_number=NUMBER, at=at)
        case = a_case()

        with pytest.raises(InvalidInput):
            services.register_divorce(str(case.id), certificate_number=NUMBER, at=at)

        assert state_of(case) is CaseState.COOLING_OFF


class TestTheClock:
    @pytest.mark.parametrize("late_days", [0, 7])
    def test_the_window_opens_and_closes_late_twice_or_after_a_week(self, late_days):
        case = a_case()
        late = timedelta(days=late_days)

        for _ in range(2):
            deadlines.open_windows(case.window_opens_at + late)
        assert state_of(case) is CaseState.WINDOW_OPEN

        deadlines.close_windows(case.window_closes_at - SECOND)
        assert state_of(case) is CaseState.WINDOW_OPEN
        for _ in range(2):
            deadlines.close_windows(case.window_closes_at + late)
        assert state_of(case) is CaseState.DEEMED_WITHDRAWN
        kinds = list(CaseEvent.objects.filter(case=case).values_list("kind", flat=True))
        assert kinds.count("WindowOpened") == kinds.count("CaseLapsed") == 1
        assert check_books() == []

    def test_after_months_of_downtime_both_steps_are_made(self):
        case = a_case()
        at = case.window_closes_at + timedelta(days=200)

        deadlines.open_windows(at)
        deadlines.close_windows(at)

        assert state_of(case) is CaseState.DEEMED_WITHDRAWN

    def test_a_window_that_passed_refuses_before_its_job_has_run(self):
        case = a_case()

        with pytest.raises(WrongState):
            services.register_divorce(
                str(case.id), certificate_number=NUMBER, at=case.window_closes_at
            )

    def test_who_lapsed_may_start_anew(self):
        couple = a_couple()
        case = a_case(couple=couple)
        deadlines.open_windows(case.window_closes_at)
        deadlines.close_windows(case.window_closes_at)

        office = an_open_office()
        certificate_slots(office, *weekdays(date(2026, 11, 1), date(2026, 11, 30)))
        again = a_case(couple=couple, office=office, received_at=at_nine(date(2026, 9, 21)))

        assert state_of(again) is CaseState.COOLING_OFF


class TestGuards:
    @pytest.mark.parametrize("source", list(CaseState))
    @pytest.mark.parametrize("target", list(CaseState))
    def test_the_database_knows_the_same_steps_as_the_law(self, source, target):
        if source is target:
            return
        case = a_case()
        ended = "now()" if source not in ("cooling_off", "window_open") else "NULL"
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE cases_case DISABLE TRIGGER USER")
            number = f"'{NUMBER}'" if source is CaseState.REGISTERED else "NULL"
            cursor.execute(
                f"UPDATE cases_case SET state=%s, ended_at={ended}, certificate_number={number}",
                [source],
            )
            cursor.execute("ALTER TABLE cases_case ENABLE TRIGGER USER")
            cursor.execute("ALTER TABLE cases_case DISABLE TRIGGER cases_guard_receipt")
        ended = "now()" if target not in ("cooling_off", "window_open") else "NULL"
        number = f"'{NUMBER}'" if target is CaseState.REGISTERED else "NULL"
        sql = f"UPDATE cases_case SET state=%s, ended_at={ended}, certificate_number={number}"
        allowed = any((row.source, row.target) == (source, target) for row in CASE_TRANSITIONS)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, [target])
            assert allowed
        except IntegrityError:
            assert not allowed
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE cases_case ENABLE TRIGGER cases_guard_receipt")
        assert state_of(case) is (target if allowed else source)

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE cases_case SET receipt_on = receipt_on - 1",
            "UPDATE cases_caseevent SET by = 'applicant'",
            "DELETE FROM cases_caseevent",
            "UPDATE cases_case SET state = 'registered', ended_at = now()",
            "UPDATE cases_case SET state = 'withdrawn'",
        ],
    )
    def test_what_must_never_be_is_refused(self, sql):
        a_case()

        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


class TestWhoSeesWhat:
    def test_a_stranger_finds_nothing(self):
        case = a_case()

        for case_id in (str(case.id), "no-id"):
            with pytest.raises(NotFound):
                queries.case_view(case_id, by=a_couple().applicant, at=RECEIVED_AT)
