"""What could go wrong on the way through the steps of booking, and does no harm."""

from __future__ import annotations

import pytest
from django.test import Client

from heli.bookings import services
from heli.bookings.models import Booking
from heli.bookings.states import State
from heli.ground import clock
from heli.law.services import Service
from heli.slots.models import Slot
from heli.web import draft as drafts
from heli.web.draft import COOKIE
from tests.bookings.factories import a_couple, hold, taken
from tests.people import verified
from tests.web.walking import DAY, Visitor, a_slot, the_booking

STEPS = ("you", "service", "people", "office", "time", "check")

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def couple():
    return a_couple()


@pytest.fixture
def slot() -> Slot:
    return a_slot(places=2)


@pytest.fixture
def visitor(couple, slot) -> Visitor:
    """Somebody who has everything filled in and sent nothing."""
    return Visitor().reaches_check(couple, slot)


class TestSendingTwice:
    def test_a_double_tap_is_one_booking(self, visitor, slot):
        draft, unsent = visitor.draft, visitor.client.cookies[COOKIE].value
        visitor.sends()
        first = visitor.here

        visitor.client.cookies[COOKIE] = unsent  # the second tap left before the first answer came
        visitor.sends(f"/book/{draft}/check")

        assert visitor.here == first
        assert Booking.objects.count() == taken(slot) == 1

    @pytest.mark.parametrize("step", STEPS)
    def test_going_back_afterwards_leads_to_the_booking(self, visitor, step):
        draft = visitor.draft
        visitor.sends()
        booking = visitor.here

        visitor.opens(f"/book/{draft}/{step}")
        assert visitor.here == booking
        visitor.sends(f"/book/{draft}/{step}")
        assert visitor.here == booking

    def test_afterwards_the_browser_holds_nobody_any_more(self, visitor, couple):
        draft = visitor.draft
        visitor.sends()

        kept = drafts.open_token(drafts.PURPOSE, visitor.client.cookies[COOKIE].value)

        assert kept["id"] == draft
        assert kept["person"] is kept["partner_name"] is kept["partner_id_number"] is None

    def test_another_time_sent_with_the_same_draft_changes_nothing(self, visitor, slot):
        draft, other = visitor.draft, a_slot()
        visitor.sends(f"/book/{draft}/time", slot=other.id)
        unsent = visitor.client.cookies[COOKIE].value
        visitor.sends()
        visitor.client.cookies[COOKIE] = unsent
        visitor.sends(f"/book/{draft}/time", slot=slot.id)

        visitor.sends()

        assert visitor.page.status_code == 409
        assert "这次没有重复提交" in visitor.text
        assert f'href="/my/{the_booking().code}"' in visitor.text
        assert the_booking().slot_id == other.id


class TestTabsAndReloads:
    def test_two_tabs_do_not_disturb_each_other(self, couple, slot):
        one, other = Visitor(), Visitor()
        one.reaches_check(couple, slot)
        other.client = one.client  # Django's client keeps one cookie per name: put it back by hand
        first = one.client.cookies[COOKIE].value
        other.sends("/book/replacement")
        other.sends()

        assert other.draft != one.draft
        assert other.client.cookies[COOKIE]["path"] == f"/book/{other.draft}/"
        one.client.cookies[COOKIE] = first
        one.sends(f"/book/{one.draft}/check")

        assert the_booking().service == Service.DIVORCE_APPLICATION

    @pytest.mark.parametrize("step", STEPS)
    def test_a_reload_shows_the_same_step(self, visitor, step):
        for _again in range(2):
            visitor.opens(f"/book/{visitor.draft}/{step}")

            assert (visitor.step, visitor.page.status_code) == (step, 200)

    @pytest.mark.parametrize("step", STEPS)
    def test_a_page_left_open_overnight_says_what_happened(self, visitor, step):
        draft = visitor.draft
        del visitor.client.cookies[COOKIE]  # as a browser does after two hours

        for go in (visitor.opens, visitor.sends):
            go(f"/book/{draft}/{step}")

            assert visitor.page.status_code == 404
            assert "这份填写的内容已经过期" in visitor.text
        assert not Booking.objects.exists()

    def test_the_draft_of_another_is_gone_for_everybody_else(self, visitor):
        somebody = Visitor().proves(verified(a_couple().one))

        somebody.opens(f"/book/{visitor.draft}/check")

        assert somebody.page.status_code == 404

    @pytest.mark.parametrize("step", ["service", "people", "office", "time", "check"])
    def test_an_expired_proof_leads_to_the_check_and_back_with_the_draft_intact(
        self, visitor, couple, slot, step
    ):
        draft = visitor.draft
        visitor.proof_expires()

        visitor.opens(f"/book/{draft}/{step}")
        there = f"/identify?next=%2Fbook%2F{draft}%2F{step}&office={slot.office_id}"
        assert visitor.here == there
        visitor.proves(couple.applicant).opens(f"/book/{draft}/{step}")
        assert visitor.step == step
        visitor.sends(f"/book/{draft}/check")

        assert the_booking().slot_id == slot.id

    def test_nothing_is_sent_without_a_proof(self, visitor, slot):
        draft = visitor.draft
        visitor.proof_expires()

        visitor.sends()

        there = f"/identify?next=%2Fbook%2F{draft}%2Fcheck&office={slot.office_id}"
        assert visitor.here == there
        assert not Booking.objects.exists()


class TestSkippingAhead:
    @pytest.mark.parametrize("step", ["people", "office", "time", "check"])
    def test_leads_to_the_first_step_that_is_open(self, couple, step):
        visitor = Visitor().proves(couple.applicant)
        visitor.sends("/book/divorce_application")
        draft = visitor.draft

        visitor.opens(f"/book/{draft}/{step}")
        assert visitor.step == "you"
        visitor.sends()
        visitor.opens(f"/book/{draft}/{step}")
        assert visitor.step == "people"
        visitor.types(couple)
        visitor.opens(f"/book/{draft}/{step}")
        assert visitor.step == ("people" if step == "people" else "office")

    def test_one_person_has_no_page_for_another(self, couple):
        visitor = Visitor().proves(couple.applicant)
        visitor.sends("/book/replacement")
        visitor.sends()

        visitor.opens(f"/book/{visitor.draft}/people")

        assert visitor.step == "office"


class TestATimeThatIsGone:
    def assert_back_at_the_times(self, visitor, sentence):
        assert visitor.step == "time"
        assert sentence in visitor.text
        assert not Booking.objects.filter(asker=self.person).exists()

    @pytest.fixture(autouse=True)
    def _person(self, couple):
        self.person = couple.applicant.person

    @pytest.mark.parametrize("is_sent", [True, False])
    def test_full_meanwhile(self, visitor, slot, is_sent):
        for _place in range(2):
            hold(a_couple(), slot, at=clock.now())

        visitor.sends() if is_sent else visitor.opens(visitor.here)

        self.assert_back_at_the_times(
            visitor, "这个时段刚刚约满，您的预约没有提交，也没有占号。可以换一个时段"
        )

    def test_the_other_choices_are_kept(self, visitor, slot):
        for _place in range(2):
            hold(a_couple(), slot, at=clock.now())
        other = a_slot(office=slot.office, starts_at=clock.now() + 8 * DAY)
        visitor.sends()

        visitor.sends(f"/book/{visitor.draft}/time", slot=other.id)
        visitor.sends()

        assert the_booking_of(self.person).slot_id == other.id

    def test_closed_meanwhile(self, visitor, slot):
        Slot.objects.filter(id=slot.id).update(withdrawn_at=clock.now())

        visitor.sends()

        self.assert_back_at_the_times(visitor, "这个时段现在不能预约")

    def test_too_late_meanwhile(self, visitor, slot):
        Slot.objects.filter(id=slot.id).update(closes_at=clock.now())

        visitor.sends()

        self.assert_back_at_the_times(visitor, "已经过了可以办理预约手续的时间")

    def test_never_there(self, visitor):
        visitor.sends(f"/book/{visitor.draft}/time", slot=987654)

        self.assert_back_at_the_times(visitor, "没有找到这个时段")

    def test_of_another_service(self, visitor):
        visitor.sends(f"/book/{visitor.draft}/time", slot=a_slot(Service.MARRIAGE).id)

        self.assert_back_at_the_times(visitor, "没有找到这个时段")


class TestWhatIsRefusedInWords:
    def test_a_second_booking_with_the_way_to_the_first(self, visitor, couple):
        first = hold(couple, a_slot(), at=clock.now())

        visitor.sends()

        assert visitor.page.status_code == 409
        assert "您这项业务已经有一个有效的预约" in visitor.text
        assert f'href="/my/{first.code}"' in visitor.text
        assert Booking.objects.count() == 1

    def test_a_suspension_says_until_when(self, visitor, couple):
        for _time in range(2):
            held = hold(couple, a_slot(), at=clock.now())
            services.refuse_consent(held.code, by=couple.partner, at=clock.now())

        visitor.sends()

        assert visitor.page.status_code == 409
        assert "之后可以再预约" in visitor.text
        assert "电话和大厅取号不受影响" in visitor.text
        assert Booking.objects.filter(state=State.HELD).count() == 0

    def test_a_certificate_without_a_case(self, couple):
        visitor = Visitor().reaches_check(couple, a_slot(Service.DIVORCE_CERTIFICATE))

        visitor.sends()

        assert visitor.page.status_code == 409
        assert "这次没有提交" in visitor.text
        assert 'href="/book/divorce_application"' in visitor.text
        assert "换一个日子" not in visitor.text  # no day would help
        assert not Booking.objects.exists()


def test_a_form_without_its_secret_changes_nothing(visitor):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = visitor.client.cookies

    answer = strict.post(f"/book/{visitor.draft}/check")

    assert answer.status_code == 403
    assert not Booking.objects.exists()


def the_booking_of(person: bytes) -> Booking:
    return Booking.objects.get(asker=person)
