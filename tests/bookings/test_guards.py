"""The promises of the database, attacked from below the services."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from heli.bookings.models import Booking, Party
from heli.bookings.states import TRANSITIONS, State
from tests.bookings.factories import DAY, NOW, a_couple, a_slot, hold, hold_and_agree

pytestmark = pytest.mark.usefixtures("database")


def attack(sql: str, *values: object) -> None:
    """Write behind the back of the services, and commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


class TestStates:
    @pytest.mark.parametrize("source", list(State))
    @pytest.mark.parametrize("target", list(State))
    def test_the_database_knows_the_same_transitions_as_the_table(
        self, source: State, target: State
    ):
        if source is target:
            return
        booking = hold_and_agree(a_couple(), a_slot())
        with connection.cursor() as cursor:  # put it there without the guard, to try the guard
            cursor.execute("ALTER TABLE bookings_booking DISABLE TRIGGER bookings_guard_state")
            cursor.execute("UPDATE bookings_booking SET state = %s", [source])
            cursor.execute("ALTER TABLE bookings_booking ENABLE TRIGGER bookings_guard_state")
        allowed = any(row.source is source and row.target is target for row in TRANSITIONS)

        if allowed:
            attack("UPDATE bookings_booking SET state = %s", target)
            assert Booking.objects.get(code=booking.code).state == target
        else:
            with pytest.raises(IntegrityError):
                attack("UPDATE bookings_booking SET state = %s", target)

    def test_a_state_that_is_none_is_refused(self):
        hold(a_couple(), a_slot())

        with pytest.raises(IntegrityError):
            attack("UPDATE bookings_booking SET state = 'divorced'")

    def test_a_held_booking_has_a_deadline(self):
        hold(a_couple(), a_slot())

        with pytest.raises(IntegrityError):
            attack("UPDATE bookings_booking SET consent_deadline = NULL")


class TestBothWords:
    def test_no_confirmation_without_the_word_of_both(self):
        booking = hold(a_couple(), a_slot())

        with pytest.raises(IntegrityError):
            attack("UPDATE bookings_booking SET state = 'confirmed'")

        assert Booking.objects.get(code=booking.code).state == "held"

    def test_a_word_without_a_person_is_refused(self):
        hold(a_couple(), a_slot())

        with pytest.raises(IntegrityError):
            attack("UPDATE bookings_party SET consented_at = now() WHERE role = 'partner'")

    def test_nobody_but_the_named_person_can_give_the_word(self):
        hold(a_couple(), a_slot())

        with pytest.raises(IntegrityError):
            attack(
                "UPDATE bookings_party SET person = %s, consented_at = now() WHERE role='partner'",
                a_couple().partner.person,
            )

    def test_a_booking_cannot_be_sold_on(self):
        hold_and_agree(a_couple(), a_slot())

        for column in ("person", "named"):
            with pytest.raises(IntegrityError):
                attack(f"UPDATE bookings_party SET {column} = %s", a_couple().partner.person)


class TestPlaces:
    @pytest.mark.parametrize("change", ["taken = places + 1", "taken = -1", "places = 0"])
    def test_a_slot_is_never_oversold(self, change: str):
        hold(a_couple(), a_slot())

        with pytest.raises(IntegrityError):
            attack(f"UPDATE slots_slot SET {change}")

    def test_one_active_booking_per_person_and_service(self):
        first, second = a_couple(), a_couple()
        hold(first, a_slot())
        hold(second, a_slot())
        words = Party.objects.filter(role="applicant")

        with pytest.raises(IntegrityError):
            attack(
                "INSERT INTO bookings_party (id, booking_id, service, role, named, person,"
                " is_active, consented_at, details_sealed)"
                " SELECT gen_random_uuid(), %s, service, 'partner', named, person, true,"
                " now(), details_sealed FROM bookings_party WHERE id = %s",
                words[0].booking_id,
                words[1].id,
            )

    def test_one_booking_per_key(self):
        couple = a_couple()
        hold(couple, a_slot(), key="the key")
        hold(a_couple(), a_slot(), key="another")

        with pytest.raises(IntegrityError):
            attack(
                "UPDATE bookings_booking SET asker = %s, idempotency_key = 'the key'",
                couple.applicant.person,
            )


class TestTheBeginning:
    def test_a_slot_never_begins_at_another_time(self):
        hold(a_couple(), a_slot())

        with pytest.raises(IntegrityError):
            attack("UPDATE slots_slot SET starts_at = starts_at - interval '1 hour'")

    def test_a_booking_begins_when_its_slot_does(self):
        hold(a_couple(), a_slot())
        later = a_slot(starts_at=NOW + 9 * DAY)

        with pytest.raises(IntegrityError):
            attack("UPDATE bookings_booking SET starts_at = starts_at + interval '1 hour'")
        with pytest.raises(IntegrityError):
            attack("UPDATE bookings_booking SET slot_id = %s", later.id)


class TestHistory:
    @pytest.mark.parametrize(
        "sql", ["UPDATE bookings_bookingevent SET kind = 'x'", "DELETE FROM bookings_bookingevent"]
    )
    def test_what_happened_is_never_rewritten(self, sql: str):
        hold(a_couple(), a_slot())

        with pytest.raises(IntegrityError):
            attack(sql)
