"""The calculator: the days of any receipt, without a name; what is no date gets a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

import icalendar
import pytest
from django.utils import translation

from heli.cases.dates import LAST_YEAR_WITH_FACTS
from heli.ground import clock
from heli.ground.words import day_in_words, moment_in_words
from heli.law.calendar import STATE_COUNCIL
from heli.law.periods import timeline
from heli.web.line_of_time import first_day_to_come, last_day_to_come, last_day_to_withdraw
from tests.bookings.factories import an_office
from tests.cases.factories import an_open_office
from tests.web.reading import Page, fetch, read
from tests.web.visitors import browser, html, text

pytestmark = pytest.mark.usefixtures("database")

FROM_2021 = [date(2021, 1, 1) + timedelta(days=n) for n in range(7 * 365)]
BAD_DATES = {
    "": "请填写受理日期",
    " ": "请填写受理日期",
    "2026-02-30": "没有这一天",
    "2026-13-01": "没有这一天",
    "昨天": "没有这一天",
    "9" * 200: "没有这一天",
    "2020-12-31": "2021年1月1日以前没有离婚冷静期",
    "0001-01-01": "2021年1月1日以前没有离婚冷静期",
    f"{LAST_YEAR_WITH_FACTS + 1}-01-01": "还没有资料",
    "9999-12-31": "还没有资料",
}


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Days in words are compared in Chinese, whatever page was read before."""
    with translation.override("zh-hans"):
        yield


class TestQuestion:
    def test_is_asked_without_a_name(self):
        page = read("/calculator")

        assert page.title == "日期计算"
        assert "受理日期" in page.html
        assert 'class="line' not in page.html
        assert "heli_identity" not in fetch("/calculator").cookies

    def test_is_found_from_the_front_page_and_the_explanation(self):
        for path in ("/", "/two-visits"):
            assert "/calculator" in read(path).addresses

    @pytest.mark.parametrize(("typed", "sentence"), BAD_DATES.items())
    def test_what_is_no_date_gets_a_sentence_beside_the_field_and_nothing_else(
        self, typed, sentence
    ):
        answer = browser().get("/calculator", {"receipt": typed})

        page = html(answer, 422)
        assert sentence in page[page.index('id="id_receipt_error"') :]
        assert page.count(sentence) == 1
        assert 'aria-describedby="id_receipt_helptext id_receipt_error"' in page
        assert 'class="line' not in page
        assert "/calculator.ics" not in page
        assert browser().get("/calculator.ics", {"receipt": typed}).status_code == 422

    @pytest.mark.parametrize(
        "typed",
        ["2026-07-09", "2026-7-9", "2026/07/09", "20260709", "2026年7月9日", "２０２６-０７-０９"],
    )
    def test_a_date_is_read_as_people_write_it(self, typed):
        assert f"{day_in_words(date(2026, 7, 9))} 已受理" in read("/calculator", receipt=typed).html


class TestDays:
    def test_of_a_receipt_stand_in_order(self):
        page = text(browser().get("/calculator", {"receipt": "2026-07-09"}))

        days = [
            f"{day_in_words(date(2026, 7, 9))} 已受理",
            f"{day_in_words(date(2026, 8, 7))}下班前",  # the safe day is Saturday the 8th
            f"{day_in_words(date(2026, 8, 11))}起",
            f"{day_in_words(date(2026, 9, 7))}下班前",
        ]
        places = [page.index(day) for day in days]
        assert places == sorted(places)
        # folded away: the default reading, and each of the others
        assert f"冷静期到 {day_in_words(date(2026, 8, 10))}" in page
        assert f"领证期到 {day_in_words(date(2026, 9, 9))}" in page

    def test_never_lie_outside_of_what_every_reading_allows(self):
        for receipt_on in FROM_2021:
            dates = timeline(receipt_on)
            withdraw, first, last = (
                last_day_to_withdraw(dates),
                first_day_to_come(dates),
                last_day_to_come(dates),
            )
            assert receipt_on < withdraw <= dates.safe.withdraw_until
            assert dates.safe.issue_from <= first <= last <= dates.safe.issue_until
            assert all(map(STATE_COUNCIL.is_working_day, (withdraw, first, last)))

    def test_mark_today_where_it_lies_between_them(self):
        receipt_on = clock.today() - timedelta(days=12)

        page = read("/calculator", receipt=receipt_on.isoformat())

        assert page.html.count('aria-current="date"') == 1
        assert "冷静期第 12 天" in page.html
        assert "今天" not in read("/calculator", receipt="2021-03-01").html

    def test_of_a_year_without_notice_may_still_move(self):
        unsure, sure = date(LAST_YEAR_WITH_FACTS, 3, 1), date(2026, 7, 9)

        assert timeline(unsure).is_provisional
        assert "节假日安排公布之后可能会变" in read("/calculator", receipt=str(unsure)).html
        assert "节假日安排公布之后可能会变" not in read("/calculator", receipt=str(sure)).html


class TestOffice:
    def test_its_last_open_moments_are_told(self):
        office = an_open_office()

        page = text(browser().get("/calculator", {"receipt": "2026-07-09", "office": office.id}))

        assert moment_in_words(clock.moment_of(date(2026, 8, 7), time(17))) in page
        assert moment_in_words(clock.moment_of(date(2026, 9, 7), time(17))) in page
        assert office.name in page

    def test_is_kept_when_the_date_changes_until_another_is_typed(self):
        office, other = an_open_office(), an_open_office()
        chosen = {"receipt": "2026-07-10", "office": office.id}

        assert f'name="office" value="{office.id}"' in read("/calculator", **chosen).html
        again = read("/calculator", **chosen, q=other.name)
        assert f"?receipt=2026-07-10&office={other.id}" in again.addresses

    def test_one_without_hours_says_so(self):
        office = an_office()

        page = text(browser().get("/calculator", {"receipt": "2026-07-09", "office": office.id}))

        assert "没有查到它在那些日子的工作时间" in page
        assert f"{day_in_words(date(2026, 8, 7))}下班前" in page

    def test_is_found_by_its_name_or_region_among_those_with_hours(self):
        office, silent = an_open_office(), an_office()

        for q in (office.name, "天河", "广东 天河"):
            page = read("/calculator", receipt="2026-07-09", q=q)
            assert f"?receipt=2026-07-09&office={office.id}" in page.addresses
            assert silent.id not in page.html
        for q in ("没有的地方", "%"):
            assert "office=" not in read("/calculator", receipt="2026-07-09", q=q).html

    @pytest.mark.parametrize("q", ["\x00", "字" * 61])
    def test_what_is_no_name_gets_a_sentence(self, q):
        answer = browser().get("/calculator", {"receipt": "2026-07-09", "q": q})

        assert "请只写区县或登记处的名字" in html(answer, 422)

    @pytest.mark.parametrize("office", ["nowhere", "\x00", "演示", "x" * 500])
    def test_an_unknown_one_is_not_found(self, office):
        answer = browser().get("/calculator", {"receipt": "2026-07-09", "office": office})

        assert answer.status_code == 404


class TestFile:
    def test_takes_the_days_along_without_saying_what_for(self):
        office = an_open_office()
        answer = browser().get("/calculator.ics", {"receipt": "2026-07-09", "office": office.id})

        assert answer["Content-Type"].startswith("text/calendar")
        assert answer["Content-Disposition"] == 'attachment; filename="yuyue-riqi.ics"'
        events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
        assert [event.start for event in events] == [
            date(2026, 8, 7),
            date(2026, 8, 11),
            date(2026, 9, 7),
        ]
        assert all(str(event["summary"]).startswith("预约相关日期：") for event in events)
        assert "离婚" not in answer.content.decode()

    def test_is_offered_beside_the_days(self):
        page = read("/calculator", receipt="2026-07-09")

        assert "/calculator.ics?receipt=2026-07-09" in page.addresses


class TestEnglish:
    def test_is_well_formed_and_names_are_tagged(self):
        office = an_open_office()
        page = read("/calculator", "en", receipt="2026-07-09", office=office.id)

        assert isinstance(page, Page)
        assert page.language == "en"
        assert office.name not in page.untagged
