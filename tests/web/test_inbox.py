"""My notices: read in the page, marked by a button, nobody else's."""

from __future__ import annotations

import pytest

from heli.ground import clock
from heli.notices.models import Notice
from heli.notices.services import mark_read_up_to
from heli.places.naming import short_name
from tests.bookings.factories import a_couple
from tests.notices.factories import delivered
from tests.web.cases import received_today
from tests.web.visitors import browser, confirmed, held, html, text

pytestmark = pytest.mark.usefixtures("database")


class TestInbox:
    def test_says_so_when_there_is_nothing(self):
        assert "还没有消息" in text(browser(a_couple().applicant).get("/my/inbox"))

    def test_shows_each_notice_with_the_way_to_its_booking(self):
        couple = a_couple()
        booking = held(couple)
        delivered(couple.applicant)

        seen = html(browser(couple.applicant).get("/my/inbox"))

        assert "预约已保留，等对方确认" in seen
        assert f'href="/my/{booking.code}"' in seen

    def test_what_is_about_a_case_leads_to_the_case(self):
        whose = received_today()
        delivered(whose.couple.partner)

        seen = html(browser(whose.couple.partner).get("/my/inbox"))

        assert f'href="{whose.path}"' in seen

    def test_in_english_the_offices_name_is_marked_as_chinese(self):
        couple = a_couple()
        booking = held(couple)
        delivered(couple.applicant)

        seen = html(browser(couple.applicant, "en").get("/my/inbox"))

        assert f'<span lang="zh">{short_name(booking.office.name)}</span>' in seen

    def test_nobody_reads_anybody_elses(self):
        couple = a_couple()
        booking = held(couple)
        delivered(couple.applicant)

        assert booking.code not in html(browser(couple.partner).get("/my/inbox"))

    def test_reading_changes_nothing_and_the_button_marks_what_was_shown(self):
        couple = a_couple()
        confirmed(couple)
        delivered(couple.applicant)
        visitor = browser(couple.applicant)

        before = html(visitor.get("/my/inbox"))
        again = html(visitor.get("/my/inbox"))
        latest = max(Notice.objects.filter(person=couple.applicant.person).values_list("id"))[0]
        response = visitor.post("/my/inbox", {"latest": latest})
        after = html(visitor.get(response["Location"]))

        assert before.count("unread") == again.count("unread") == 2
        assert f'name="latest" value="{latest}"' in before
        assert "unread" not in after
        assert "都标为已看" not in after
        assert "没有看过" not in text(visitor.get("/my"))

    def test_a_notice_that_came_meanwhile_stays_new(self):
        couple = a_couple()
        confirmed(couple)
        delivered(couple.applicant)
        first, second = Notice.objects.filter(person=couple.applicant.person).order_by("id")

        mark_read_up_to(first.id, by=couple.applicant, at=clock.now())
        mark_read_up_to(second.id, by=couple.partner, at=clock.now())

        second.refresh_from_db()
        assert second.read_at is None

    @pytest.mark.parametrize("latest", ["", "x", "9" * 40])
    def test_what_is_no_notice_is_not_found(self, latest):
        visitor = browser(a_couple().applicant)

        assert visitor.post("/my/inbox", {"latest": latest}).status_code == 404
