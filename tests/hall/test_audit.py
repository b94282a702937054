"""What staff read and do comes into the audit by itself, and is found when it was tampered with."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from heli.bookings.models import Booking
from heli.bookings.states import Role
from heli.ground.audit import chain, verifying
from heli.ground.models import AuditEntry
from heli.hall.decisions import withdraw
from heli.hall.models import StaffReading
from heli.hall.queries import today
from tests.bookings.factories import HOUR
from tests.hall.factories import SERVICE_DAY, Hall

pytestmark = pytest.mark.usefixtures("database")


def entries(**wanted: object) -> list[AuditEntry]:
    return list(AuditEntry.objects.exclude(kind="change").filter(**wanted).order_by("id"))


def tamper(sql: str) -> None:
    """As somebody who owns the database can: with its guards off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL session_replication_role = replica; {sql}")


def rows_at_fault() -> list[str]:
    return [each.text for each in verifying.verify_audit().problems if each.kind == "row"]


class TestReadings:
    def test_who_looks_at_the_day_is_in_the_audit(self):
        hall = Hall()
        today(hall.clerk, at=SERVICE_DAY)

        (entry,) = entries(kind="reading")
        assert (entry.actor, entry.what) == (f"staff:{hall.clerk.staff_id}", "see_today")
        assert (entry.subject_kind, entry.subject) == ("office", hall.office.id)
        assert entry.at == SERVICE_DAY

    def test_a_reading_without_the_services_is_in_it_too(self):
        hall = Hall()
        StaffReading.objects.create(
            staff_id=hall.clerk.staff_id, what="see_today", at=SERVICE_DAY, really_at=SERVICE_DAY,
            why="来电 13800138000 询问",
        )  # fmt: skip

        (entry,) = entries(kind="reading")
        assert entry.reason == "来电 … 询问"

    @pytest.mark.parametrize(
        ("sql", "said"),
        [
            ("UPDATE hall_staffreading SET what = 'nothing'", "is not what entry"),
            ("DELETE FROM hall_staffreading", "is not there"),
            (
                "INSERT INTO hall_staffreading (staff_id, what, at, really_at)"
                " SELECT staff_id, 'find_cases', at, really_at FROM hall_staffreading",
                "was never told",
            ),
        ],
    )
    def test_a_reading_that_was_tampered_with_is_found(self, sql: str, said: str) -> None:
        today(Hall().clerk, at=SERVICE_DAY)
        chain.chain_waiting(SERVICE_DAY)
        assert rows_at_fault() == []

        tamper(sql)

        (text,) = rows_at_fault()
        assert said in text


class TestDeeds:
    def test_a_visit_is_told_from_check_in_to_withdrawal(self):
        hall = Hall()
        case = hall.accept()
        withdraw(case.id, party=Role.PARTNER, by=hall.clerk, at=SERVICE_DAY + 2 * HOUR)

        booking = str(Booking.objects.get(code=hall.code).id)
        logged_in, *deeds = entries(kind="deed")
        assert logged_in.what == "log_in"
        assert [(entry.what, entry.subject) for entry in deeds] == [
            ("check_in", booking),
            ("check_in", booking),
            ("record_outcome", booking),
            ("withdraw", case.id),
        ]
        assert {entry.actor for entry in entries()} == {f"staff:{hall.clerk.staff_id}"}

    def test_nothing_tells_which_of_the_two_withdrew(self):
        hall = Hall()
        case = hall.accept()
        withdraw(case.id, party=Role.PARTNER, by=hall.clerk, at=SERVICE_DAY + 2 * HOUR)

        (entry,) = entries(what="withdraw", kind="deed")
        assert not {"applicant", "partner"} & {entry.reason, *map(str, entry.facts.values())}

    def test_a_visit_leaves_a_whole_audit(self):
        Hall().accept()
        chain.chain_waiting(SERVICE_DAY)

        report = verifying.verify_audit()

        assert report.is_whole
        assert report.tail == 0
