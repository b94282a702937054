"""Logging in and out of the desk, and what becomes of a session that has ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from heli.desk.staff_session import OFFICE_COOKIE, SESSION_COOKIE
from heli.ground import clock
from heli.hall.models import StaffSession
from heli.hall.roles import StaffRole
from heli.hall.sessions import WRONG_PASSWORDS_MAX
from tests.cases.factories import an_open_office
from tests.desk.staff_browsers import led_to, logged_in, page_of
from tests.hall.factories import PASSWORD, an_account
from tests.web.visitors import text

pytestmark = pytest.mark.usefixtures("database")


class TestLogin:
    def test_leads_to_the_page_that_was_asked_for(self):
        account, browser = an_account(office=an_open_office()), Client()

        login = led_to(browser.get("/desk/checkin?code=X"))
        back = browser.post(
            login,
            {
                "username": account.username,
                "password": PASSWORD,
                "next": "/desk/checkin?code=X",
            },
        )

        assert login == "/desk/login?next=%2Fdesk%2Fcheckin%3Fcode%3DX"
        assert led_to(back) == "/desk/checkin?code=X"

    @pytest.mark.parametrize(
        "elsewhere", ["https://example.org/", "//example.org", "/my", "/desk//../x\\"]
    )
    def test_never_leads_elsewhere(self, elsewhere):
        account = an_account(office=an_open_office())
        fields = {"username": account.username, "password": PASSWORD, "next": elsewhere}

        assert led_to(Client().post("/desk/login", fields)).startswith("/desk/")

    def test_keeps_the_token_from_scripts_other_sites_and_other_paths(self):
        cookie = logged_in(office=an_open_office()).cookies[SESSION_COOKIE]

        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/desk", True, "Strict")

    def test_a_wrong_password_is_refused_beside_the_form(self):
        account = an_account(office=an_open_office())
        fields = {"username": account.username, "password": "not the password"}

        answer = Client().post("/desk/login", fields)

        assert "用户名或密码不对" in text(answer, 401)
        assert SESSION_COOKIE not in answer.cookies
        assert "not the password" not in answer.content.decode()

    def test_too_many_wrong_passwords_say_when_to_try_again(self):
        account = an_account(office=an_open_office())
        fields = {"username": account.username, "password": "wrong"}

        for _attempt in range(WRONG_PASSWORDS_MAX):
            Client().post("/desk/login", fields)
        answer = Client().post("/desk/login", {**fields, "password": PASSWORD})

        assert answer.status_code == 429
        assert int(answer["Retry-After"]) > 0

    @pytest.mark.parametrize("fields", [{}, {"username": "\x00", "password": "a\x00b"}])
    def test_nothing_or_nonsense_is_malformed(self, fields):
        assert page_of(Client().post("/desk/login", fields), 422).h1 == ["登录工作台"]


class TestSession:
    def test_that_has_expired_leads_to_the_login_and_says_what_was_lost(self):
        browser = logged_in(office=an_open_office())
        StaffSession.objects.update(expires_at=clock.real_now() - timedelta(seconds=1))

        login = led_to(browser.post("/desk/call", {"window": "2"}))

        assert login == "/desk/login?next=%2Fdesk%2Fcall&lost=1"
        assert "刚才填写的没有提交" in text(browser.get(login))

    def test_of_a_stranger_opens_nothing(self):
        browser = Client()
        browser.cookies[SESSION_COOKIE] = "forged%00\u00e9"

        assert led_to(browser.get("/desk/today")).startswith("/desk/login")

    def test_ends_at_the_server_when_one_logs_out(self):
        browser = logged_in(office=an_open_office())
        token = browser.cookies[SESSION_COOKIE].value

        assert led_to(browser.post("/desk/logout")) == "/desk/login"
        again = Client()
        again.cookies[SESSION_COOKIE] = token

        assert browser.cookies[SESSION_COOKIE].value == ""
        assert led_to(again.get("/desk/today")).startswith("/desk/login")

    def test_is_not_ended_by_a_link(self):
        browser = logged_in(office=an_open_office())

        assert browser.get("/desk/logout").status_code == 405
        assert browser.get("/desk/today").status_code == 200

    def test_a_form_from_elsewhere_is_refused(self):
        browser = Client(enforce_csrf_checks=True)
        browser.cookies[SESSION_COOKIE] = (
            logged_in(office=an_open_office()).cookies[SESSION_COOKIE].value
        )

        assert browser.post("/desk/call", {"window": ""}).status_code == 403


class TestOffice:
    def test_an_operator_chooses_one_and_works_there(self):
        office, _other = an_open_office(), an_open_office()
        browser = logged_in(StaffRole.OPERATOR)

        assert led_to(browser.get("/desk/today")) == "/desk/office"
        assert led_to(browser.post("/desk/office", {"office": office.id})) == "/desk/today"

        assert office.name in page_of(browser.get("/desk/today")).h1[0]

    def test_one_that_is_not_there_is_refused(self):
        browser = logged_in(StaffRole.OPERATOR)

        assert browser.post("/desk/office", {"office": "nowhere"}).status_code == 422

    def test_nobody_else_can_choose(self):
        mine, other = an_open_office(), an_open_office()
        browser = logged_in(StaffRole.CLERK, mine)
        browser.cookies[OFFICE_COOKIE] = other.id

        assert led_to(browser.get("/desk/office")) == "/desk/today"
        assert mine.name in page_of(browser.get("/desk/today")).h1[0]
