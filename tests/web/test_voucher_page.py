"""The voucher on a telephone, and the files to keep."""

from __future__ import annotations

import pytest

from heli.bookings.codes import in_groups
from heli.bookings.services import cancel_booking, reschedule_booking
from heli.ground import clock
from heli.ground.words import moment_in_words
from heli.law.services import Service
from tests.bookings.factories import a_couple, hold
from tests.web.cases import received_today
from tests.web.visitors import a_coming_slot, browser, confirmed, held, html, text

pytestmark = pytest.mark.usefixtures("database")


class TestVoucherPage:
    def test_shows_code_moment_place_both_and_what_to_bring(self):
        couple = a_couple()
        booking = confirmed(couple)

        page = browser(couple.partner).get(f"/my/{booking.code}/voucher")

        assert '<svg role="img" aria-label="签到二维码"' in html(page)
        for said in (
            in_groups(booking.code),
            moment_in_words(booking.slot.starts_at),
            booking.office.name,
            "演示路1号",
            *(party.name_masked for party in booking.parties),
            "居民身份证",
            "这是到场办理的排期凭证，不是离婚证，也不代表申请已被受理。",
        ):
            assert said in text(page)
        assert 'href="https://apis.map.qq.com/' in html(page)

    def test_both_see_the_same_code_to_scan(self):
        couple = a_couple()
        booking = confirmed(couple)

        drawings = {
            html(browser(by).get(f"/my/{booking.code}/voucher")).split("<svg")[1].split("</svg>")[0]
            for by in (couple.applicant, couple.partner)
        }

        assert len(drawings) == 1

    def test_there_is_none_before_both_agreed_nor_after_the_end(self):
        couple = a_couple()
        booking = held(couple)
        visitor = browser(couple.applicant)

        before = text(visitor.get(f"/my/{booking.code}/voucher"), 409)
        cancel_booking(booking.code, by=couple.applicant, at=clock.now())
        after = text(visitor.get(f"/my/{booking.code}/voucher"), 409)

        for seen in (before, after):
            assert "所以没有凭证" in seen

    def test_while_a_move_is_discussed_it_says_which_time_counts(self):
        couple = a_couple()
        booking, slot = confirmed(couple), a_coming_slot()
        reschedule_booking(booking.code, by=couple.applicant, at=clock.now(), slot_id=slot.id)

        seen = text(browser(couple.partner).get(f"/my/{booking.code}/voucher"))

        assert "以这张凭证上的时间为准" in seen

    def test_of_the_second_visit_and_of_counselling_it_speaks_of_no_application(self):
        whose, couple = received_today(), a_couple()
        slot = a_coming_slot(service=Service.COUNSELLING)
        advice = hold(couple, slot, at=clock.now())

        second = text(browser(whose.couple.partner).get(f"/my/{whose.kept.code}/voucher"))
        alone = text(browser(couple.applicant).get(f"/my/{advice.code}/voucher"))

        assert "这是到场办理的排期凭证，不是离婚证。" in second  # it was accepted before
        for seen in (second, alone):
            assert "不代表申请已被受理" not in seen

    def test_of_one_person_it_speaks_of_one(self):
        couple = a_couple()
        booking = hold(couple, a_coming_slot(service=Service.REPLACEMENT), at=clock.now())

        seen = text(browser(couple.applicant).get(f"/my/{booking.code}/voucher"))

        assert "本人" in seen
        assert "对方" not in seen


class TestVoucherFile:
    @pytest.mark.parametrize(
        ("kind", "content_type", "begins"),
        [
            ("pdf", "application/pdf", b"%PDF-"),
            ("png", "image/png", b"\x89PNG"),
            ("ics", "text/calendar; charset=utf-8", b"BEGIN:VCALENDAR"),
        ],
    )
    def test_comes_in_three_kinds_with_a_neutral_name(self, kind, content_type, begins):
        couple = a_couple()
        booking = confirmed(couple)

        response = browser(couple.partner).get(f"/my/{booking.code}/voucher.{kind}")

        assert response.status_code == 200
        assert response["Content-Type"] == content_type
        assert f'filename="yuyue-{booking.code}.{kind}"' in response["Content-Disposition"]
        assert "no-store" in response["Cache-Control"]
        assert response.content.startswith(begins)
        assert couple.one.name.encode() not in response.content

    def test_another_kind_is_not_found(self):
        couple = a_couple()
        booking = confirmed(couple)

        response = browser(couple.partner).get(f"/my/{booking.code}/voucher.exe")

        assert response.status_code == 404

    def test_needs_the_check_first(self):
        booking = confirmed(a_couple())

        response = browser().get(f"/my/{booking.code}/voucher.pdf")

        assert response["Location"].startswith("/identify?next=")
