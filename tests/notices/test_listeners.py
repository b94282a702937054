"""Who is told what, by what happened to a booking."""

from __future__ import annotations

import dataclasses

import pytest
from django.conf import settings
from uuid_utils.compat import uuid7

from heli.bookings import deadlines, services
from heli.bookings import events as facts
from heli.bookings.models import Booking, Party, Proposal
from heli.bookings.states import Role
from heli.ground import events
from heli.ground.models import OutboxEvent
from heli.law.services import Service
from heli.notices.models import Notice
from tests.bookings.factories import (
    DAY,
    HOUR,
    NOW,
    a_couple,
    a_slot,
    hold,
    hold_and_agree,
)
from tests.notices.factories import delivered, kinds_for, told

BOOKING_EVENTS = [
    fact
    for fact in vars(facts).values()
    if isinstance(fact, type)
    and issubclass(fact, facts.BookingFact)
    and fact is not facts.BookingFact
    and not fact.__name__.startswith("_")
]

pytestmark = pytest.mark.usefixtures("database")


class TestAHeldPlace:
    def test_the_applicant_gets_the_link_to_pass_on(self):
        couple = a_couple()
        booking = hold(couple, a_slot())

        (notice,) = delivered(couple.applicant)

        assert notice.kind == "consent_asked"
        assert notice.link == f"{settings.HELI.base_url}/c/{booking.code}"
        assert notice.created_at == NOW

    def test_the_link_is_gone_once_nobody_waits_for_the_answer(self):
        couple = a_couple()
        hold_and_agree(couple, a_slot())

        assert [notice.link for notice in delivered(couple.applicant)] == [None, None]

    def test_both_learn_that_it_is_confirmed(self):
        couple = a_couple()
        hold_and_agree(couple, a_slot())

        assert kinds_for(couple.applicant) == ["consent_asked", "confirmed"]
        assert kinds_for(couple.partner) == ["confirmed"]

    def test_the_applicant_sees_that_the_other_did_not_agree(self):
        couple = a_couple()
        booking = hold(couple, a_slot())

        services.refuse_consent(booking.code, by=couple.partner, at=NOW + HOUR)

        assert kinds_for(couple.applicant) == ["consent_asked", "declined"]
        assert kinds_for(couple.partner) == []

    def test_the_applicant_sees_that_time_ran_out(self):
        couple = a_couple()
        hold(couple, a_slot())

        deadlines.expire_holds(NOW + 2 * DAY)

        assert kinds_for(couple.applicant) == ["consent_asked", "expired"]
        assert kinds_for(couple.partner) == []

    def test_a_moved_one_brings_the_new_link_and_no_second_notice(self):
        couple = a_couple()
        booking = hold(couple, a_slot())
        other = a_slot(starts_at=NOW + 9 * DAY)

        successor = services.reschedule_booking(
            booking.code, by=couple.applicant, at=NOW + HOUR, slot_id=other.id
        )

        asked, moved = delivered(couple.applicant)
        assert (asked.kind, asked.link) == ("consent_asked", None)
        assert moved.kind == "rescheduled"
        assert moved.link == f"{settings.HELI.base_url}/c/{successor.code}"
        assert kinds_for(couple.partner) == []

    def test_giving_back_ones_own_for_the_others_is_told_to_its_applicant(self):
        couple = a_couple()
        own = hold(couple.swapped(), a_slot())
        booking = hold(couple, a_slot())

        services.give_consent(booking.code, by=couple.partner, at=NOW + HOUR, give_back_own=True)

        notices = delivered(couple.partner)
        assert {(notice.kind.value, notice.booking_code) for notice in notices} == {
            ("consent_asked", own.code),
            ("cancelled", own.code),
            ("confirmed", booking.code),
        }


class TestAConfirmedBooking:
    def test_whoever_cancels_both_are_told_in_the_same_words(self):
        couple = a_couple()
        booking = hold_and_agree(couple, a_slot())

        services.cancel_booking(booking.code, by=couple.partner, at=NOW + HOUR)

        one, other = delivered(couple.applicant)[-1], delivered(couple.partner)[-1]
        assert one.kind == other.kind == "cancelled"
        assert (one.title, one.text) == (other.title, other.text)

    def test_the_other_party_is_asked_about_a_move(self):
        couple = a_couple()
        booking = hold_and_agree(couple, a_slot())
        other = a_slot(starts_at=NOW + 9 * DAY)

        services.reschedule_booking(
            booking.code, by=couple.applicant, at=NOW + HOUR, slot_id=other.id
        )

        assert kinds_for(couple.partner)[-1] == "move_proposed"
        assert kinds_for(couple.applicant)[-1] == "confirmed"

    def test_an_agreed_move_is_told_to_both_with_the_new_time(self):
        couple = a_couple()
        booking = hold_and_agree(couple, a_slot())
        other = a_slot(starts_at=NOW + 9 * DAY)
        services.reschedule_booking(
            booking.code, by=couple.partner, at=NOW + HOUR, slot_id=other.id
        )

        services.give_consent(booking.code, by=couple.applicant, at=NOW + 2 * HOUR)

        for person in (couple.applicant, couple.partner):
            notice = delivered(person)[-1]
            assert notice.kind == "move_accepted"
            assert "12月3日（周四）上午10:00" in notice.title

    def test_a_declined_move_is_told_to_the_one_who_asked(self):
        couple = a_couple()
        booking = hold_and_agree(couple, a_slot())
        other = a_slot(starts_at=NOW + 9 * DAY)
        services.reschedule_booking(
            booking.code, by=couple.applicant, at=NOW + HOUR, slot_id=other.id
        )

        services.refuse_consent(booking.code, by=couple.partner, at=NOW + 2 * HOUR)

        assert kinds_for(couple.applicant)[-1] == "move_declined"
        assert kinds_for(couple.partner)[-1] == "move_proposed"

    def test_the_same_move_proposed_again_after_a_no_is_told_again(self):
        couple = a_couple()
        booking = hold_and_agree(couple, a_slot())
        other = a_slot(starts_at=NOW + 9 * DAY)
        for hours in (1, 3):
            services.reschedule_booking(
                booking.code, by=couple.applicant, at=NOW + hours * HOUR, slot_id=other.id
            )
            services.refuse_consent(booking.code, by=couple.partner, at=NOW + (hours + 1) * HOUR)

        assert kinds_for(couple.partner).count("move_proposed") == 2
        assert kinds_for(couple.applicant).count("move_declined") == 2

    def test_a_move_nobody_answered_is_told_to_both(self):
        couple = a_couple()
        booking = hold_and_agree(couple, a_slot())
        other = a_slot(starts_at=NOW + 9 * DAY)
        services.reschedule_booking(
            booking.code, by=couple.applicant, at=NOW + HOUR, slot_id=other.id
        )

        deadlines.lapse_proposals(NOW + 3 * DAY)

        assert kinds_for(couple.applicant)[-1] == "move_lapsed"
        assert kinds_for(couple.partner)[-1] == "move_lapsed"

    def test_a_missed_one_is_told_to_both(self):
        couple = a_couple()
        hold_and_agree(couple, a_slot())

        deadlines.close_days(NOW + 8 * DAY)

        assert kinds_for(couple.applicant)[-1] == "missed"
        assert kinds_for(couple.partner)[-1] == "missed"

    def test_one_that_a_person_makes_alone_is_confirmed_and_moved_without_a_link(self):
        couple = a_couple()
        booking = hold(couple, a_slot(service=Service.REPLACEMENT))
        other = a_slot(service=Service.REPLACEMENT, starts_at=NOW + 9 * DAY)

        services.reschedule_booking(
            booking.code, by=couple.applicant, at=NOW + HOUR, slot_id=other.id
        )

        confirmed, moved = delivered(couple.applicant)
        assert (confirmed.kind, moved.kind) == ("confirmed", "rescheduled")
        assert moved.link is None
        assert "双方" not in confirmed.text


class TestAPersonMerelyNamed:
    @pytest.mark.parametrize("fact", BOOKING_EVENTS, ids=lambda fact: fact.__name__)
    def test_is_told_nothing_whatever_happens(self, fact):
        couple = a_couple()
        booking = hold(couple, a_slot())
        self._propose(booking.code, a_slot(), asked_by=Role.APPLICANT)

        events.emit(self._event(fact, booking.code))

        assert told() <= {couple.applicant.person}
        assert not OutboxEvent.objects.filter(delivered_at__isnull=True).exists()

    def test_every_event_of_a_booking_is_among_these(self):
        assert len(BOOKING_EVENTS) >= 12

    def test_the_other_spouse_of_a_withdrawal_is_told_nothing(self):
        couple = a_couple()
        booking = hold(couple, a_slot(service=Service.DIVORCE_WITHDRAWAL))
        self._add_partner(booking.code, couple.partner.person)

        events.emit(facts.BookingCancelled(code=booking.code, at=NOW, was_confirmed=True))

        assert told() == {couple.applicant.person}

    def _propose(self, code: str, slot, *, asked_by: Role) -> None:  # type: ignore[no-untyped-def]
        Proposal.objects.create(
            id=uuid7(),
            booking=Booking.objects.get(code=code),
            slot=slot,
            asked_by=asked_by,
            asked_at=NOW,
            deadline=NOW + DAY,
            state="open",
        )
        self.slot = slot

    def _event(self, fact: type[facts.BookingFact], code: str) -> facts.BookingFact:
        answers = {
            "code": code,
            "at": NOW,
            "successor": code,
            "was_confirmed": False,
            "asked_by": "applicant",
            "slot_id": self.slot.id,
        }
        names = {field.name for field in dataclasses.fields(fact)}
        return fact(**{name: answers[name] for name in names})  # type: ignore[arg-type]

    def _add_partner(self, code: str, person: bytes) -> None:
        booking = Booking.objects.get(code=code)
        Party.objects.create(
            id=uuid7(),
            booking=booking,
            service=booking.service,
            role=Role.PARTNER,
            named=person,
            person=person,
            consented_at=NOW,
            details_sealed=b"",
        )


class TestTwice:
    def test_an_event_heard_twice_tells_people_once(self):
        couple = a_couple()
        booking = hold_and_agree(couple, a_slot())
        other = a_slot(starts_at=NOW + 9 * DAY)
        services.reschedule_booking(
            booking.code, by=couple.applicant, at=NOW + HOUR, slot_id=other.id
        )
        services.give_consent(booking.code, by=couple.partner, at=NOW + 2 * HOUR)
        services.cancel_booking(booking.code, by=couple.partner, at=NOW + 3 * HOUR)
        events.deliver()
        before = Notice.objects.count()

        OutboxEvent.objects.update(delivered_at=None, heard_by=[])
        events.deliver()

        assert Notice.objects.count() == before == 8
