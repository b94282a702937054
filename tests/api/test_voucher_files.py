"""The voucher's files through the API: who gets them, when, and how they are labelled."""

from __future__ import annotations

import io

import icalendar
import pytest
from pypdf import PdfReader

from heli.api.v1 import api
from heli.ops.demo.people import fictional_couple, fictional_person
from tests.api.world import NOBODY, Caller, a_slot, an_office, book, verified

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "ics": "text/calendar; charset=utf-8",
}
KINDS = list(CONTENT_TYPES)
PRINTED = ["pdf", "png"]


def a_confirmed_booking() -> tuple[Caller, str]:
    """The applicant and the code of a booking that both have agreed to."""
    applicant, partner = fictional_couple()
    caller = verified(applicant)
    code = book(caller, a_slot(an_office()), partner)["code"]
    verified(partner).post(f"/bookings/{code}/consent")
    return caller, code


@pytest.mark.usefixtures("database")
class TestVoucherFiles:
    @pytest.mark.parametrize("kind", KINDS)
    def test_come_with_a_neutral_name_and_are_not_kept_on_the_way(self, kind: str):
        caller, code = a_confirmed_booking()

        answer = caller.get(f"/bookings/{code}/voucher.{kind}")

        assert answer.status_code == 200
        assert answer["Content-Type"] == CONTENT_TYPES[kind]
        assert f'filename="yuyue-{code}.{kind}"' in answer["Content-Disposition"]
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_a_code_typed_in_groups_gives_the_same_file(self):
        caller, code = a_confirmed_booking()
        typed = "-".join(code[start : start + 4].lower() for start in range(0, 12, 4))

        answer = caller.get(f"/bookings/{typed}/voucher.ics")

        assert f"yuyue-{code}.ics" in answer["Content-Disposition"]

    def test_a_picture_is_shown_and_the_others_are_saved(self):
        caller, code = a_confirmed_booking()

        shown = {
            kind: caller.get(f"/bookings/{code}/voucher.{kind}")["Content-Disposition"]
            for kind in KINDS
        }

        assert shown["png"].startswith("inline")
        assert shown["pdf"].startswith("attachment")
        assert shown["ics"].startswith("attachment")

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_stranger_finds_what_nobody_finds(self, kind: str):
        _caller, code = a_confirmed_booking()
        stranger = verified(fictional_person())

        foreign = stranger.get(f"/bookings/{code}/voucher.{kind}")
        missing = stranger.get(f"/bookings/ACDE-2346-7999/voucher.{kind}")

        assert foreign.status_code == missing.status_code == 404
        assert foreign.json() == missing.json()

    @pytest.mark.parametrize("kind", KINDS)
    def test_without_a_token_there_is_none(self, kind: str):
        _caller, code = a_confirmed_booking()

        assert NOBODY.get(f"/bookings/{code}/voucher.{kind}").status_code == 401

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_held_booking_has_none(self, kind: str):
        applicant, partner = fictional_couple()
        caller = verified(applicant)
        code = book(caller, a_slot(an_office()), partner)["code"]

        answer = caller.get(f"/bookings/{code}/voucher.{kind}")

        assert answer.status_code == 409
        assert answer.json()["code"] == "wrong_state"

    @pytest.mark.parametrize("kind", PRINTED)
    def test_a_cancelled_booking_is_printed_no_more(self, kind: str):
        caller, code = a_confirmed_booking()
        caller.post(f"/bookings/{code}/cancel")

        answer = caller.get(f"/bookings/{code}/voucher.{kind}")

        assert answer.status_code == 409
        assert answer.json()["code"] == "wrong_state"

    def test_a_cancelled_booking_leaves_the_calendar_by_the_same_file(self):
        caller, code = a_confirmed_booking()
        (before,) = _events(caller.get(f"/bookings/{code}/voucher.ics").content)

        caller.post(f"/bookings/{code}/cancel")
        (after,) = _events(caller.get(f"/bookings/{code}/voucher.ics").content)

        assert before["uid"] == after["uid"]
        assert (before["status"], after["status"]) == ("CONFIRMED", "CANCELLED")
        assert after["sequence"] > before["sequence"]

    def test_both_get_the_same_calendar_file(self):
        applicant, partner = fictional_couple()
        hers, his = verified(applicant), verified(partner)
        code = book(hers, a_slot(an_office()), partner)["code"]
        his.post(f"/bookings/{code}/consent")

        assert (
            hers.get(f"/bookings/{code}/voucher.ics").content
            == his.get(f"/bookings/{code}/voucher.ics").content
        )

    def test_speak_english_when_asked(self):
        applicant, partner = fictional_couple()
        caller = verified(applicant, language="en")
        code = book(caller, a_slot(an_office()), partner)["code"]
        verified(partner).post(f"/bookings/{code}/consent")

        (page,) = PdfReader(io.BytesIO(caller.get(f"/bookings/{code}/voucher.pdf").content)).pages

        assert "marriage certificate" in page.extract_text()

    def test_no_name_stands_in_full_on_any_of_them(self):
        applicant, partner = fictional_couple()
        caller = verified(applicant)
        code = book(caller, a_slot(an_office()), partner)["code"]
        verified(partner).post(f"/bookings/{code}/consent")

        (page,) = PdfReader(io.BytesIO(caller.get(f"/bookings/{code}/voucher.pdf").content)).pages
        calendar = caller.get(f"/bookings/{code}/voucher.ics").content.decode()

        for name in (applicant.name, partner.name):
            assert name not in page.extract_text()
            assert name[0] not in calendar

    def test_are_documented_with_their_content_types(self):
        paths = api.get_openapi_schema()["paths"]

        for kind, content_type in CONTENT_TYPES.items():
            answer = paths[f"/api/v1/bookings/{{code}}/voucher.{kind}"]["get"]["responses"][200]
            assert list(answer["content"]) == [content_type.partition(";")[0]]


def _events(file: bytes) -> list[icalendar.Event]:
    return icalendar.Calendar.from_ical(file).walk("VEVENT")
