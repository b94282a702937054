"""Checking in alone by the hall's code: one's own booking, of today, at that office, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from heli.bookings import services as bookings
from heli.bookings.models import Proposal
from heli.bookings.states import Role, State
from heli.ground import clock
from heli.ground.refusals import InvalidInput, NotFound
from heli.hall import codes
from heli.hall.codes import code_for_screen, hall_code
from heli.hall.errors import HallCodeExpired, NotAgreedYet, NothingBooked, NotThisDay, NotThisHall
from heli.hall.models import CheckIn, StaffReading, Ticket
from heli.hall.roles import StaffRole
from heli.hall.self_check_in import check_in_self, visits_here, visits_today
from heli.identity.verified import RecognisedPerson
from heli.law.services import Service
from heli.slots.models import Slot
from heli.vault.tokens import seal_token
from tests.bookings.factories import (
    DAY,
    HOUR,
    NOW,
    SECOND,
    a_couple,
    a_slot,
    events_of,
    hold,
    state_of,
)
from tests.hall.factories import SERVICE_DAY, Hall, at_once, on_duty

pytestmark = pytest.mark.usefixtures("database")

MIDNIGHT = clock.moment_of(clock.day_of(SERVICE_DAY))


def recognised(hall: Hall, role: Role) -> RecognisedPerson:
    """One of the couple as their WeChat account recognises them."""
    word = hall.couple.applicant if role is Role.APPLICANT else hall.couple.partner
    return RecognisedPerson(word.person)


def arrive(hall: Hall, role: Role, at=SERVICE_DAY):
    """One of the couple scans the code of the hall and taps the button."""
    return check_in_self(hall_code(hall.office.id), by=recognised(hall, role), at=at)


def an_old_code(hall: Hall, age: timedelta) -> str:
    """A code as it was made that long ago, in real time."""
    made_at = clock.real_now() - age
    return seal_token(codes.PURPOSE, hall.office.id, expires_at=made_at + codes.LIFETIME)


class TestCheckInSelf:
    def test_one_of_two_is_noted_and_the_booking_waits_for_the_other(self):
        hall = Hall()

        here = arrive(hall, Role.PARTNER)

        (visit,) = here.visits
        assert (visit.state, visit.is_here, visit.number) == (State.CONFIRMED, True, None)
        assert (CheckIn.objects.get().role, CheckIn.objects.get().by) == ("partner", None)
        assert state_of(hall.code) is State.CONFIRMED
        assert not Ticket.objects.exists()

    def test_with_the_other_it_is_checked_in_and_both_read_their_number(self):
        hall = Hall()
        arrive(hall, Role.PARTNER)

        (visit,) = arrive(hall, Role.APPLICANT, at=SERVICE_DAY + HOUR).visits

        assert (visit.state, visit.number) == (State.CHECKED_IN, 1)
        assert visits_today(by=recognised(hall, Role.PARTNER), at=SERVICE_DAY)[0].number == 1
        assert events_of(hall.code)[-1] == "BookingCheckedIn"
        assert Ticket.objects.get().issued_by is None

    def test_the_guide_may_receive_the_other_one(self):
        hall = Hall()
        arrive(hall, Role.APPLICANT)

        hall.check_in(Role.PARTNER)

        assert state_of(hall.code) is State.CHECKED_IN
        seen_by = dict(CheckIn.objects.values_list("role", "by"))
        assert seen_by == {"applicant": None, "partner": hall.clerk.staff_id}

    def test_the_word_of_somebody_verified_is_enough_too(self):
        hall = Hall()

        check_in_self(hall_code(hall.office.id), by=hall.couple.applicant, at=SERVICE_DAY)

        assert CheckIn.objects.get().booking.code == hall.code

    def test_repeating_it_changes_nothing(self):
        hall = Hall()
        for role in (*Role, *Role):
            arrive(hall, role)

        (visit,) = arrive(hall, Role.APPLICANT, at=SERVICE_DAY + HOUR).visits

        assert (visit.state, visit.number) == (State.CHECKED_IN, 1)
        assert events_of(hall.code).count("BookingCheckedIn") == 1
        assert {row.checked_in_at for row in CheckIn.objects.all()} == {SERVICE_DAY}

    def test_who_comes_for_themselves_alone_is_all_it_needs(self):
        hall = Hall(Service.REPLACEMENT)

        (visit,) = arrive(hall, Role.APPLICANT).visits

        assert (visit.state, visit.is_for_two) == (State.CHECKED_IN, False)

    def test_all_that_is_booked_here_today_is_checked_in_by_one_tap(self):
        hall = Hall(Service.REPLACEMENT)
        later = a_slot(
            office=hall.office, service=Service.COUNSELLING, starts_at=SERVICE_DAY + 2 * HOUR
        )
        other = hold(hall.couple, later)

        here = arrive(hall, Role.APPLICANT)

        assert [visit.code for visit in here.visits] == [hall.code, other.code]
        assert [visit.number for visit in here.visits] == [1, 2]

    def test_a_proposed_move_falls_away(self):
        hall = Hall()
        other_day = a_slot(office=hall.office, starts_at=SERVICE_DAY + timedelta(days=3))
        bookings.reschedule_booking(
            hall.code, by=hall.couple.applicant, at=NOW, slot_id=other_day.id
        )

        arrive(hall, Role.APPLICANT)

        assert Proposal.objects.get().state == "withdrawn"

    @pytest.mark.parametrize("at", [MIDNIGHT, MIDNIGHT + DAY - SECOND])
    def test_it_is_open_all_the_service_day(self, at):
        hall = Hall(Service.REPLACEMENT)

        arrive(hall, Role.APPLICANT, at=at)

        assert state_of(hall.code) is State.CHECKED_IN

    def test_no_sealed_name_is_opened_and_so_no_reading_is_on_record(self):
        hall = Hall()

        arrive(hall, Role.APPLICANT)

        assert not StaffReading.objects.exists()

    def test_looking_changes_nothing(self):
        hall = Hall()
        code = hall_code(hall.office.id)

        (visit,) = visits_here(code, by=recognised(hall, Role.APPLICANT), at=SERVICE_DAY).visits

        assert (visit.is_here, visit.is_to_do) == (False, True)
        assert not CheckIn.objects.exists()

    def test_what_was_dealt_with_is_told_and_left_alone(self):
        hall = Hall()
        hall.accept()

        here = arrive(hall, Role.APPLICANT, at=SERVICE_DAY + 2 * HOUR)

        assert here.visits[0].state is State.SERVED

    def test_both_at_once_and_each_twice_are_checked_in_once(self):
        for _ in range(5):
            hall = Hall()

            answers = at_once(
                lambda: arrive(hall, Role.APPLICANT),
                lambda: arrive(hall, Role.PARTNER),
                lambda: arrive(hall, Role.APPLICANT),
                lambda: hall.check_in(Role.PARTNER),
            )

            assert not [answer for answer in answers if isinstance(answer, Exception)]
            assert state_of(hall.code) is State.CHECKED_IN
            assert events_of(hall.code).count("BookingCheckedIn") == 1
            assert Ticket.objects.filter(booking__code=hall.code).count() == 1
            assert CheckIn.objects.filter(booking__code=hall.code).count() == 2

    def test_one_who_cancels_while_the_other_arrives_leaves_one_of_the_two(self):
        for _ in range(5):
            hall = Hall()
            Slot.objects.filter(id=hall.booking.slot.id).update(change_closes_at=SERVICE_DAY)
            early = SERVICE_DAY - HOUR

            at_once(
                lambda: arrive(hall, Role.APPLICANT, at=early),
                lambda: bookings.cancel_booking(hall.code, by=hall.couple.partner, at=early),
            )

            came = CheckIn.objects.filter(booking__code=hall.code).count()
            assert state_of(hall.code) is State.CANCELLED
            assert came in (0, 1)  # noted before it was cancelled, or not at all
            with pytest.raises(NothingBooked):
                arrive(hall, Role.APPLICANT, at=SERVICE_DAY)


class TestWhoCannot:
    def test_a_stranger_has_nothing_here_and_is_told_of_the_queue(self):
        hall = Hall()
        stranger = RecognisedPerson(a_couple().applicant.person)

        with pytest.raises(NothingBooked) as refusal:
            check_in_self(hall_code(hall.office.id), by=stranger, at=SERVICE_DAY)

        assert "取号" in refusal.value.sentence()
        assert not CheckIn.objects.exists()

    def test_a_booking_of_today_at_another_office_says_where(self):
        hall, other = Hall(), Hall()

        with pytest.raises(NotThisHall) as refusal:
            check_in_self(
                hall_code(other.office.id),
                by=recognised(hall, Role.APPLICANT),
                at=SERVICE_DAY,
            )

        assert hall.office.name in refusal.value.sentence()
        assert not CheckIn.objects.exists()

    @pytest.mark.parametrize("at", [MIDNIGHT - SECOND, MIDNIGHT - 3 * DAY])
    def test_a_booking_of_another_day_says_when(self, at):
        hall = Hall()

        with pytest.raises(NotThisDay) as refusal:
            arrive(hall, Role.APPLICANT, at=at)

        assert "12月1日" in refusal.value.sentence()
        assert not CheckIn.objects.exists()

    def test_the_day_after_there_is_nothing_left(self):
        hall = Hall()

        with pytest.raises(NothingBooked):
            arrive(hall, Role.APPLICANT, at=MIDNIGHT + DAY)

    def test_a_cancelled_booking_is_nothing(self):
        hall = Hall()
        bookings.cancel_booking(hall.code, by=hall.couple.applicant, at=NOW)

        with pytest.raises(NothingBooked):
            arrive(hall, Role.APPLICANT)

    def test_a_held_one_waits_for_the_other_partys_word(self):
        hall = Hall(Service.REPLACEMENT)
        couple = a_couple()
        slot = a_slot(office=hall.office, starts_at=SERVICE_DAY + 8 * HOUR)
        held_at = SERVICE_DAY - 6 * HOUR
        held = hold(couple, slot, at=held_at)
        code, asker = hall_code(hall.office.id), RecognisedPerson(couple.applicant.person)

        with pytest.raises(NotAgreedYet):
            check_in_self(code, by=asker, at=held_at + HOUR)
        with pytest.raises(NothingBooked):  # the deadline refuses, whether or not its job has run
            check_in_self(code, by=asker, at=held.consent.deadline)

        assert not CheckIn.objects.exists()

    def test_a_booking_that_names_me_and_that_i_dismissed_is_nothing(self):
        hall = Hall(Service.REPLACEMENT)
        couple = a_couple()
        slot = a_slot(office=hall.office, starts_at=SERVICE_DAY + 8 * HOUR)
        held = hold(couple, slot, at=SERVICE_DAY - 6 * HOUR)
        bookings.dismiss_request(held.code, by=couple.partner, at=SERVICE_DAY - 5 * HOUR)

        with pytest.raises(NothingBooked):
            check_in_self(
                hall_code(hall.office.id),
                by=RecognisedPerson(couple.partner.person),
                at=SERVICE_DAY - 5 * HOUR,
            )


class TestHallCode:
    def test_is_good_for_three_minutes_and_no_longer(self):
        hall = Hall()
        almost = an_old_code(hall, codes.LIFETIME - timedelta(seconds=30))
        spoilt = an_old_code(hall, codes.LIFETIME)

        visits_here(almost, by=recognised(hall, Role.APPLICANT), at=SERVICE_DAY)
        with pytest.raises(HallCodeExpired) as refusal:
            check_in_self(spoilt, by=recognised(hall, Role.APPLICANT), at=SERVICE_DAY)

        assert "重新扫" in refusal.value.sentence()
        assert not CheckIn.objects.exists()

    def test_is_another_one_each_time(self):
        assert hall_code("test-1") != hall_code("test-1")

    def test_its_link_is_as_good_as_its_token(self):
        hall = Hall()
        link = code_for_screen(hall.clerk).link

        here = check_in_self(link, by=recognised(hall, Role.APPLICANT), at=SERVICE_DAY)

        assert here.office.id == hall.office.id

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda code: "",
            lambda code: "x",
            lambda code: code[:-1],
            lambda code: code[:-4] + ("AAAA" if code[-4:] != "AAAA" else "BBBB"),
            lambda code: code + "/in/",
            lambda code: "'; DROP TABLE hall_checkin; --",
            lambda code: "大" * 5000,
            lambda code: seal_token(
                "identity 2", "test-1", expires_at=clock.real_now() + codes.LIFETIME
            ),
        ],
    )
    def test_forged_cut_off_or_of_another_purpose_it_is_none(self, spoil):
        hall = Hall()

        with pytest.raises(InvalidInput):
            check_in_self(
                spoil(hall_code(hall.office.id)),
                by=recognised(hall, Role.APPLICANT),
                at=SERVICE_DAY,
            )

        assert not CheckIn.objects.exists()

    def test_of_an_office_that_is_no_more_it_is_not_found(self):
        hall = Hall()

        with pytest.raises(NotFound):
            check_in_self(
                hall_code("test-none"), by=recognised(hall, Role.APPLICANT), at=SERVICE_DAY
            )

    def test_the_screen_shows_that_of_ones_own_office(self):
        hall, other = Hall(), Hall()

        assert code_for_screen(hall.clerk).office.id == hall.office.id
        with pytest.raises(NotFound):
            code_for_screen(hall.clerk, office_id=other.office.id)
        with pytest.raises(InvalidInput):
            code_for_screen(on_duty(StaffRole.OPERATOR))


class TestGuards:
    """Below the services, by raw SQL."""

    @pytest.mark.parametrize(
        "attack",
        [
            "UPDATE hall_checkin SET by_id = (SELECT min(id) FROM hall_staff)",
            "UPDATE hall_checkin SET role = 'applicant'",
            "DELETE FROM hall_checkin",
            'INSERT INTO hall_checkin (booking_id, role, "on", checked_in_at)'
            ' SELECT booking_id, role, "on", now() FROM hall_checkin',
            'INSERT INTO hall_checkin (booking_id, role, "on", checked_in_at)'
            " SELECT booking_id, 'friend', \"on\", now() FROM hall_checkin",
        ],
    )
    def test_who_came_and_who_saw_them_is_never_rewritten(self, attack):
        hall = Hall()
        arrive(hall, Role.PARTNER)

        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attack)

        assert (CheckIn.objects.get().role, CheckIn.objects.get().by) == ("partner", None)

    def test_a_booking_has_one_ticket_whoever_writes(self):
        hall = Hall(Service.REPLACEMENT)
        arrive(hall, Role.APPLICANT)

        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                'INSERT INTO hall_ticket (office_id, service, "on", number, present, booking_id,'
                ' state, issued_at) SELECT office_id, service, "on", number + 1, present,'
                " booking_id, state, issued_at FROM hall_ticket"
            )

        assert Ticket.objects.count() == 1
