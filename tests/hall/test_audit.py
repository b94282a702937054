"""What staff read and do comes into the audit by itself, and is found when it was tampered with."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from heli.bookings.models import Booking
from heli.bookings.states import Role
from heli.ground.audit import chain, verifying
from heli.ground.models import AuditEntry
from heli.hall.decisions import withdraw
from heli.hall.directory import read_report
from heli.hall.models import Outcome, StaffReading
from heli.hall.queries import today
from heli.hall.roles import StaffRole
from heli.hall.services import record_ticket_outcome
from heli.hall.states import Result
from heli.hall.tickets import issue_ticket
from heli.keeping.forgetting import keep_periods
from heli.keeping.periods import kinds
from heli.law.services import Service
from tests.bookings.factories import HOUR, SECOND
from tests.channels.reporters import report
from tests.hall.factories import SERVICE_DAY, Hall, on_duty

pytestmark = pytest.mark.usefixtures("database")


def entries(**wanted: object) -> list[AuditEntry]:
    return list(AuditEntry.objects.exclude(kind="change").filter(**wanted).order_by("id"))


def tamper(sql: str) -> None:
    """As somebody who owns the database can: with its guards off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL session_replication_role = replica; {sql}")


def rows_at_fault() -> list[str]:
    return [each.text for each in verifying.verify_audit().problems if each.kind == "row"]


class TestReasons:
    """A reason is emptied when its time is over: the audit is told, and still finds all else."""

    def refused(self) -> None:
        hall = Hall()
        ticket = issue_ticket(Service.COUNSELLING, by=hall.clerk, at=SERVICE_DAY)
        record_ticket_outcome(
            ticket.id,
            result=Result.REFUSED,
            cards=[],
            by=hall.clerk,
            at=SERVICE_DAY,
            reason="赵示例没有带证件",
        )

    def forgotten(self) -> None:
        self.refused()
        keep_periods(SERVICE_DAY + kinds()["outcome_reason"].period + SECOND)

    def test_a_reason_goes_half_a_year_later_and_the_outcome_stays(self):
        self.refused()
        over = SERVICE_DAY + kinds()["outcome_reason"].period

        keep_periods(over)
        assert Outcome.objects.get().reason

        keep_periods(over + SECOND)
        kept = Outcome.objects.get()
        assert (kept.result, kept.reason) == (Result.REFUSED, None)

    def test_the_audit_is_told_and_is_whole(self):
        self.forgotten()

        (entry,) = entries(what="forget_reason")
        assert (entry.actor, entry.subject_kind) == ("job:keep_periods", "ticket")
        assert "赵示例" not in str(list(AuditEntry.objects.values()))
        assert rows_at_fault() == []

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE hall_outcome SET result = 'served'",
            "UPDATE hall_outcome SET reason = 'written later'",
            "UPDATE hall_outcome SET reason = NULL, result = 'served'",
            "DELETE FROM hall_outcome",
        ],
    )
    @pytest.mark.parametrize("is_forgotten", [False, True])
    def test_nothing_else_of_an_outcome_can_be_changed(self, sql, is_forgotten):
        self.forgotten() if is_forgotten else self.refused()

        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
        tamper(sql)

        assert len(rows_at_fault()) == 1

    def test_a_reason_that_was_taken_away_behind_the_audits_back_is_found(self):
        self.refused()

        tamper("UPDATE hall_outcome SET reason = NULL")

        assert len(rows_at_fault()) == 1

    def test_a_reading_that_was_changed_is_not_covered_by_a_later_entry(self):
        hall = Hall()
        today(hall.clerk, at=SERVICE_DAY)
        tamper("UPDATE hall_staffreading SET what = 'nothing'")

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT ground_audit_append('deed', 'forget_reason', 'hall_staffreading',"
                " to_jsonb(r), jsonb_build_object('instead_of', e.facts->'digest'), 'staff:1')"
                " FROM hall_staffreading r, ground_auditentry e WHERE e.what = 'see_today'"
            )

        assert rows_at_fault()


class TestReadings:
    def test_a_report_that_was_opened_is_named(self):
        operator = on_duty(StaffRole.OPERATOR)
        told = report("他人写的话")

        read_report(told.id, by=operator, at=SERVICE_DAY)

        (entry,) = entries(kind="reading")
        assert (entry.subject_kind, entry.subject) == ("report", str(told.id))
        assert rows_at_fault() == []

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
