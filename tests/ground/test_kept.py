"""What is kept of a table is what the table says, whoever changes it."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest
from django.db import connection, transaction

from heli.ground.kept import Kept
from heli.places.models import Office
from tests.bookings.factories import an_office
from tests.hall.factories import at_once

pytestmark = pytest.mark.usefixtures("database")


class Names:
    """The offices' names, and how often they were read."""

    def __init__(self) -> None:
        self.times = 0
        self.kept = Kept(self._read, Office)

    def _read(self) -> list[str]:
        self.times += 1
        return list(Office.objects.order_by("name").values_list("name", flat=True))

    def get(self) -> list[str]:
        return self.kept.get()


def by_another_process(statement: str) -> None:
    """Run a statement as somebody else who has never heard of what is kept here."""
    connection.ensure_connection()
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
        other.execute(statement)


class TestKept:
    def test_is_read_once_while_nothing_changes(self):
        an_office()
        names = Names()

        assert names.get() is names.get()
        assert names.times == 1

    @pytest.mark.parametrize(
        ("statement", "seen"),
        [
            ("UPDATE places_office SET name = '改名' WHERE name = '乙'", ["改名", "甲"]),
            ("DELETE FROM places_office WHERE name = '乙'", ["甲"]),
            (
                "INSERT INTO places_office (id, name, region_id, services, source, as_of,"
                " confidence, is_bookable) VALUES ('test-c', '丙', '440106', '{}', 'tests',"
                " '2026', 'high', false)",
                ["丙", "乙", "甲"],
            ),
            ("UPDATE places_office SET phone = '1'", ["乙", "甲"]),
        ],
    )
    def test_every_change_of_another_process_is_read_at_once(self, statement, seen):
        for name in "甲乙":
            Office.objects.filter(pk=an_office().pk).update(name=name)
        names = Names()
        names.get()

        by_another_process(statement)

        assert sorted(names.get()) == sorted(seen)
        assert names.times == 2

    def test_a_row_that_is_another_one_but_looks_the_same_is_read_again(self):
        office = an_office()
        names = Names()
        names.get()

        with transaction.atomic():
            Office.objects.filter(pk=office.pk).delete()
            office.save(force_insert=True)
        names.get()

        assert names.times == 2

    def test_a_change_and_its_undoing_inside_one_transaction_are_both_seen_there(self):
        office = an_office()
        names = Names()

        with transaction.atomic():
            for name in ("甲", "乙", "甲"):
                Office.objects.filter(pk=office.pk).update(name=name)
                assert names.get() == [name]
            transaction.set_rollback(True)

        assert names.get() == [office.name]

    def test_what_many_ask_for_at_the_same_moment_is_read_once(self):
        an_office()
        names = Names()

        found = at_once(*[names.get] * 6)

        assert names.times == 1
        assert all(one is found[0] for one in found)

    def test_a_reading_that_fails_is_tried_again_by_the_next(self):
        an_office()
        times = []

        def read() -> int:
            times.append(1)
            if len(times) == 1:
                raise RuntimeError
            return len(times)

        kept = Kept(read, Office)
        with pytest.raises(RuntimeError):
            kept.get()

        assert kept.get() == 2

    def test_another_day_is_read_anew(self):
        kept = Kept(date.isoformat, Office)

        assert kept.get(date(2026, 12, 1)) == "2026-12-01"
        assert kept.get(date(2026, 12, 2)) == "2026-12-02"
