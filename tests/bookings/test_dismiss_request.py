"""This is not for me: out of one's own list, without a word to anybody."""

from __future__ import annotations

import pytest

from heli.bookings import queries, services
from heli.bookings.models import Party
from heli.bookings.states import Role, State
from heli.ground.models import OutboxEvent
from heli.ground.refusals import NotAllowed, NotFound
from heli.identity.verified import VerifiedIdentity
from tests.bookings.factories import (
    DAY,
    HOUR,
    NOW,
    a_couple,
    a_slot,
    events_of,
    hold,
    hold_and_agree,
    state_of,
    taken,
)

pytestmark = pytest.mark.usefixtures("database")


def codes_of(by: VerifiedIdentity) -> list[str]:
    return [booking.code for booking in queries.bookings_of(by=by, at=NOW + HOUR)]


class TestDismissRequest:
    def test_the_request_leaves_the_list_of_the_one_it_names(self):
        couple = a_couple()
        request, other = hold(couple, a_slot()), hold(a_couple(), a_slot())

        services.dismiss_request(request.code, by=couple.partner, at=NOW)

        assert codes_of(couple.partner) == []
        assert codes_of(couple.applicant) == [request.code]
        assert other.code not in codes_of(couple.applicant)

    def test_the_asker_sees_what_they_saw_before_until_time_runs_out(self):
        couple, slot = a_couple(), a_slot()
        request = hold(couple, slot)
        told = OutboxEvent.objects.count()

        services.dismiss_request(request.code, by=couple.partner, at=NOW)

        assert queries.booking_view(request.code, by=couple.applicant, at=NOW) == request
        assert events_of(request.code) == ["BookingHeld"]
        assert OutboxEvent.objects.count() == told
        assert taken(slot) == 1
        later = queries.booking_view(request.code, by=couple.applicant, at=NOW + DAY)
        assert later.state is State.EXPIRED

    def test_repeating_it_changes_nothing(self):
        couple = a_couple()
        request = hold(couple, a_slot())

        for at in (NOW, NOW + HOUR):
            services.dismiss_request(request.code, by=couple.partner, at=at)

        named = Party.objects.get(booking__code=request.code, role=Role.PARTNER)
        assert named.dismissed_at == NOW

    def test_who_dismissed_it_may_still_agree_and_finds_it_again(self):
        couple = a_couple()
        request = hold(couple, a_slot())
        services.dismiss_request(request.code, by=couple.partner, at=NOW)

        services.give_consent(request.code, by=couple.partner, at=NOW + HOUR)

        assert state_of(request.code) is State.CONFIRMED
        assert codes_of(couple.partner) == [request.code]

    def test_who_has_agreed_can_only_cancel(self):
        couple = a_couple()
        booking = hold_and_agree(couple, a_slot())

        for by in (couple.applicant, couple.partner):
            with pytest.raises(NotAllowed):
                services.dismiss_request(booking.code, by=by, at=NOW)

        assert codes_of(couple.partner) == [booking.code]

    def test_a_stranger_finds_nothing(self):
        request = hold(a_couple(), a_slot())

        with pytest.raises(NotFound):
            services.dismiss_request(request.code, by=a_couple().partner, at=NOW)

        assert not Party.objects.filter(dismissed_at__isnull=False).exists()
