"""The second factor: required in production, a code of this moment, used once, never guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from heli.ground import clock
from heli.ground.refusals import IdentityRequired, InvalidInput, RateLimited
from heli.hall.errors import CodeRequired, CodeWrong, LoginLapsed, SetUpFirst
from heli.hall.logging_in import (
    Opened,
    Pending,
    Step,
    begin_login,
    begin_replacement,
    change_password,
    give_code,
    set_up,
    to_set_up,
)
from heli.hall.models import RecoveryCode, SecondFactor, Staff, StaffSession, WrongCode
from heli.hall.roles import StaffRole
from heli.hall.second_factor import matching_step, recovery_codes_left
from heli.hall.sessions import open_session, staff_of
from heli.hall.staff import add_staff, reset_password, reset_second_factor
from heli.vault.sealing import SealBroken
from tests.hall.factories import ADDRESS, PASSWORD, an_account, at_once, on_duty
from tests.hall.second_factors import App, an_app, finish, go_to_production

pytestmark = pytest.mark.usefixtures("database")

ELSEWHERE = "198.51.100.7"
OWN = "a password of one's own"
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238 appendix B: 12345678901234567890


def somebody() -> tuple[Staff, App, Opened]:
    """An operator who has set up an app."""
    by = on_duty(StaffRole.OPERATOR)
    app, opened = an_app(by)
    return Staff.objects.get(pk=by.staff_id), app, opened


def come_in(staff: Staff, otp: str | None, address: str = ELSEWHERE) -> str:
    """Log in as a program does; the token."""
    return open_session(staff.username, PASSWORD, otp=otp, address=address)[0]


class TestCode:
    @pytest.mark.parametrize(
        ("second", "code"),
        [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
    )
    def test_is_that_of_the_standard(self, second, code):
        assert matching_step(RFC_SECRET, code, datetime.fromtimestamp(second, UTC)) is not None

    def test_may_be_half_a_minute_off_and_no_more(self):
        at = datetime.fromtimestamp(1111111109, UTC)
        steps = {
            off: matching_step(RFC_SECRET, "081804", at + timedelta(seconds=30 * off))
            for off in (-2, -1, 0, 1, 2)
        }

        assert [off for off, step in steps.items() if step is not None] == [-1, 0, 1]

    def test_opens_once_and_an_earlier_one_not_at_all_after_it(self):
        staff, app, _ = somebody()
        now, then = app.code(), app.next_code()

        come_in(staff, then)

        for code in (then, now):
            with pytest.raises(CodeWrong):
                come_in(staff, code)

    def test_of_two_who_use_it_at_once_one_comes_in(self):
        staff, app, _ = somebody()
        code = app.next_code()

        answers = at_once(*[lambda: come_in(staff, code)] * 4)

        assert sum(isinstance(answer, str) for answer in answers) == 1

    @pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６", "0" * 40, "\x00" * 6])
    def test_that_is_none_opens_nothing(self, code):
        staff, _app, _ = somebody()

        with pytest.raises((CodeWrong, CodeRequired)):
            come_in(staff, code)

    def test_that_showed_the_app_opens_nothing_more(self):
        by = on_duty(StaffRole.OPERATOR)
        begun = begin_replacement(PASSWORD, "", by=by, address=ADDRESS)
        app = App(to_set_up(begun.token).secret or "")
        code = app.code()
        set_up(begun.token, new_password="", code=code, address=ADDRESS)

        with pytest.raises(CodeWrong):
            open_session(by.username, PASSWORD, otp=code, address=ELSEWHERE)

    def test_is_asked_for_only_after_the_right_password(self):
        staff, app, _ = somebody()

        with pytest.raises(CodeRequired):
            come_in(staff, None)
        with pytest.raises(IdentityRequired) as wrong:
            open_session(staff.username, "not the password", otp=app.code(), address=ELSEWHERE)

        assert type(wrong.value) is IdentityRequired
        come_in(staff, app.next_code())

    def test_of_another_account_opens_nothing(self):
        staff, _app, _ = somebody()
        _other, others, _ = somebody()

        with pytest.raises(CodeWrong):
            come_in(staff, others.next_code())

    def test_is_passed_over_where_the_account_has_no_second_factor(self):
        come_in(an_account(StaffRole.OPERATOR), "123456")

    def test_the_secret_is_sealed_for_its_row(self):
        staff, app, _ = somebody()
        other, _others, _ = somebody()
        row = SecondFactor.objects.get(pk=staff.pk)
        assert app.secret.encode() not in bytes(row.secret_sealed)

        SecondFactor.objects.filter(pk=other.pk).update(secret_sealed=row.secret_sealed)

        with pytest.raises(SealBroken):
            come_in(other, app.next_code())


class TestRecoveryCode:
    def test_each_opens_once_however_it_is_written(self):
        staff, _app, opened = somebody()
        first, second, *_rest = opened.recovery_codes

        come_in(staff, first)
        come_in(staff, f" {second.lower().replace('-', ' ')} ")

        for code in (first, second):
            with pytest.raises(CodeWrong):
                come_in(staff, code)
        assert recovery_codes_left(staff.pk) == 6

    def test_is_stored_nowhere(self):
        _staff, _app, opened = somebody()

        stored = b"".join(bytes(row.code_hash) for row in RecoveryCode.objects.all())
        assert not any(code.replace("-", "").encode() in stored for code in opened.recovery_codes)

    def test_of_an_earlier_app_opens_nothing(self):
        staff, app, opened = somebody()
        begun = begin_replacement(PASSWORD, app.next_code(), by=opened.staff, address=ADDRESS)
        new, _opened = finish(begun)

        for code in (opened.recovery_codes[0], app.next_code()):
            with pytest.raises(CodeWrong):
                come_in(staff, code)
        come_in(staff, new.next_code())


class TestWrongCodes:
    def test_after_ten_even_the_right_one_has_to_wait(self):
        staff, app, _ = somebody()
        self.fail(staff, app, 10)

        with pytest.raises(RateLimited) as refusal:
            come_in(staff, app.next_code())

        assert 0 < refusal.value.retry_after_seconds <= 15 * 60 + 1

    def test_thirty_a_day_are_all_there_are(self):
        staff, app, _ = somebody()
        for earlier in (1, 2, 3):
            self.fail(staff, app, 10)
            WrongCode.objects.update(at=clock.real_now() - timedelta(hours=earlier))

        with pytest.raises(RateLimited) as refusal:
            come_in(staff, app.next_code())

        assert refusal.value.retry_after_seconds > 20 * 60 * 60

    def test_where_somebody_is_at_work_what_others_try_elsewhere_does_not_count(self):
        staff, app, _ = somebody()
        self.fail(staff, app, 10)

        come_in(staff, app.next_code(), ADDRESS)

    def test_at_once_gain_nothing(self):
        staff, app, _ = somebody()
        wrong = app.wrong_code()

        answers = at_once(*[lambda: come_in(staff, wrong)] * 16)

        assert [type(answer) for answer in answers].count(CodeWrong) == 10

    @staticmethod
    def fail(staff: Staff, app: App, times: int) -> None:
        for _ in range(times):
            with pytest.raises(CodeWrong):
                come_in(staff, app.wrong_code())


class TestInProduction:
    def test_nobody_is_on_duty_without_one(self, monkeypatch):
        staff = an_account(StaffRole.OPERATOR)
        go_to_production(monkeypatch)

        with pytest.raises(SetUpFirst):
            come_in(staff, "123456")
        begun = begin_login(staff.username, PASSWORD, address=ADDRESS)
        assert isinstance(begun, Pending)
        assert begun.step is Step.SET_UP

        app, opened = finish(begun)

        assert staff_of(opened.token) == opened.staff
        assert staff_of(come_in(staff, app.next_code())).username == staff.username

    def test_a_new_account_chooses_a_password_and_an_app_and_is_on_duty(self, monkeypatch):
        go_to_production(monkeypatch)
        given = add_staff("li.ming", StaffRole.OPERATOR)
        begun = begin_login("li.ming", given, address=ADDRESS)
        assert isinstance(begun, Pending)
        asked = to_set_up(begun.token)
        assert (asked.needs_password, asked.needs_code) == (True, True)

        with pytest.raises(InvalidInput):
            finish(begun, "short")
        app, opened = finish(begun, OWN)

        assert opened.staff.username == "li.ming"
        assert len(set(opened.recovery_codes)) == 8
        open_session("li.ming", OWN, otp=app.next_code(), address=ELSEWHERE)
        with pytest.raises(IdentityRequired):
            open_session("li.ming", given, address=ELSEWHERE)

    def test_what_was_begun_is_finished_once(self, monkeypatch):
        staff = an_account(StaffRole.OPERATOR)
        go_to_production(monkeypatch)
        begun = [begin_login(staff.username, PASSWORD, address=ADDRESS) for _ in range(2)]
        finish(begun[0])

        for old in begun:
            with pytest.raises(LoginLapsed):
                finish(old)


class TestSteps:
    def test_an_account_with_an_app_gives_a_code(self):
        staff, app, _ = somebody()
        begun = begin_login(staff.username, PASSWORD, address=ELSEWHERE)
        assert isinstance(begun, Pending)
        assert begun.step is Step.CODE

        with pytest.raises(CodeWrong):
            give_code(begun.token, app.wrong_code(), address=ELSEWHERE)
        opened = give_code(begun.token, app.next_code(), address=ELSEWHERE)

        assert opened.staff.username == staff.username

    def test_a_code_cannot_be_passed_by_as_if_it_were_to_be_set_up(self):
        staff, _app, _ = somebody()
        begun = begin_login(staff.username, PASSWORD, address=ELSEWHERE)

        with pytest.raises(CodeWrong):
            set_up(begun.token, new_password=OWN, code="", address=ELSEWHERE)

        assert to_set_up(begun.token).secret is None

    @pytest.mark.parametrize("token", ["", "forged", "x" * 5000])
    def test_what_is_no_token_is_too_old(self, token):
        with pytest.raises(LoginLapsed):
            give_code(token, "123456", address=ADDRESS)

    def test_a_password_that_was_changed_since_ends_what_was_begun(self):
        staff, app, opened = somebody()
        begun = begin_login(staff.username, PASSWORD, address=ELSEWHERE)

        change_password(PASSWORD, OWN, by=opened.staff, address=ADDRESS)

        with pytest.raises(LoginLapsed):
            give_code(begun.token, app.next_code(), address=ELSEWHERE)

    def test_a_new_app_or_password_ends_the_other_sessions(self):
        staff, app, opened = somebody()
        other = come_in(staff, app.code())

        change_password(PASSWORD, OWN, by=opened.staff, address=ADDRESS)

        with pytest.raises(IdentityRequired):
            staff_of(other)
        assert staff_of(opened.token) == opened.staff
        begun = begin_replacement(OWN, app.next_code(), by=opened.staff, address=ADDRESS)
        finish(begun)
        with pytest.raises(IdentityRequired):
            staff_of(opened.token)
        assert StaffSession.objects.filter(staff=staff, ended_at=None).count() == 1

    def test_another_app_needs_the_password_and_the_app_there_is(self):
        _staff, app, opened = somebody()

        with pytest.raises(IdentityRequired):
            begin_replacement("wrong", app.next_code(), by=opened.staff, address=ADDRESS)
        with pytest.raises(CodeWrong):
            begin_replacement(PASSWORD, app.wrong_code(), by=opened.staff, address=ADDRESS)


class TestLostTelephone:
    def test_what_a_thief_of_the_password_tried_keeps_nobody_out_after_a_reset(self):
        staff, app, _ = somebody()
        TestWrongCodes.fail(staff, app, 10)

        given = reset_password(staff.username)

        begun = begin_login(staff.username, given, address=ELSEWHERE)
        assert isinstance(begun, Pending)
        opened = set_up(begun.token, new_password=OWN, code=app.next_code(), address=ELSEWHERE)
        assert opened.staff.username == staff.username

    def test_an_operator_lets_them_begin_anew_with_another_password(self, monkeypatch):
        staff, app, opened = somebody()
        go_to_production(monkeypatch)

        given = reset_second_factor(staff.username)

        with pytest.raises(IdentityRequired):
            staff_of(opened.token)
        with pytest.raises(IdentityRequired):
            come_in(staff, app.next_code())
        begun = begin_login(staff.username, given, address=ADDRESS)
        assert isinstance(begun, Pending)
        finish(begun, OWN)
