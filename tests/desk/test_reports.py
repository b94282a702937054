"""What people reported, at the desk: read, decided, published, withdrawn."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from heli.channels.models import FakeReport, Warning
from heli.channels.queries import published_warnings
from heli.channels.reports import count_open
from heli.hall.models import StaffReading
from heli.hall.roles import StaffRole
from tests.cases.factories import an_open_office
from tests.channels.reporters import FAKE, THERE, an_entry, publish, report
from tests.desk.staff_browsers import has_no_other_script, led_to, logged_in, page_of
from tests.web.visitors import text

pytestmark = pytest.mark.usefixtures("database")

NOBODY = uuid.UUID(int=404)
PUBLIC = ["/warnings", "/check", "/check/report", "/channels", "/channels/440100", "/"]


def an_operator(language: str = "zh-CN") -> Client:
    return logged_in(StaffRole.OPERATOR, language=language)


def warn(browser: Client, path: str = "/desk/warnings", **fields: Any) -> HttpResponse:
    """The form of a warning, filled in."""
    given = {
        "name": "婚姻登记加急通",
        "host": "https://www.hunyin.example/vip",
        "region": "广州市",
        "proof": "收取加急费，登记机关从不收这种费用",
        "proof_url": "https://example.org/notice",
    } | fields
    return browser.post(path, given)


class TestWho:
    def test_strangers_are_led_to_the_login(self):
        told = report()
        for path in ("/desk/reports", f"/desk/reports/{told.id}", "/desk/warnings"):
            assert led_to(Client().get(path)).startswith("/desk/login?next="), path
        for path in (
            f"/desk/reports/{told.id}",
            f"/desk/reports/{told.id}/dismiss",
            "/desk/warnings",
            "/desk/warnings/1/withdraw",
        ):
            assert led_to(Client().post(path)).startswith("/desk/login?next="), path
        assert count_open() == 1

    @pytest.mark.parametrize("role", [StaffRole.GUIDE, StaffRole.CLERK, StaffRole.MANAGER])
    def test_nobody_at_an_office_may_read_or_decide(self, role):
        told, warning = report(), publish()
        browser = logged_in(role, an_open_office())

        for id in (told.id, NOBODY):
            answer = browser.get(f"/desk/reports/{id}")
            assert answer.status_code == 403
            assert "hunyin" not in answer.content.decode()
            assert warn(browser, f"/desk/reports/{id}").status_code == 403
            assert browser.post(f"/desk/reports/{id}/dismiss").status_code == 403
        for path in ("/desk/reports", "/desk/warnings"):
            assert browser.get(path).status_code == 403
        assert warn(browser).status_code == 403
        assert browser.post(f"/desk/warnings/{warning}/withdraw").status_code == 403
        assert count_open() == 1
        assert len(published_warnings()) == 1
        assert "/desk/reports" not in page_of(browser.get("/desk/today")).addresses

    def test_a_link_decides_nothing(self):
        told, warning, browser = report(), publish(), an_operator()

        assert browser.get(f"/desk/reports/{told.id}/dismiss").status_code == 405
        assert browser.get(f"/desk/warnings/{warning}/withdraw").status_code == 405

    def test_a_form_from_elsewhere_is_refused(self):
        told, browser = report(), Client(enforce_csrf_checks=True)
        browser.cookies = an_operator().cookies

        assert browser.post(f"/desk/reports/{told.id}/dismiss").status_code == 403
        assert warn(browser).status_code == 403


class TestReports:
    @pytest.mark.parametrize("language", ["zh-CN", "en"])
    def test_each_page_has_its_parts(self, language):
        told, browser = report(remark="补充", region="440106"), an_operator(language)
        report(address=THERE)
        publish()

        for path in ("/desk/reports", f"/desk/reports/{told.id}", "/desk/warnings"):
            page = page_of(browser.get(path))
            assert (page.language, len(page.h1)) == (language, 1)
            assert "离婚" not in page.title
            assert len(page.ids) == len(set(page.ids)), path
            assert [link for link in page.links if not all(link)] == []
            assert " style=" not in page.html
            assert has_no_other_script(page.html)

    def test_the_list_says_how_many_speak_of_the_same(self):
        report(region="440106")
        report("又看到 hunyin.example", address=THERE)

        page = page_of(an_operator().get("/desk/reports"))

        assert "等待处理 2 条" in page.html
        assert page.html.count('<td class="number" data-label="说同一个的">2</td>') == 2
        assert "天河区" in page.html

    def test_one_shows_what_was_told_and_what_the_check_says(self):
        told = report(f"{FAKE}\n第二行", remark="有人要了加急费")

        shown = text(an_operator().get(f"/desk/reports/{told.id}"))

        assert FAKE in shown
        assert "有人要了加急费" in shown
        assert "可疑" in shown

    def test_what_was_told_is_no_markup_and_no_link(self):
        told = report("<script>alert(1)</script> javascript:alert(1) https://hunyin.example/vip")
        browser = an_operator()

        for path in ("/desk/reports", f"/desk/reports/{told.id}"):
            page = page_of(browser.get(path))
            assert has_no_other_script(page.html)
            assert not any("hunyin" in address for address in page.addresses)

    @pytest.mark.parametrize(
        "pasted", ["http://", "。", "\u200b\u200b", "a" * 2000, "https://[::1"]
    )
    def test_what_cannot_be_checked_can_still_be_read(self, pasted):
        told = report(pasted)

        assert an_operator().get(f"/desk/reports/{told.id}").status_code == 200

    def test_each_reading_is_on_record(self):
        told, browser = report(), an_operator()
        browser.get("/desk/reports")
        browser.get(f"/desk/reports/{told.id}")

        readings = StaffReading.objects.values_list("what", "staff__role", "office")
        assert list(readings) == [("decide_reports", "operator", None)] * 2

    def test_an_empty_list_is_no_reading(self):
        assert "没有等待处理的举报" in text(an_operator().get("/desk/reports"))
        assert StaffReading.objects.count() == 0

    @pytest.mark.parametrize("id", [str(NOBODY), "x", "1", "%00", "9" * 99])
    def test_one_that_is_not_there_is_not_found(self, id):
        browser = an_operator()

        assert browser.get(f"/desk/reports/{id}").status_code == 404
        assert browser.post(f"/desk/reports/{id}/dismiss").status_code == 404
        assert warn(browser, f"/desk/reports/{id}").status_code == 404
        assert Warning.objects.count() == 0


class TestDecide:
    def test_published_it_warns_everybody_in_the_operators_words(self):
        told, browser = (
            report("他人写的话 https://hunyin.example", remark="他人补充"),
            an_operator(),
        )

        assert led_to(warn(browser, f"/desk/reports/{told.id}")) == "/desk/reports?done"

        (warning,) = published_warnings()
        assert (warning.host, warning.region.code) == ("hunyin.example", "440100")
        assert "举报的内容已经删除" in text(browser.get("/desk/reports?done"))
        public = text(Client().get("/warnings"))
        assert "婚姻登记加急通" in public
        assert "他人" not in public
        assert browser.get(f"/desk/reports/{told.id}").status_code == 404

    def test_the_form_of_a_warning_begins_empty(self):
        told = report("他人写的话", region="440106")

        page = page_of(an_operator().get(f"/desk/reports/{told.id}"))

        assert 'value="' not in page.html.partition('aria-labelledby="warn"')[2].partition(
            'name="name"'
        )[2].partition("</form>")[0].replace('value="on"', "")

    def test_dismissed_it_is_erased_and_warns_of_nothing(self):
        told, other = report(), report("别的")

        done = an_operator().post(f"/desk/reports/{told.id}/dismiss")

        assert led_to(done) == "/desk/reports?done"
        assert [row.id for row in FakeReport.objects.exclude(told_sealed=None)] == [other.id]
        assert published_warnings() == ()

    def test_those_that_speak_of_the_same_go_with_it_where_it_is_ticked(self):
        browser = an_operator()
        told, _same = report(), report(address=THERE)

        browser.post(f"/desk/reports/{told.id}/dismiss", {"and_same": "on"})
        assert count_open() == 0
        told, _same = report(), report(address=THERE)
        warn(browser, f"/desk/reports/{told.id}", and_same="on")
        assert count_open() == 0
        assert len(published_warnings()) == 1

    def test_sent_twice_it_is_one_warning(self):
        told, browser = report(), an_operator()

        for _time in range(2):
            led_to(warn(browser, f"/desk/reports/{told.id}"))

        assert Warning.objects.count() == 1

    @pytest.mark.parametrize(
        "fields",
        [
            {"name": "", "host": ""},
            {"host": "no host"},
            {"host": "yuyue.example"},
            {"proof": ""},
            {"proof": "a\x00"},
            {"proof_url": "javascript:alert(1)"},
            {"region": "没有这个地方"},
        ],
    )
    def test_what_is_wrong_is_said_and_the_report_stays(self, fields):
        an_entry()
        told, browser = report(), an_operator()

        for path in (f"/desk/reports/{told.id}", "/desk/warnings"):
            answer = warn(browser, path, **fields)
            assert "没有提交，什么都没有改变" in text(answer, 422)
        assert count_open() == 1
        assert Warning.objects.count() == 0


class TestWarnings:
    def test_of_the_operators_own_are_published_and_withdrawn(self):
        browser = an_operator()

        assert led_to(warn(browser)) == "/desk/warnings"
        (warning,) = published_warnings()
        assert "hunyin.example" in text(browser.get("/desk/warnings"))
        withdrawn = browser.post(f"/desk/warnings/{warning.id}/withdraw")

        assert led_to(withdrawn) == "/desk/warnings"
        assert "现在没有公布的警示" in text(browser.get("/desk/warnings"))
        assert "hunyin" not in text(Client().get("/warnings"))

    @pytest.mark.parametrize("id", ["0", "x", "9" * 30, "77"])
    def test_one_that_is_not_there_is_not_found(self, id):
        assert an_operator().post(f"/desk/warnings/{id}/withdraw").status_code == 404


class TestNothingUnreviewedIsPublic:
    def test_on_any_page_nor_in_the_api(self):
        report("假冒样本ZZZ https://zzz-fake.example", remark="补充YYY", region="440106")
        browser = Client()

        answers = [browser.get(path) for path in PUBLIC]
        answers += [
            browser.get("/api/v1/channels?region=440100"),
            browser.post(
                "/api/v1/channels/verify",
                {"text": "假冒样本"},
                content_type="application/json",
            ),
        ]

        for answer in answers:
            shown = answer.content.decode()
            assert answer.status_code in (200, 302), shown
            assert "ZZZ" not in shown
            assert "YYY" not in shown
            assert "zzz-fake" not in shown
