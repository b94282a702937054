"""The other spouse's answer."""

from __future__ import annotations

import pytest

from heli.bookings import queries, services
from heli.bookings.errors import (
    AlreadyBooked,
    BookingSuspended,
    ConsentClosed,
    TooLate,
    WrongState,
)
from heli.bookings.models import Lapse
from heli.bookings.states import State
from heli.ground.refusals import NotAllowed, NotFound
from heli.identity.names import mask_name
from heli.law.services import Service
from heli.slots.models import ReturnedPlace
from tests.bookings.factories import (
    DAY,
    HOUR,
    NOW,
    SECOND,
    a_couple,
    a_slot,
    events_of,
    hold,
    hold_and_agree,
    state_of,
    taken,
)

pytestmark = pytest.mark.usefixtures("database")


class TestGiveConsent:
    def test_the_partner_may_agree_until_the_last_second_before_the_deadline(self):
        couple = a_couple()
        booking = hold(couple, a_slot())

        confirmed = services.give_consent(booking.code, by=couple.partner, at=NOW + DAY - SECOND)

        assert confirmed.state is State.CONFIRMED
        assert [party.consented for party in confirmed.parties] == [True, True]
        assert events_of(booking.code) == ["BookingHeld", "BookingConfirmed"]

    def test_the_deadline_itself_is_too_late_and_nothing_changes(self):
        couple = a_couple()
        booking = hold(couple, a_slot())

        with pytest.raises(ConsentClosed):
            services.give_consent(booking.code, by=couple.partner, at=NOW + DAY)

        assert state_of(booking.code) is State.HELD
        assert events_of(booking.code) == ["BookingHeld"]

    def test_repeating_it_changes_nothing(self):
        couple = a_couple()
        booking = hold_and_agree(couple, a_slot())

        assert services.give_consent(booking.code, by=couple.partner, at=NOW + HOUR) == booking
        assert events_of(booking.code) == ["BookingHeld", "BookingConfirmed"]

    def test_the_verified_name_stands(self):
        couple = a_couple()

        booking = hold_and_agree(couple, a_slot())

        assert booking.parties[1].name_masked == mask_name(couple.other.name)

    def test_the_applicant_cannot_agree_for_the_partner(self):
        couple = a_couple()
        booking = hold(couple, a_slot())

        with pytest.raises(NotAllowed):
            services.give_consent(booking.code, by=couple.applicant, at=NOW)

    def test_a_stranger_finds_nothing(self):
        booking = hold(a_couple(), a_slot())

        for deed in (services.give_consent, services.refuse_consent, services.cancel_booking):
            with pytest.raises(NotFound):
                deed(booking.code, by=a_couple().partner, at=NOW)
        with pytest.raises(NotFound):
            services.give_consent("NOSUCHCODE", by=a_couple().partner, at=NOW)

    def test_a_partner_with_another_confirmed_booking_is_refused(self):
        couple, rival = a_couple(), a_couple()
        hold_and_agree(type(couple)(rival.one, couple.other), a_slot())
        booking = hold(couple, a_slot())

        with pytest.raises(AlreadyBooked) as refusal:
            services.give_consent(booking.code, by=couple.partner, at=NOW)

        assert "own" not in refusal.value.facts
        assert state_of(booking.code) is State.HELD


class TestBothStartAtOnce:
    def test_the_own_hold_is_named_and_given_back_only_after_asking(self):
        couple, slot = a_couple(), a_slot()
        hers = hold(couple, slot)
        his = hold(couple.swapped(), slot)

        with pytest.raises(AlreadyBooked) as refusal:
            services.give_consent(hers.code, by=couple.partner, at=NOW)
        assert refusal.value.facts["own"] == his.code
        assert state_of(his.code) is State.HELD

        confirmed = services.give_consent(hers.code, by=couple.partner, at=NOW, give_back_own=True)
        assert confirmed.state is State.CONFIRMED
        assert state_of(his.code) is State.CANCELLED
        assert taken(slot) == 2  # one of them on its way back
        assert Lapse.objects.count() == 0

    def test_an_own_hold_that_names_somebody_else_is_not_given_back(self):
        couple, other = a_couple(), a_couple()
        booking = hold(couple, a_slot())
        hold(type(couple)(couple.other, other.one), a_slot())

        with pytest.raises(AlreadyBooked) as refusal:
            services.give_consent(booking.code, by=couple.partner, at=NOW, give_back_own=True)

        assert refusal.value.facts == {}


class TestRefuseConsent:
    def test_the_booking_ends_and_its_place_reappears_later(self):
        couple, slot = a_couple(), a_slot()
        booking = hold(couple, slot)

        declined = services.refuse_consent(booking.code, by=couple.partner, at=NOW)

        assert declined.state is State.DECLINED
        assert taken(slot) == 1
        minutes = (ReturnedPlace.objects.get().reappears_at - NOW).total_seconds() / 60
        assert 10 <= minutes <= 60

    def test_the_applicant_cannot_decline(self):
        couple = a_couple()
        booking = hold(couple, a_slot())

        with pytest.raises(NotAllowed):
            services.refuse_consent(booking.code, by=couple.applicant, at=NOW)

    def test_after_agreeing_it_is_too_late_to_decline(self):
        couple = a_couple()
        booking = hold_and_agree(couple, a_slot())

        with pytest.raises(ConsentClosed):
            services.refuse_consent(booking.code, by=couple.partner, at=NOW)

    def test_two_declined_in_thirty_days_suspend_the_applicant(self):
        couple = a_couple()
        for number in range(2):
            booking = hold(couple, a_slot(starts_at=NOW + 20 * DAY), at=NOW + number * DAY)
            services.refuse_consent(booking.code, by=couple.partner, at=NOW + number * DAY)

        with pytest.raises(BookingSuspended) as refusal:
            hold(couple, a_slot(starts_at=NOW + 20 * DAY), at=NOW + 2 * DAY)
        assert refusal.value.facts["until_at"] == NOW + 16 * DAY
        assert refusal.value.sentence()

        # Services for one, and the time after it, are not touched.
        alone = a_slot(service=Service.REPLACEMENT, starts_at=NOW + 20 * DAY)
        assert hold(couple, alone, at=NOW + 2 * DAY)
        assert hold(couple, a_slot(starts_at=NOW + 30 * DAY), at=NOW + 16 * DAY)


class TestCancelBooking:
    def test_either_may_cancel_a_confirmed_one_until_the_cut_off(self):
        for canceller in ("applicant", "partner"):
            couple, slot = a_couple(), a_slot()
            booking = hold_and_agree(couple, slot)
            by = getattr(couple, canceller)

            cancelled = services.cancel_booking(
                booking.code, by=by, at=slot.change_closes_at - SECOND
            )

            assert cancelled.state is State.CANCELLED

    def test_the_cut_off_itself_is_too_late(self):
        couple, slot = a_couple(), a_slot()
        booking = hold_and_agree(couple, slot)

        with pytest.raises(TooLate):
            services.cancel_booking(booking.code, by=couple.partner, at=slot.change_closes_at)

        assert state_of(booking.code) is State.CONFIRMED

    def test_a_mistake_cancelled_within_ten_minutes_does_not_count(self):
        couple = a_couple()
        for _ in range(3):
            booking = hold(couple, a_slot())
            services.cancel_booking(booking.code, by=couple.applicant, at=NOW + SECOND * 600)

        assert Lapse.objects.count() == 0

    def test_a_hold_given_back_later_counts_like_a_lapse(self):
        couple = a_couple()
        booking = hold(couple, a_slot())

        services.cancel_booking(booking.code, by=couple.applicant, at=NOW + SECOND * 601)

        assert Lapse.objects.get().person == couple.applicant.person

    def test_repeating_it_changes_nothing(self):
        couple = a_couple()
        booking = hold(couple, a_slot())
        first = services.cancel_booking(booking.code, by=couple.applicant, at=NOW)

        assert services.cancel_booking(booking.code, by=couple.applicant, at=NOW) == first
        assert ReturnedPlace.objects.count() == 1

    def test_one_that_has_ended_otherwise_cannot_be_cancelled(self):
        couple = a_couple()
        booking = hold(couple, a_slot())
        services.refuse_consent(booking.code, by=couple.partner, at=NOW)

        with pytest.raises(WrongState):
            services.cancel_booking(booking.code, by=couple.applicant, at=NOW)


class TestWhoSeesWhat:
    def test_both_parties_list_the_booking_and_nobody_else(self):
        couple = a_couple()
        booking = hold(couple, a_slot())

        assert [view.code for view in queries.bookings_of(by=couple.applicant, at=NOW)] == [
            booking.code
        ]
        assert [view.me for view in queries.bookings_of(by=couple.partner, at=NOW)] == ["partner"]
        assert queries.bookings_of(by=a_couple().applicant, at=NOW) == []
