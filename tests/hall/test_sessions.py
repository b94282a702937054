"""Sessions of staff: by real time, a token nobody can read in the database, ten wrong passwords."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from heli.ground import clock
from heli.ground.configuration import Environment
from heli.ground.refusals import IdentityRequired, InvalidInput, RateLimited, Refusal
from heli.hall import sessions
from heli.hall.attempts import begin_password
from heli.hall.models import Staff, StaffSession, WrongPassword
from heli.hall.roles import StaffRole
from heli.hall.sessions import end_session, open_session, staff_of
from heli.hall.staff import DEMO_PASSWORD, create_staff, has_account
from tests.bookings.factories import an_office
from tests.hall.factories import ADDRESS, PASSWORD, an_account, on_duty

pytestmark = pytest.mark.usefixtures("database")

ELSEWHERE = "198.51.100.7"


def fail(username: str, times: int, address: str = ELSEWHERE) -> None:
    for _ in range(times):
        with pytest.raises(IdentityRequired):
            open_session(username, "not the password", address=address)


class TestOpenSession:
    def test_the_token_says_who_is_on_duty_and_where(self):
        office = an_office()
        account = an_account(StaffRole.GUIDE, office)

        token, staff = open_session(account.username, PASSWORD, address=ADDRESS)

        assert staff_of(token) == staff
        assert (staff.role, staff.office_id, staff.office_name) == (
            StaffRole.GUIDE,
            office.id,
            office.name,
        )

    def test_capitals_and_spaces_of_the_name_make_no_difference(self):
        account = an_account(StaffRole.OPERATOR)

        _token, staff = open_session(f" {account.username.upper()} ", PASSWORD, address=ADDRESS)

        assert staff.username == account.username

    def test_neither_the_token_nor_the_password_is_stored(self):
        account = an_account(StaffRole.OPERATOR)

        token, _staff = open_session(account.username, PASSWORD, address=ADDRESS)

        session = StaffSession.objects.get()
        assert token.encode() not in bytes(session.token_hash)
        assert PASSWORD not in account.password

    @pytest.mark.parametrize("password", ["not the password", "", "é" * 50])
    def test_a_wrong_password_is_refused(self, password):
        account = an_account(StaffRole.OPERATOR)

        with pytest.raises(IdentityRequired):
            open_session(account.username, password, address=ADDRESS)

    def test_an_account_that_is_not_there_is_answered_alike(self):
        with pytest.raises(IdentityRequired) as nobody:
            open_session("nobody", PASSWORD, address=ADDRESS)
        with pytest.raises(IdentityRequired) as wrong:
            open_session(an_account(StaffRole.OPERATOR).username, "wrong", address=ADDRESS)

        assert nobody.value.sentence() == wrong.value.sentence()

    def test_who_has_left_cannot_log_in_and_is_logged_out(self):
        account = an_account(StaffRole.OPERATOR)
        token, _staff = open_session(account.username, PASSWORD, address=ADDRESS)

        Staff.objects.update(is_active=False)

        with pytest.raises(IdentityRequired):
            staff_of(token)
        with pytest.raises(IdentityRequired):
            open_session(account.username, PASSWORD, address=ADDRESS)


class TestStaffOf:
    @pytest.mark.parametrize("token", ["", "forged", "x" * 5000])
    def test_what_is_no_token_is_nobody(self, token):
        with pytest.raises(IdentityRequired):
            staff_of(token)

    def test_a_session_ends_after_twelve_hours_of_real_time(self):
        token, _staff = open_session(
            an_account(StaffRole.OPERATOR).username, PASSWORD, address=ADDRESS
        )
        StaffSession.objects.update(expires_at=clock.real_now())

        with pytest.raises(IdentityRequired):
            staff_of(token)

    def test_a_session_ends_after_an_hour_in_which_nobody_used_it(self):
        account = an_account(StaffRole.OPERATOR)
        token, _staff = open_session(account.username, PASSWORD, address=ADDRESS)

        for minutes in (59, 59):  # each time it is used again before the hour is over
            self.nobody_used_it_for(minutes)
            assert staff_of(token)
        self.nobody_used_it_for(60)

        with pytest.raises(IdentityRequired):
            staff_of(token)

    @staticmethod
    def nobody_used_it_for(minutes: int) -> None:
        StaffSession.objects.update(seen_at=clock.real_now() - timedelta(minutes=minutes))

    def test_the_demos_clock_ends_no_session(self):
        token, staff = open_session(
            an_account(StaffRole.OPERATOR).username, PASSWORD, address=ADDRESS
        )

        clock.move_to(clock.now() + timedelta(days=100))

        assert staff_of(token) == staff

    def test_who_logs_out_is_nobody_and_other_sessions_stay(self):
        account = an_account(StaffRole.OPERATOR)
        token, staff = open_session(account.username, PASSWORD, address=ADDRESS)
        other, _ = open_session(account.username, PASSWORD, address=ADDRESS)

        end_session(staff)
        end_session(staff)

        assert staff_of(other).username == account.username
        with pytest.raises(IdentityRequired):
            staff_of(token)


class TestTenWrongPasswords:
    def test_the_tenth_is_still_answered_and_then_even_the_right_one_has_to_wait(self):
        account = an_account(StaffRole.OPERATOR)
        fail(account.username, times=10)

        with pytest.raises(RateLimited) as refusal:
            open_session(account.username, PASSWORD, address=ELSEWHERE)

        assert 0 < refusal.value.retry_after_seconds <= 15 * 60 + 1

    def test_an_account_that_is_not_there_is_limited_alike(self):
        fail("nobody", times=10)

        with pytest.raises(RateLimited):
            open_session("NOBODY", PASSWORD, address=ELSEWHERE)

    def test_where_somebody_is_at_work_with_it_the_account_stays_open(self):
        account = an_account(StaffRole.OPERATOR)
        open_session(account.username, PASSWORD, address=ADDRESS)
        fail(account.username, times=10)

        _token, staff = open_session(account.username, PASSWORD, address=ADDRESS)

        assert staff.username == account.username
        with pytest.raises(RateLimited):
            open_session(account.username, PASSWORD, address=ELSEWHERE)

    def test_who_comes_back_from_lunch_is_still_at_work(self):
        account = an_account(StaffRole.OPERATOR)
        open_session(account.username, PASSWORD, address=ADDRESS)
        StaffSession.objects.update(seen_at=clock.real_now() - timedelta(hours=2))
        fail(account.username, times=10)

        open_session(account.username, PASSWORD, address=ADDRESS)

    def test_a_session_that_has_ended_opens_nothing(self):
        account = an_account(StaffRole.OPERATOR)
        _token, staff = open_session(account.username, PASSWORD, address=ADDRESS)
        end_session(staff)
        fail(account.username, times=10)

        with pytest.raises(RateLimited):
            open_session(account.username, PASSWORD, address=ADDRESS)

    def test_another_account_is_not_touched(self):
        fail("somebody", times=10)

        on_duty(StaffRole.OPERATOR)

    def test_after_fifteen_minutes_of_real_time_it_is_open_again(self):
        account = an_account(StaffRole.OPERATOR)
        fail(account.username, times=10)
        WrongPassword.objects.update(at=clock.real_now() - sessions.WRONG_PASSWORDS_WITHIN)

        open_session(account.username, PASSWORD, address=ELSEWHERE)

        assert not WrongPassword.objects.exists(), "what no longer counts is dropped"

    def test_thirty_at_once_get_ten_tries(self):
        account = an_account(StaffRole.OPERATOR)

        def attempt(_number: int) -> type[Refusal]:
            try:
                open_session(account.username, "not the password", address=ELSEWHERE)
            except Refusal as refusal:
                return type(refusal)
            finally:
                connection.close()
            raise AssertionError("a wrong password opened the account")

        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(attempt, range(30)))

        assert answers.count(IdentityRequired) == 10
        assert answers.count(RateLimited) == 20


class TestFiftyFromOneAddress:
    def test_whatever_accounts_are_tried_and_then_a_stranger_there_has_to_wait(self):
        self.fifty_from(ELSEWHERE)
        account = an_account(StaffRole.OPERATOR)

        with pytest.raises(RateLimited):
            open_session(account.username, PASSWORD, address=ELSEWHERE)

        open_session(account.username, PASSWORD, address=ADDRESS)

    def test_keep_nobody_out_who_worked_there_before(self):
        account = an_account(StaffRole.OPERATOR)
        _token, staff = open_session(account.username, PASSWORD, address=ELSEWHERE)
        end_session(staff)
        self.fifty_from(ELSEWHERE)

        open_session(account.username, PASSWORD, address=ELSEWHERE)

    @pytest.mark.parametrize("address", ["127.0.0.1", "::1", ""])
    def test_do_not_count_on_this_machine_outside_of_production(self, address):
        self.fifty_from(address)

        open_session(an_account(StaffRole.OPERATOR).username, PASSWORD, address=address)

    def test_of_one_network_count_together(self):
        self.fifty_from("2001:db8::1")

        with pytest.raises(RateLimited):
            open_session(an_account(StaffRole.OPERATOR).username, PASSWORD, address="2001:db8::2:2")

    @staticmethod
    def fifty_from(address: str) -> None:
        for number in range(50):
            begin_password(f"somebody-{number}", address)


class TestCreateStaff:
    @pytest.mark.parametrize(
        "password",
        [
            pytest.param("elevenchars", id="eleven characters"),
            pytest.param("w0rds " * 21 + "xyz", id="129 characters"),
            pytest.param("123456789qwerty", id="one of those that are used most"),
            pytest.param("1Q2W3E4R5T6Y", id="one of them in capitals"),
            pytest.param("abcabcabcabcabc", id="three characters"),
            pytest.param("Wang.Fang at the desk", id="with the user name"),
        ],
    )
    def test_a_password_that_is_short_or_soon_guessed_is_refused(self, password):
        with pytest.raises(InvalidInput):
            create_staff("wang.fang", password, StaffRole.OPERATOR)

        assert not has_account("wang.fang")

    @pytest.mark.parametrize(
        "password", ["twelve chars", "w0rds " * 21 + "xy", "十二个字也可以当密码用吧"]
    )
    def test_twelve_to_128_characters_of_any_kind_are_taken_whole(self, password):
        create_staff("wang.fang", password, StaffRole.OPERATOR)

        open_session("wang.fang", password, address=ADDRESS)
        with pytest.raises(IdentityRequired):
            open_session("wang.fang", password[:-1], address=ELSEWHERE)

    def test_production_refuses_the_demos_password(self, monkeypatch):
        create_staff("guide", DEMO_PASSWORD, StaffRole.OPERATOR)
        monkeypatch.setattr(
            settings,
            "HELI",
            dataclasses.replace(settings.HELI, environment=Environment.PRODUCTION),
        )

        with pytest.raises(InvalidInput):
            create_staff("clerk", DEMO_PASSWORD, StaffRole.OPERATOR)
        with pytest.raises(IdentityRequired):
            open_session("guide", DEMO_PASSWORD, address=ADDRESS)

    @pytest.mark.parametrize(
        "row",
        [
            {"username": "Capital", "role": "operator"},
            {"username": "nowhere", "role": "clerk"},
            {"username": "king", "role": "king"},
        ],
    )
    def test_the_database_knows_names_roles_and_offices(self, row):
        with pytest.raises(IntegrityError), transaction.atomic():
            Staff.objects.create(password="x", created_at=clock.real_now(), **row)

    def test_an_operator_is_of_no_office(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            create_staff("operator", PASSWORD, StaffRole.OPERATOR, office_id=an_office().id)
