"""The steps of a login by the pages, and one's own account."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from heli.desk.pending import PENDING_COOKIE
from heli.desk.staff_session import SESSION_COOKIE
from heli.hall.models import SecondFactor, StaffSession
from heli.hall.roles import StaffRole
from heli.hall.staff import add_staff
from heli.ops.staff import change as change_account
from tests.cases.factories import an_open_office
from tests.desk.staff_browsers import has_no_other_script, led_to, logged_in, page_of
from tests.hall.factories import PASSWORD
from tests.hall.second_factors import App, go_to_production
from tests.web.visitors import text

pytestmark = pytest.mark.usefixtures("database")

OWN = "a password of one's own"
SET_UP = "/desk/login/set-up?next=%2Fdesk%2Ftoday"


def with_an_app(browser: Client) -> tuple[App, list[str]]:
    """Somebody who is logged in sets up an app by the pages: it, and the recovery codes."""
    page = led_to(browser.post("/desk/account/second-factor", {"password": PASSWORD}))
    return scanned(browser, page)


def scanned(browser: Client, page: str, **fields: str) -> tuple[App, list[str]]:
    """The code on the page is scanned, and what the app shows is filled in."""
    shown = browser.get(page).content.decode()
    found = re.search(r"otpauth://totp/Heli:[^?]+\?secret=([A-Z2-7]{32})", shown)
    assert found, shown
    app = App(found[1])
    answer = browser.post(page, {"code": app.code(), **fields})
    codes = re.findall(r"<code>([A-Z2-7-]{19})</code>", text_of(answer))
    SecondFactor.objects.update(used_step=0)  # all of this was a while ago
    return app, codes


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def field_of(answer, name: str) -> str:
    """The field as it stands in the page."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', answer.content.decode())
    assert found
    return found[0]


def login_wrong(name: str) -> None:
    """Somebody tries a password that is not the account's."""
    assert Client().post("/desk/login", {"username": name, "password": "x"}).status_code == 401


def rows_of(answer) -> list[list[str]]:
    """The rows of what happened, cell by cell."""
    table = text_of(answer).split('id="record"')[1].split("<tbody>")[1].split("</tbody>")[0]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in table.split("</tr>")[:-1]
    ]


def name_of(browser: Client) -> str:
    return StaffSession.objects.select_related("staff").latest("pk").staff.username


def login(username: str, password: str = PASSWORD) -> tuple[Client, str]:
    """The first step in a new browser, and where it leads."""
    browser = Client()
    return browser, led_to(
        browser.post("/desk/login", {"username": username, "password": password})
    )


class TestCode:
    def test_is_asked_for_after_the_password_and_leads_to_the_page_asked_for(self):
        first = logged_in(office=an_open_office())
        app, _codes = with_an_app(first)
        browser = Client()
        fields = {"username": name_of(first), "password": PASSWORD, "next": "/desk/cases"}

        step = led_to(browser.post("/desk/login", fields))

        assert step == "/desk/login/code?next=%2Fdesk%2Fcases"
        assert SESSION_COOKIE not in browser.cookies
        assert led_to(browser.get("/desk/today")).startswith("/desk/login?")
        assert page_of(browser.get(step)).h1 == ["再填一个验证码"]
        wrong = browser.post(step, {"code": app.wrong_code()})
        assert "验证码不对，或者已经用过" in text(wrong, 401)
        assert 'value="' not in field_of(wrong, "code"), "the next one is typed into an empty field"
        assert led_to(browser.post(step, {"code": app.next_code()})) == "/desk/cases"
        assert browser.get("/desk/cases").status_code == 200
        assert browser.cookies[PENDING_COOKIE].value == ""

    def test_may_be_a_recovery_code_and_the_account_says_how_many_are_left(self):
        first = logged_in(office=an_open_office())
        _app, codes = with_an_app(first)
        assert len(codes) == 8
        browser, step = login(name_of(first))

        led_to(browser.post(step, {"code": codes[0]}))

        assert "还有 7 个恢复码" in text(browser.get("/desk/account"))

    def test_without_a_password_before_it_leads_to_the_login(self):
        for browser in (Client(), Client()):
            browser.cookies[PENDING_COOKIE] = "forged"
            for path in ("/desk/login/code", "/desk/login/set-up"):
                lost = led_to(browser.post(path, {"code": "123456"}))
                assert lost == "/desk/login?next=%2Fdesk%2Ftoday&lost=1"
        assert led_to(Client().get("/desk/login/code")).startswith("/desk/login?")

    def test_what_was_begun_is_kept_from_scripts_other_sites_and_other_pages(self):
        first = logged_in(office=an_open_office())
        with_an_app(first)
        browser, _step = login(name_of(first))

        cookie = browser.cookies[PENDING_COOKIE]

        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (
            "/desk/login",
            True,
            "Strict",
        )


class TestFirstLogin:
    def test_in_production_sets_up_a_password_and_an_app(self, monkeypatch):
        office = an_open_office()
        given = add_staff("li.ming", StaffRole.CLERK, office_id=office.id)
        go_to_production(monkeypatch)
        monkeypatch.setattr("django.conf.settings.ALLOWED_HOSTS", ["*"])
        browser, page = login("li.ming", given)
        assert page == SET_UP

        apart = browser.post(page, {"new_password": OWN, "repeated": "x", "code": "1"})
        assert "两次填写的不一样" in text(apart, 422)
        short = browser.post(page, {"new_password": "x", "repeated": "x", "code": "1"})
        assert "别人猜不到的密码" in text(short, 422)
        app, codes = scanned(browser, page, new_password=OWN, repeated=OWN)

        assert len(set(codes)) == 8
        assert browser.cookies[SESSION_COOKIE]["secure"]
        assert browser.get("/desk/account").status_code == 200
        again, step = login("li.ming", OWN)
        assert led_to(again.post(step, {"code": app.next_code()})) == "/desk/today"
        assert "用户名或密码不对" in text(
            Client().post("/desk/login", {"username": "li.ming", "password": given}), 401
        )

    def test_in_the_demo_asks_for_a_password_alone(self):
        given = add_staff("wang.fang", StaffRole.CLERK, office_id=an_open_office().id)
        browser, page = login("wang.fang", given)

        assert 'name="code"' not in browser.get(page).content.decode()
        led_to(browser.post(page, {"new_password": OWN, "repeated": OWN}))

        assert browser.get("/desk/today").status_code == 200


class TestAccount:
    def test_shows_where_one_is_logged_in_and_ends_each_or_all_others(self):
        browser = logged_in(office=an_open_office())
        name = name_of(browser)
        others = [login(name)[0] for _ in range(3)]
        this = page_of(browser.get("/desk/account"))
        ends = [path for path in this.html.split('"') if path.endswith("/end")]
        assert len(ends) == 4

        led_to(browser.post(ends[0]))
        live = [other.get("/desk/today").status_code for other in others]
        assert sorted(live) == [200, 200, 302]
        assert "已经改好" in text(browser.get(led_to(browser.post("/desk/account/sessions/end"))))

        assert [other.get("/desk/today").status_code for other in others] == [302] * 3
        assert browser.get("/desk/today").status_code == 200
        assert browser.post(ends[0]).status_code == 404

    def test_does_not_end_somebody_elses(self):
        browser, other = (logged_in(office=an_open_office()) for _ in range(2))
        latest = StaffSession.objects.latest("pk")

        for path in (f"{latest.pk}", "0", "x", "9" * 30):
            assert browser.post(f"/desk/account/sessions/{path}/end").status_code == 404
        assert other.get("/desk/today").status_code == 200

    def test_changes_the_password_and_ends_the_others(self):
        browser = logged_in(office=an_open_office())
        name = name_of(browser)
        other, _ = login(name)
        new = {"new_password": OWN, "repeated": OWN}

        wrong = browser.post("/desk/account/password", {"password": "wrong", **new})
        assert "现在的密码不对" in text(wrong, 401)
        led_to(browser.post("/desk/account/password", {"password": PASSWORD, **new}))

        assert browser.get("/desk/today").status_code == 200
        assert other.get("/desk/today").status_code == 302
        assert led_to(login(name, OWN)[0].get("/desk/login/code"))

    def test_another_app_needs_the_one_before(self):
        browser = logged_in(office=an_open_office())
        app, codes = with_an_app(browser)
        fields = {"password": PASSWORD, "code": app.wrong_code()}

        assert browser.post("/desk/account/second-factor", fields).status_code == 401
        fields["code"] = codes[0]
        page = led_to(browser.post("/desk/account/second-factor", fields))
        _new, new_codes = scanned(browser, page)

        assert not set(codes) & set(new_codes)

    def test_shows_its_owner_what_happened_to_it_and_nobody_elses(self):
        browser, other = (logged_in(office=an_open_office()) for _ in range(2))
        name = StaffSession.objects.select_related("staff").earliest("pk").staff.username
        login_wrong(name)
        app, _codes = with_an_app(browser)
        again, step = login(name)
        again.post(step, {"code": app.wrong_code()})
        given = change_account("reset-second-factor", name).split(": ")[1].split()[0]
        browser, page = login(name, given)
        led_to(browser.post(page, {"new_password": OWN, "repeated": OWN}))

        lines = rows_of(browser.get("/desk/account"))

        assert [line[1:3] for line in lines] == [
            ["登录了", "用您的账号"],
            ["换了密码", "用您的账号"],
            ["验证器作废，要重新设置", "平台运维"],
            ["换了密码", "平台运维"],
            ["登录了", "用您的账号"],
            ["设置了验证器", "用您的账号"],
            ["登录了", "用您的账号"],
        ]
        assert {line[3] for line in lines if line[1] == "登录了"} == {"127.0.0.1"}
        assert "没有填对的次数：2" in text(browser.get("/desk/account"))
        assert len(rows_of(other.get("/desk/account"))) == 1
        assert "没有填对" not in text(other.get("/desk/account"))

    @pytest.mark.parametrize("language", ["zh-CN", "en"])
    def test_every_page_has_a_language_a_title_and_one_heading(self, language):
        browser = logged_in(office=an_open_office(), language=language)
        begun = browser.post("/desk/account/second-factor", {"password": PASSWORD})
        paths = ("account", "account/password", "account/second-factor", "login/code")

        for path in [*(f"/desk/{path}" for path in paths), led_to(begun)]:
            answer = browser.get(path)
            page = page_of(answer)
            assert (page.language, len(page.h1)) == (language, 1), path
            assert page.title, path
            assert {"main", "footer"} <= set(page.landmarks)
            assert len(page.ids) == len(set(page.ids)), path
            assert " style=" not in page.html
            assert has_no_other_script(page.html)
            assert "no-store" in answer["Cache-Control"]
