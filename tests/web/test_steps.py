"""Booking page by page: the whole way, and what each step shows and refuses."""

from __future__ import annotations

import re

import pytest

from heli.bookings.states import State
from heli.ground import clock
from heli.law.eligibility import VERSION
from heli.law.services import Service
from heli.ops.demo.people import fictional_person
from tests.bookings.factories import Couple, a_couple, hold
from tests.people import verified
from tests.web.walking import Visitor, a_slot, the_booking

NOT_A_DIVORCE = "预约只是排一个到场办理的时间，不等于离婚。"

pytestmark = pytest.mark.usefixtures("database")


class TestTheWholeWay:
    def test_of_a_couple_ends_with_a_place_held_for_both(self):
        couple, slot, visitor = a_couple(), a_slot(), Visitor()

        visitor.opens("/book/divorce_application")
        visitor.sends()
        assert visitor.here.startswith("/identify?next=")
        visitor.proves(couple.applicant).opens(visitor.addresses[-2])
        for step, number in (("you", 1), ("service", 2)):
            assert (visitor.step, visitor.page.status_code) == (step, 200)
            assert f"第 {number} 步，共 5 步：" in visitor.text
            visitor.sends()
        visitor.types(couple)
        visitor.sends(office=slot.office_id)
        visitor.sends(slot=slot.id)
        visitor.sends()

        booking = the_booking()
        assert visitor.here == f"/my/{booking.code}"
        assert (booking.state, booking.slot_id) == (State.HELD, slot.id)
        assert booking.eligibility_shown == VERSION
        assert {bytes(party.named) for party in booking.parties.all()} == {
            couple.applicant.person,
            couple.partner.person,
        }

    def test_of_one_person_has_no_page_for_another_and_is_confirmed_at_once(self):
        couple, slot, visitor = a_couple(), a_slot(Service.REPLACEMENT), Visitor()

        visitor.reaches_check(couple, slot)

        assert "第 4 步，共 4 步：核对并提交" in visitor.text
        assert not any(address.endswith("/people") for address in visitor.addresses)
        visitor.sends()
        assert the_booking().state == State.CONFIRMED
        assert the_booking().eligibility_shown is None

    def test_every_step_says_where_one_is_and_that_it_is_no_divorce(self):
        couple, slot, visitor = a_couple(), a_slot(), Visitor()
        visitor.reaches_check(couple, slot)

        for number, step in enumerate(("you", "service", "people", "office", "time", "check"), 1):
            visitor.opens(f"/book/{visitor.draft}/{step}")
            number = min(number, 4) if step != "check" else 5
            assert f"第 {number} 步，共 5 步：" in visitor.text
            assert f'<progress value="{number}" max="5"' in visitor.text
            assert f"<title>预约 · 第{number}步</title>" in visitor.text
            assert NOT_A_DIVORCE in visitor.text
            assert "上一步" in visitor.text

    def test_puts_nothing_personal_into_an_address(self):
        couple, slot, visitor = a_couple(), a_slot(), Visitor()

        visitor.reaches_check(couple, slot).sends()

        personal = (couple.one, couple.other)
        for address in visitor.addresses:
            for person in personal:
                assert not any(
                    said in address for said in (person.name, person.id_number, person.phone)
                )

    def test_checks_everything_in_words_and_says_what_comes_next(self):
        couple, slot, visitor = a_couple(), a_slot(), Visitor()

        visitor.reaches_check(couple, slot)

        assert slot.office.name in visitor.text
        assert "离婚登记申请" in visitor.text
        assert couple.other.name in visitor.text
        assert couple.one.name not in visitor.text
        assert couple.other.id_number not in visitor.text
        assert re.search(r"对方要在 \d+月\d+日（周.）.+ 前用自己的身份确认", visitor.text)
        assert "我们不会联系对方" in visitor.text

    def test_is_also_walked_in_english(self):
        couple, slot, visitor = a_couple(), a_slot(), Visitor(language="en")

        visitor.reaches_check(couple, slot)

        assert '<html lang="en">' in visitor.text
        assert f'lang="zh">{slot.office.name}' in visitor.text
        visitor.sends()
        assert the_booking().state == State.HELD


class TestStart:
    def test_shows_what_a_divorce_needs_and_the_way_out(self):
        visitor = Visitor()

        visitor.opens("/book/divorce_application")

        assert "双方都有完全民事行为能力。" in visitor.text
        assert "可以先做婚姻家庭辅导，或者向人民法院起诉。" in visitor.text
        assert "离婚" not in visitor.text.partition("<title>")[2].partition("</title>")[0]

    def test_keeps_the_office_and_the_time_one_came_with(self):
        couple, slot, visitor = a_couple(), a_slot(), Visitor()
        visitor.proves(couple.applicant)

        visitor.opens(f"/book/divorce_application?office={slot.office_id}&slot={slot.id}")
        assert slot.office.name in visitor.text
        visitor.sends("/book/divorce_application", office=slot.office_id, slot=slot.id)
        visitor.sends()
        visitor.sends()
        visitor.types(couple)

        assert visitor.step == "check"

    @pytest.mark.parametrize(
        "address",
        ["/book/nonsense", "/book/marriage?office=nowhere", "/book/marriage?office=%00"],
    )
    def test_knows_neither_another_service_nor_another_office(self, address):
        visitor = Visitor()

        visitor.opens(address)

        assert visitor.page.status_code == 404
        assert "这一步没有完成" in visitor.text

    @pytest.mark.parametrize("service", list(Service))
    def test_says_of_every_service_what_it_needs(self, service):
        visitor = Visitor()

        visitor.opens(f"/book/{service}")

        assert visitor.page.status_code == 200
        assert "您的姓名、身份证号和手机号" in visitor.text


class TestYou:
    def test_shows_the_verified_person_masked(self):
        couple, visitor = a_couple(), Visitor()
        visitor.proves(couple.applicant)

        visitor.sends("/book/divorce_application")

        assert couple.one.name[0] + "*" in visitor.text
        assert couple.one.phone[-4:] in visitor.text
        for said in (couple.one.name, couple.one.id_number, couple.one.phone):
            assert said not in visitor.text

    def test_not_me_forgets_who_was_verified_and_who_was_typed(self):
        couple, slot, visitor = a_couple(), a_slot(), Visitor()
        visitor.reaches_check(couple, slot)
        draft = visitor.draft

        visitor.sends(f"/book/{draft}/you", not_me="1")

        assert visitor.here.startswith("/identify?next=")
        stranger = verified(fictional_person())
        visitor.proves(stranger).opens(f"/book/{draft}/check")
        assert visitor.step == "you"
        visitor.sends()
        visitor.sends()
        assert visitor.step == "people"
        assert couple.other.name not in visitor.text
        assert couple.other.id_number not in visitor.text

    def test_somebody_else_who_is_verified_meanwhile_begins_with_themselves(self):
        couple, slot, visitor = a_couple(), a_slot(), Visitor()
        visitor.reaches_check(couple, slot)
        draft = visitor.draft

        visitor.proves(verified(fictional_person()))
        for step in ("people", "time", "check"):
            visitor.opens(f"/book/{draft}/{step}")
            assert visitor.step == "you"
        visitor.sends()
        visitor.opens(f"/book/{draft}/check")

        assert visitor.step == "people"
        assert couple.other.name not in visitor.text

    def test_says_at_once_that_there_is_a_booking_already(self):
        couple, slot, visitor = a_couple(), a_slot(), Visitor()
        booking = hold(couple, slot, at=clock.now())
        visitor.proves(couple.applicant)

        visitor.sends("/book/divorce_application")

        assert f'href="/my/{booking.code}"' in visitor.text


class TestPeople:
    @pytest.fixture
    def couple(self) -> Couple:
        return a_couple()

    @pytest.fixture
    def visitor(self, couple) -> Visitor:
        visitor = Visitor().proves(couple.applicant)
        visitor.sends("/book/divorce_application")
        visitor.sends()
        visitor.sends()
        assert visitor.step == "people"
        return visitor

    def test_refuses_oneself_beside_the_field(self, couple, visitor):
        visitor.sends(partner_name=couple.one.name, partner_id_number=couple.one.id_number)

        assert visitor.page.status_code == 422
        assert '<p class="error" id="id_partner_id_number_error">这是您自己的' in visitor.text
        assert 'aria-describedby="id_partner_id_number_helptext id_partner_id_number_error"' in (
            visitor.text
        )
        assert 'id="problems"' in visitor.text

    def test_refuses_what_is_no_name_or_number_and_keeps_what_was_typed(self, visitor):
        visitor.sends(partner_name="张3", partner_id_number="1234", partner_phone="1")

        assert visitor.page.status_code == 422
        assert "姓名里不能有数字" in visitor.text
        assert "身份证号应当是18位" in visitor.text
        assert "这个电话号码打不通" in visitor.text
        assert 'value="张3"' in visitor.text

    def test_wants_the_name_and_the_number_and_not_the_telephone(self, visitor):
        visitor.sends()

        assert visitor.text.count("请填写这一项。") == 4  # on top, and beside each of the two

    def test_keeps_what_was_typed_when_the_proof_expired_meanwhile(self, couple, visitor):
        draft = visitor.draft
        visitor.proof_expires()

        visitor.sends(partner_name=couple.other.name, partner_id_number=couple.other.id_number)

        assert visitor.here == f"/identify?next=%2Fbook%2F{draft}%2Foffice"
        visitor.proves(couple.applicant).opens(f"/book/{draft}/people")
        assert f'value="{couple.other.name}"' in visitor.text

    def test_refuses_oneself_beside_the_field_where_the_proof_expired_meanwhile(
        self, couple, visitor
    ):
        visitor.proof_expires()

        visitor.sends(partner_name=couple.one.name, partner_id_number=couple.one.id_number)

        assert (visitor.step, visitor.page.status_code) == ("people", 422)
        assert '<p class="error" id="id_partner_id_number_error">这是您自己的' in visitor.text
        assert f'value="{couple.one.id_number}"' in visitor.text

    def test_what_has_to_be_put_right_is_read_in_english_with_its_spaces(self, couple):
        visitor = Visitor(language="en").proves(couple.applicant)
        for address in ("/book/divorce_application", None, None):
            visitor.sends(address)

        visitor.sends()

        assert "<b>Not submitted yet.</b> Please" in visitor.text
        assert "The other person's name</a>: Please fill this in." in visitor.text
