"""Somebody for whom no check works online: to the desk, and on by their own telephone."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from heli.bookings.models import Booking
from heli.bookings.services import cancel_booking
from heli.bookings.states import State
from heli.ground import clock, events
from heli.ground.refusals import NotFound
from heli.hall.models import DeskCheck
from heli.hall.roles import StaffRole
from heli.identity.verified import VerifiedIdentity
from heli.keeping.models import DataConsent
from heli.notices.queries import inbox
from heli.notices.services import mark_read, mark_read_up_to
from heli.places.models import Office
from heli.slots.models import Slot
from heli.web.visitor import IDENTITY_COOKIE
from tests.bookings.factories import HOUR, Couple, a_couple, an_office
from tests.desk.staff_browsers import logged_in
from tests.hall.factories import SERVICE_DAY, Hall
from tests.web.visitors import a_coming_slot, browser, confirmed, html, text
from tests.web.walking import Visitor

pytestmark = pytest.mark.usefixtures("database")

PHONE = "13900001234"


def card_of(person: VerifiedIdentity) -> dict[str, str]:
    """What the clerk types, looking at the card; their own number is asked once and passed over
    afterwards."""
    return {
        "name": person.name,
        "id_number": person.id_number.value,
        "own_number": a_couple().partner.id_number.value,
        "is_seen": "on",
    }


def code_from(clerk: Client, person: VerifiedIdentity) -> str:
    """The clerk looks at the card; the code on their screen."""
    page = text(clerk.post("/desk/in-person", card_of(person)))
    (code,) = re.findall(r"\b([0-9A-Z]{4} [0-9A-Z]{4})\b", page)
    return code


def typed(code: str, person: VerifiedIdentity, **others: str) -> dict[str, str]:
    """What the person types."""
    end = person.id_number.value[-4:]
    return {"code": code, "number_end": end, "phone": PHONE, "agrees": "on"} | others


def gone_on(person: VerifiedIdentity, office: Office) -> Client:
    """The person's own browser, after the desk."""
    telephone = browser()
    code = code_from(logged_in(StaffRole.CLERK, office), person)
    answer = telephone.post("/identify/desk", typed(code, person))
    assert (answer.status_code, answer["Location"]) == (302, f"/offices/{office.id}")
    return telephone


def books(telephone: Client, couple: Couple, slot: Slot) -> str:
    """The steps of booking, to the end; the booking's code."""
    visitor = Visitor()
    visitor.client = telephone
    visitor.sends(f"/book/{slot.service}")
    visitor.sends()
    visitor.sends()
    visitor.types(couple)
    visitor.sends(office=slot.office_id)
    visitor.sends(slot=slot.id)
    assert visitor.step == "check"
    return visitor.sends().rpartition("/")[2]


class TestTheStory:
    def test_both_book_on_their_telephones_after_the_desk(self):
        """No online check works for them. A clerk looks at the cards, both go on by themselves."""
        couple, slot = a_couple(), a_coming_slot()
        number = couple.applicant.id_number.value
        asked = {"name": "张柜台", "id_number": number, "phone": PHONE, "agrees": "on"}
        assert "当面核对" in text(browser().post("/identify", asked), 422)

        telephone = gone_on(couple.applicant, slot.office)
        code = books(telephone, couple, slot)
        agreed = gone_on(couple.partner, slot.office).post(f"/c/{code}/agree")

        assert agreed["Location"] == f"/my/{code}"
        assert Booking.objects.get(code=code).state == State.CONFIRMED
        assert telephone.get(f"/my/{code}/voucher").status_code == 200

    def test_the_proof_does_not_open_what_is_booked_elsewhere(self):
        couple = a_couple()
        booking = confirmed(couple)

        telephone = gone_on(couple.applicant, an_office())

        assert telephone.get(f"/my/{booking.code}").status_code == 404
        assert booking.code not in html(telephone.get("/my"))
        assert telephone.get("/my/data").status_code == 403

    def test_booking_again_names_nothing_that_is_booked_elsewhere(self):
        couple, slot = a_couple(), a_coming_slot()
        booking = confirmed(couple)
        visitor = Visitor()
        visitor.client = gone_on(couple.applicant, slot.office)
        visitor.sends(f"/book/{slot.service}")
        visitor.sends()
        visitor.opens(visitor.here.replace("/service", "/you"))

        assert visitor.step == "you"
        assert booking.code not in visitor.text

    def test_who_holds_a_booking_is_told_that_a_desk_spoke_for_them(self):
        couple, there = a_couple(), an_office()
        booking = confirmed(couple)

        gone_on(couple.applicant, there)
        events.deliver()

        (told,) = [one for one in inbox(couple.applicant) if one.kind == "seen_at_the_desk"]
        assert told.booking_code == booking.code
        assert there.name[-6:] in told.text or there.name in told.text
        assert "请给登记处打电话" in told.text
        assert [one for one in inbox(couple.partner) if one.kind == "seen_at_the_desk"] == []

    def test_whom_the_desk_takes_for_them_is_not_told_what_they_hold_elsewhere(self):
        couple, there = a_couple(), an_office()
        booking = confirmed(couple)

        telephone = gone_on(couple.applicant, there)
        events.deliver()
        token = telephone.cookies[IDENTITY_COOKIE].value
        seen = Client().get("/api/v1/notices", headers={"authorization": f"Bearer {token}"})

        assert seen.json() == []
        assert booking.code not in html(telephone.get("/my/inbox"))
        assert not any(one.is_read for one in inbox(couple.applicant))

    def test_their_messages_elsewhere_stay_unread_whatever_is_done_by_the_desks_proof(self):
        couple, there = a_couple(), an_office()
        confirmed(couple)
        events.deliver()
        proof = couple.applicant._replace(method="desk", at_office=there.id)
        (latest, *_others) = inbox(couple.applicant)

        mark_read_up_to(latest.id, by=proof, at=clock.now())
        with pytest.raises(NotFound):
            mark_read(latest.id, by=proof, at=clock.now())

        assert not any(one.is_read for one in inbox(couple.applicant))

    def test_whose_case_is_open_is_told_without_a_booking_too(self):
        hall = Hall()
        case = hall.accept()
        me = hall.couple.applicant
        cancel_booking(case.certificate_booking.code, by=me, at=SERVICE_DAY + 2 * HOUR)

        gone_on(me, hall.office)
        events.deliver()

        (told,) = [one for one in inbox(me) if one.kind == "seen_at_the_desk"]
        assert (told.booking_code, told.case_id) == ("", case.id)

    def test_who_holds_nothing_is_told_nothing(self):
        person = a_couple().applicant

        gone_on(person, an_office())
        events.deliver()

        assert inbox(person) == []


class TestThePage:
    def test_opening_the_link_uses_nothing_and_says_nothing_of_the_person(self):
        person, office = a_couple().applicant, an_office()
        code = code_from(logged_in(StaffRole.CLERK, office), person).replace(" ", "")

        for _time in range(2):
            page = html(browser().get(f"/identify/desk/{code}"))

        assert f'value="{code}"' in page
        for secret in (person.name, person.id_number.value, office.name):
            assert secret not in page
        assert browser().post("/identify/desk", typed(code, person)).status_code == 302

    def test_a_code_that_is_none_is_said_at_once(self):
        assert "这个核验码不对" in text(browser().get("/identify/desk/ACDEFGHJ"), 404)

    def test_without_the_box_nothing_is_used(self):
        person, office = a_couple().applicant, an_office()
        code = code_from(logged_in(StaffRole.CLERK, office), person)

        asked = typed(code, person)
        del asked["agrees"]
        refused = browser().post("/identify/desk", asked)

        assert "不同意就不能在网上接着办" in text(refused, 422)
        assert browser().post("/identify/desk", asked | {"agrees": "on"}).status_code == 302
        assert DataConsent.objects.filter(person=person.person).exists()

    def test_another_numbers_end_is_said_beside_the_field(self):
        person = a_couple().applicant
        code = code_from(logged_in(StaffRole.CLERK, an_office()), person)

        refused = browser().post("/identify/desk", typed(code, person, number_end="0000"))

        assert "最后4位" in text(refused, 422)

    def test_it_leads_back_to_where_one_was(self):
        person = a_couple().applicant
        code = code_from(logged_in(StaffRole.CLERK, an_office()), person)

        answer = browser().post("/identify/desk", typed(code, person, next="/my/inbox"))

        assert answer["Location"] == "/my/inbox"


class TestTheDesk:
    def test_the_code_is_shown_once_with_how_to_use_it(self):
        person = a_couple().applicant
        clerk = logged_in(StaffRole.CLERK, an_office())

        answer = clerk.post("/desk/in-person", card_of(person))

        page = text(answer)
        assert "请本人用自己的手机扫码" in page
        assert person.name not in page
        assert person.id_number.value not in page
        assert answer["Cache-Control"].count("no-store") == 1

    def test_without_having_seen_the_card_there_is_none(self):
        person = a_couple().applicant
        asked = card_of(person)
        del asked["is_seen"]

        refused = logged_in(StaffRole.CLERK, an_office()).post("/desk/in-person", asked)

        assert "请先看过证件原件和本人" in text(refused, 422)
        assert not DeskCheck.objects.exists()

    def test_who_looks_says_once_who_they_are(self):
        couple, clerk = a_couple(), logged_in(StaffRole.CLERK, an_office())
        asked = card_of(couple.applicant)
        del asked["own_number"]

        assert "您自己的身份证号" in text(clerk.post("/desk/in-person", asked), 422)
        code_from(clerk, couple.applicant)

        assert "您自己的身份证号" not in text(clerk.get("/desk/in-person"))
        assert "请本人用自己的手机扫码" in text(clerk.post("/desk/in-person", asked))

    def test_a_number_that_is_none_is_said_beside_the_field(self):
        asked = card_of(a_couple().applicant) | {"id_number": "110101189001010000"}

        refused = logged_in(StaffRole.CLERK, an_office()).post("/desk/in-person", asked)

        assert refused.status_code == 422
        assert not DeskCheck.objects.exists()

    def test_the_manager_sees_who_gave_how_many(self):
        person, office = a_couple().applicant, an_office()
        clerk, manager = logged_in(StaffRole.CLERK, office), logged_in(StaffRole.MANAGER, office)
        code_from(clerk, person)

        page = text(manager.get("/desk/in-person/checks"))

        assert re.search(r"clerk-\d+ 1 ", page)
        assert person.name not in page
        assert clerk.get("/desk/in-person/checks").status_code == 403
