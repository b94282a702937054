"""The benchmark's look into the books finds what is wrong, told apart by what it is."""

from __future__ import annotations

import pytest
from django.db import connection

from heli.bookings.models import Booking
from heli.ops.rush.books import Books, check_books
from heli.slots.models import Slot
from tests.bookings.factories import a_couple, a_slot, hold

pytestmark = pytest.mark.usefixtures("database")


def looked_into(*told: str) -> Books:
    connection.ensure_connection()
    assert connection.connection is not None
    return check_books(connection.connection, told)


class TestCheckBooks:
    def test_a_booking_that_was_told_is_right(self):
        booking = hold(a_couple(), a_slot())

        books = looked_into(booking.code)

        assert books == Books(miscounted=0, oversold=0, doubled=0, lost=0)
        assert books.are_right

    def test_a_code_that_is_not_there_is_lost(self):
        assert looked_into("ACDE23467999") == Books(miscounted=0, oversold=0, doubled=0, lost=1)

    def test_a_code_that_two_were_told_is_doubled(self):
        booking = hold(a_couple(), a_slot())

        books = looked_into(booking.code, booking.code)

        assert books == Books(miscounted=0, oversold=0, doubled=1, lost=0)

    def test_a_place_taken_by_nobody_is_miscounted(self):
        Slot.objects.filter(id=a_slot().id).update(taken=1)

        assert looked_into() == Books(miscounted=1, oversold=0, doubled=0, lost=0)

    def test_a_booking_too_many_is_oversold(self):
        first, full = a_slot(), a_slot(places=1)
        hold(a_couple(), full)
        other = hold(a_couple(), first)
        Booking.objects.filter(code=other.code).update(slot=full)

        books = looked_into(other.code)

        assert books == Books(miscounted=2, oversold=1, doubled=0, lost=0)
        assert not books.are_right
