"""The days of a receipt as a calendar file: neutral, and the same entries each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

import icalendar
import pytest
import vobject
from django.utils import translation

from heli.cases.dates import Here, OfficeTimeline
from heli.ground import clock
from heli.law.periods import timeline
from heli.papers.timeline_file import timeline_file
from tests.papers import vouchers

RECEIPT_ON = date(2026, 7, 9)
AT = clock.moment_of(RECEIPT_ON, time(12))
HERE = Here(
    withdraw_by=clock.moment_of(date(2026, 8, 7), time(17)),
    certificate_by=clock.moment_of(date(2026, 9, 7), time(12)),
)

pytestmark = pytest.mark.usefixtures("database")  # the current year, by the clock


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Days in words are compared in Chinese, whatever page was read before."""
    with translation.override("zh-hans"):
        yield


def file_of(receipt_on: date = RECEIPT_ON, *, here: Here | None = None, at=AT) -> bytes:
    office = vouchers.an_office() if here else None
    return timeline_file(OfficeTimeline(timeline(receipt_on), here), office, at=at).content


def events_in(file: bytes) -> list[icalendar.Event]:
    return icalendar.Calendar.from_ical(file).walk("VEVENT")


class TestTimelineFile:
    def test_has_the_last_first_and_last_day_as_whole_days(self):
        starts = [event.start for event in events_in(file_of())]
        ends = [event.end for event in events_in(file_of())]

        assert starts == [date(2026, 8, 7), date(2026, 8, 11), date(2026, 9, 7)]
        assert ends == [day + timedelta(days=1) for day in starts]

    def test_opens_in_another_parser_too(self):
        theirs = vobject.readOne(file_of(here=HERE).decode()).vevent_list

        assert [event.dtstart.value for event in theirs] == [
            event.start for event in events_in(file_of(here=HERE))
        ]

    def test_with_an_office_says_until_when(self):
        summaries = [str(event["summary"]) for event in events_in(file_of(here=HERE))]

        assert summaries == [
            "预约相关日期：第一个三十天的最后一天，17:00 为止",
            "预约相关日期：第二个三十天的第一天",
            "预约相关日期：第二个三十天的最后一天，12:00 为止",
        ]

    def test_says_nothing_that_others_should_not_read(self):
        file = file_of(here=HERE).decode().replace("\r\n ", "")

        for word in ("离婚", "撤回", "领证", "冷静", "divorce", "ATTENDEE", "ORGANIZER"):
            assert word not in file
        assert file.count("CLASS:PRIVATE") == 3

    def test_a_later_file_of_the_same_receipt_changes_the_same_entries(self):
        earlier, later = file_of(), file_of(here=HERE, at=AT + timedelta(days=3))

        assert [event["uid"] for event in events_in(earlier)] == [
            event["uid"] for event in events_in(later)
        ]
        assert events_in(earlier)[0]["dtstamp"].dt < events_in(later)[0]["dtstamp"].dt
        assert file_of() == file_of()

    def test_another_receipt_has_entries_of_its_own(self):
        other = events_in(file_of(RECEIPT_ON + timedelta(days=1)))

        assert not {event["uid"] for event in other} & {
            event["uid"] for event in events_in(file_of())
        }

    def test_reminds_three_days_before_at_nine(self):
        (alarm,) = events_in(file_of())[0].walk("VALARM")

        assert alarm["trigger"].dt == timedelta(hours=9) - timedelta(days=3)

    def test_says_that_a_day_may_still_move(self):
        event = events_in(file_of(date(2027, 3, 1)))[0]

        assert "可能会变" in str(event["description"])
