"""Checking in at the hall by the code on its screen, as a page with one button."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.test import Client

from heli.ground import clock
from heli.hall.codes import LIFETIME, PURPOSE, hall_code
from heli.hall.models import CheckIn
from heli.hall.tickets import call_next
from heli.law.services import Service
from heli.vault.tokens import seal_token
from heli.web.visitor import SESSION_COOKIE
from heli.wechat.accounts import bind_account, issue_session, read_session, see_account
from heli.wechat.kinds import AppKind
from tests.bookings.factories import a_couple, a_slot, hold, hold_and_agree, state_of
from tests.cases.factories import an_open_office
from tests.desk.staff_browsers import led_to
from tests.hall.factories import on_duty
from tests.web.visitors import browser, html, text, title

pytestmark = pytest.mark.usefixtures("database")


class Visit:
    """A couple's booking at noon of its day, at its office."""

    def __init__(self, service: Service = Service.DIVORCE_APPLICATION, days_before: int = 0):
        self.couple, self.office, self.service = a_couple(), an_open_office(), service
        self.booked_at = clock.now()
        starts_at = clock.moment_of(clock.today() + timedelta(days=10), time(12))
        self.code = self.a_booking(service, starts_at).code
        clock.move_to(starts_at - timedelta(hours=2, days=days_before))

    def a_booking(self, service, starts_at):
        slot = a_slot(
            office=self.office,
            service=service,
            starts_at=starts_at,
            opens_at=self.booked_at - timedelta(days=30),
        )
        book = hold_and_agree if service.needs_consent else hold
        return book(self.couple, slot, at=self.booked_at)

    @property
    def path(self) -> str:
        """What a scan of the hall's code opens."""
        return f"/in/{hall_code(self.office.id)}"


def in_wechat(identity) -> Client:
    """WeChat's browser with an account that was bound to the person some time ago."""
    session, _expires_at = issue_session(see_account(AppKind.ACCOUNT, f"openid-{identity.phone}"))
    bind_account(read_session(session), by=identity)
    client = Client(headers={"Accept-Language": "zh-CN"})
    client.cookies[SESSION_COOKIE] = session
    return client


class TestCheckIn:
    def test_a_stranger_proves_who_they_are_and_comes_back_to_the_code(self):
        path = Visit().path

        assert led_to(browser().get(path)) == f"/identify?next={path.replace('/', '%2F')}"

    def test_says_what_it_would_do_and_does_it_by_one_button(self):
        visit = Visit()
        visitor, path = browser(visit.couple.applicant), visit.path

        page = visitor.get(path)
        assert "您今天在这里的预约" in text(page)
        assert "签到只表示您已经到了大厅" in text(page)
        assert html(page).count('class="btn"') == 1
        assert not CheckIn.objects.exists()

        assert led_to(visitor.post(path)) == "/in"
        assert "等对方到了，也签到以后，会给你们排队号。" in text(visitor.get("/in"))

    def test_an_account_that_recognises_its_owner_is_enough(self):
        visit = Visit()

        for identity in (visit.couple.applicant, visit.couple.partner):
            assert led_to(in_wechat(identity).post(visit.path)) == "/in"

        seen = text(in_wechat(visit.couple.applicant).get("/in"))
        assert "请在大厅等候叫号" in seen
        assert "排队号 1" in seen
        assert state_of(visit.code) == "checked_in"

    def test_says_where_one_is_called_to(self):
        visit = Visit(Service.REPLACEMENT)
        visitor = browser(visit.couple.applicant)
        visitor.post(visit.path)
        call_next(by=on_duty(office=visit.office), at=clock.now(), window="3号窗")

        assert "1 号，请到3号窗" in text(visitor.get("/in"))

    def test_shows_several_bookings_and_checks_in_for_all(self):
        visit = Visit(Service.REPLACEMENT)
        later = clock.moment_of(clock.today(), time(15))
        visit.a_booking(Service.COUNSELLING, later)
        visitor = browser(visit.couple.applicant)

        assert text(visitor.get(visit.path)).count("还没有签到") == 2
        visitor.post(visit.path)

        assert CheckIn.objects.count() == 2

    def test_who_has_checked_in_is_told_how_it_stands(self):
        visit = Visit()
        visitor = browser(visit.couple.applicant)
        visitor.post(visit.path)

        assert led_to(visitor.get(visit.path)) == "/in"
        assert led_to(visitor.post(visit.path)) == "/in"
        assert CheckIn.objects.count() == 1

    def test_a_code_that_is_too_old_says_to_scan_again(self):
        visit = Visit()
        old = seal_token(PURPOSE, visit.office.id, expires_at=clock.real_now() - LIFETIME)

        for answer in (
            browser(visit.couple.applicant).get(f"/in/{old}"),
            browser(visit.couple.applicant).post(f"/in/{old}"),
        ):
            assert "请重新扫大厅里的码" in text(answer, 409)
        assert not CheckIn.objects.exists()

    @pytest.mark.parametrize("token", ["x", "a" * 5000, "%E5%A4%A7", "%00", "..%2F", "<b>"])
    def test_what_is_no_code_is_refused(self, token):
        visit = Visit()

        answer = browser(visit.couple.applicant).post(f"/in/{token}")

        assert answer.status_code in (404, 422)
        assert text(answer, answer.status_code).count("这不是登记处大厅的签到码") <= 1
        assert not CheckIn.objects.exists()

    def test_who_has_nothing_here_is_told_of_the_queue(self):
        visit = Visit()

        answer = browser(a_couple().applicant).get(visit.path)

        assert "请到大厅取号，现场排队" in text(answer, 404)

    def test_at_another_office_it_says_where_to_go(self):
        visit, other = Visit(), an_open_office()

        answer = browser(visit.couple.applicant).get(f"/in/{hall_code(other.id)}")

        assert visit.office.name in text(answer, 409)

    def test_on_another_day_it_says_when(self):
        visit = Visit(days_before=2)

        answer = browser(visit.couple.applicant).post(visit.path)

        assert "今天不能签到" in text(answer, 409)
        assert not CheckIn.objects.exists()

    def test_gives_nothing_away_outside_the_page(self):
        visit = Visit()
        visitor = browser(visit.couple.applicant)

        assert title(visitor.get(visit.path)) == "到场签到"
        assert visit.couple.other.name not in html(visitor.get(visit.path))


class TestToday:
    def test_a_stranger_proves_who_they_are(self):
        assert led_to(browser().get("/in")) == "/identify?next=%2Fin"

    def test_says_how_to_check_in_and_that_one_may_come_without(self):
        visit = Visit()

        assert "扫大厅屏幕上的签到码" in text(browser(visit.couple.applicant).get("/in"))
        assert "今天没有您的预约" in text(browser(a_couple().applicant).get("/in"))

    def test_does_not_tell_one_whether_the_other_is_there(self):
        visit = Visit()
        before = text(browser(visit.couple.partner).get("/in"))
        browser(visit.couple.applicant).post(visit.path)

        assert text(browser(visit.couple.partner).get("/in")) == before

    def test_is_offered_on_the_voucher_of_today(self):
        visit = Visit()
        voucher = f"/my/{visit.code}/voucher"

        assert 'href="/in"' in html(browser(visit.couple.applicant).get(voucher))
