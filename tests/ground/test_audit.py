"""The audit: appended, chained, signed; whatever is tampered with below the services is found."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django.db
import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from heli.ground import clock, due
from heli.ground.audit import chain, checkpoints, verifying
from heli.ground.audit.recording import Kind, Subject, record, without_numbers
from heli.ground.models import AuditEntry

NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def file(database: None, tmp_path: Path) -> Iterator[Path]:
    """The file of checkpoints."""
    before = settings.HELI
    path = tmp_path / "audit-checkpoints.jsonl"
    settings.HELI = dataclasses.replace(before, audit_checkpoints=path)
    yield path
    settings.HELI = before


def recorded(count: int = 1, *, reason: str = "") -> None:
    for number in range(count):
        record(
            Kind.READING,
            "see_today",
            actor="staff:7",
            at=NOON,
            subject=Subject("booking", f"b{number}"),
            office="440106-1",
            reason=reason,
        )


def chained(count: int = 1) -> None:
    recorded(count)
    chain.chain_waiting(NOON)


def tamper(sql: str, *values: object) -> None:
    """As somebody who owns the database can: with its guards off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)


def found() -> list[tuple[str, int | None]]:
    return [(problem.kind, problem.position) for problem in verifying.verify_audit().problems]


class TestRecord:
    def test_an_entry_is_part_of_the_transaction_in_which_it_is_written(self) -> None:
        with transaction.atomic():
            recorded()
            transaction.set_rollback(True)

        assert not AuditEntry.objects.exists()

    def test_the_real_moment_is_the_databases_whatever_the_statement_says(self) -> None:
        AuditEntry.objects.create(kind="deed", what="x", actor="staff:1", at=NOON, really_at=NOON)

        entry = AuditEntry.objects.get()
        assert abs(entry.really_at - clock.real_now()) < timedelta(minutes=5)
        assert entry.through

    @pytest.mark.parametrize(
        "reason",
        ["查 110101189001011234 的预约", "电话 138-0013-8000 说要改", "11010118900101123X"],
    )
    def test_a_number_that_could_be_a_persons_does_not_stay_in_a_reason(self, reason: str) -> None:
        recorded(reason=reason)

        kept = AuditEntry.objects.get().reason
        assert "…" in kept
        assert not any(part.isdigit() and len(part) > 6 for part in kept.split())

    def test_a_date_stays_in_a_reason(self) -> None:
        assert without_numbers(" 改到 2026-12 或 12月24日9点 ") == "改到 2026-12 或 12月24日9点"


class TestGuards:
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE ground_auditentry SET reason = 'another'",
            "UPDATE ground_auditentry SET hash = '\\x00'",
            "UPDATE ground_auditentry SET position = 7",
            "DELETE FROM ground_auditentry",
            "TRUNCATE ground_auditentry",
        ],
    )
    def test_nothing_of_the_audit_is_rewritten_or_removed(self, sql: str) -> None:
        chained()

        with pytest.raises(django.db.IntegrityError, match="never rewritten"):
            connection.cursor().execute(sql)

    def test_an_entry_that_gets_its_place_gets_nothing_else(self) -> None:
        recorded()

        with pytest.raises(django.db.IntegrityError, match="never rewritten"):
            AuditEntry.objects.update(
                position=1, hash=bytes(32), chained_at=clock.real_now(), actor="staff:8"
            )

    def test_an_entry_is_not_inserted_with_a_place(self) -> None:
        with pytest.raises(django.db.IntegrityError, match="afterwards"):
            AuditEntry.objects.create(
                kind="deed", what="x", actor="", at=NOON,
                position=1, hash=bytes(32), chained_at=NOON,
            )  # fmt: skip


class TestChain:
    def test_what_waits_is_due_at_once_and_the_worker_chains_it(self) -> None:
        recorded(3)

        assert due.is_any_due(clock.now())
        due.run_due(clock.now())

        assert list(AuditEntry.objects.values_list("position", flat=True)) == [1, 2, 3]
        assert chain.next_unchained() is None

    def test_a_transaction_that_is_still_open_holds_nobody_up_and_comes_later(self) -> None:
        with psycopg.connect(_conninfo()) as other:
            other.execute(
                "INSERT INTO ground_auditentry (kind, actor, what, subject_kind, subject, office,"
                " reason, facts, at) VALUES ('deed', '', 'slow', '', '', '', '', '{}', now())"
            )
            chained(2)
            assert chain.head().position == 2
            other.commit()

        chain.chain_waiting(NOON)

        assert AuditEntry.objects.get(what="slow").position == 3
        assert found() == []

    def test_two_at_once_chain_nothing_twice(self) -> None:
        recorded(2)
        with psycopg.connect(_conninfo()) as other:
            other.execute("SELECT pg_advisory_xact_lock(%s)", [chain.ONE_AT_A_TIME])
            chain.chain_waiting(NOON)
            assert chain.head().position == 0

        chain.chain_waiting(NOON)

        assert chain.head().position == 2

    def test_anybody_can_compute_a_hash_anew_from_the_columns(self) -> None:
        chained()
        entry = AuditEntry.objects.get()
        assert entry.chained_at is not None
        told = chain.Told(
            entry.pk, "reading", "staff:7", "see_today", "booking", "b0", "440106-1", "", {},
            NOON, entry.really_at, entry.through,
        )  # fmt: skip

        again = chain.hash_of(told, position=1, previous=bytes(32), chained_at=entry.chained_at)

        assert bytes(entry.hash or b"") == again


class TestVerify:
    def test_a_whole_audit_is_whole_and_its_tail_is_told(self) -> None:
        chained(3)
        recorded(2)

        report = verifying.verify_audit()

        assert report.is_whole
        assert (report.chained, report.tail) == (3, 2)
        assert report.tail_since is not None

    @pytest.mark.parametrize(
        "column", ["actor", "what", "subject", "subject_kind", "office", "reason", "through"]
    )
    def test_a_changed_row_is_found(self, column: str) -> None:
        chained(3)

        tamper(f"UPDATE ground_auditentry SET {column} = 'other' WHERE position = 2")

        assert found() == [("changed", 2)]

    @pytest.mark.parametrize("column", ["at", "chained_at"])
    def test_a_moment_that_was_moved_is_found(self, column: str) -> None:
        chained(3)

        tamper(
            f"UPDATE ground_auditentry SET {column} = {column} + interval '1 microsecond'"
            " WHERE position = 2"
        )

        assert ("changed", 2) in found()

    def test_removed_rows_are_found(self) -> None:
        chained(5)

        tamper("DELETE FROM ground_auditentry WHERE position IN (2, 3)")

        assert found() == [("removed", 2)]

    def test_a_row_put_between_two_others_is_found(self) -> None:
        chained(3)

        tamper("UPDATE ground_auditentry SET position = position + 10 WHERE position >= 2")
        tamper("UPDATE ground_auditentry SET position = position - 9 WHERE position >= 2")
        tamper(
            "INSERT INTO ground_auditentry (kind, actor, what, subject_kind, subject, office,"
            " reason, facts, at, really_at, through, position, hash, chained_at) SELECT kind,"
            " actor, 'slipped in', subject_kind, subject, office, reason, facts, at, really_at,"
            " through, 2, hash, chained_at FROM ground_auditentry WHERE position = 1"
        )

        assert ("changed", 2) in found()

    def test_a_row_that_says_it_was_there_long_ago_is_found_though_it_was_chained(self) -> None:
        chained()
        tamper("UPDATE ground_auditentry SET really_at = now(), chained_at = now()")
        # A later run, by its own moment; the row that it chains claims to be of yesterday.
        tamper(
            "INSERT INTO ground_auditentry (kind, actor, what, subject_kind, subject, office,"
            " reason, facts, at, really_at) VALUES ('deed', 'staff:9', 'x', '', '', '', '', '{}',"
            " now(), now() - interval '1 day')"
        )
        chain.chain_waiting(NOON)

        assert ("late", 2) in found()

    def test_a_row_that_was_kept_out_of_the_chain_is_found(self) -> None:
        chained(2)

        tamper(
            "INSERT INTO ground_auditentry (kind, actor, what, subject_kind, subject, office,"
            " reason, facts, at, really_at) VALUES ('deed', 'staff:9', 'x', '', '', '', '', '{}',"
            " now(), now() - interval '1 day')"
        )

        assert found() == [("left_out", None)]

    def test_a_guard_that_is_switched_off_is_found(self) -> None:
        connection.cursor().execute(
            "ALTER TABLE ground_auditentry DISABLE TRIGGER ground_guard_audit"
        )
        try:
            assert found() == [("guard", None)]
        finally:
            connection.cursor().execute(
                "ALTER TABLE ground_auditentry ENABLE TRIGGER ground_guard_audit"
            )


class TestCheckpoints:
    def test_the_head_is_signed_within_a_minute_and_once(self, file: Path) -> None:
        chained(2)
        now = clock.real_now()

        due.run_due(now)
        due.run_due(now + timedelta(hours=1))

        (line,) = file.read_text().splitlines()
        assert json.loads(line)["position"] == 2
        assert file.stat().st_mode & 0o777 == 0o600
        report = verifying.verify_audit()
        assert (report.checkpoints, report.signed_to, report.is_whole) == (1, 2, True)

    def test_more_entries_are_signed_a_minute_after_the_last_checkpoint(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        chained()
        checkpoints.sign_head(NOON)
        last = checkpoints.last_in(file)
        assert last is not None
        assert checkpoints.next_checkpoint() is None

        chained()

        assert checkpoints.next_checkpoint() is None
        monkeypatch.setattr(checkpoints, "EVERY", timedelta())  # a minute later
        assert checkpoints.next_checkpoint() == last.at

    def test_a_chain_that_was_rewritten_as_a_whole_is_found(self) -> None:
        chained(3)
        checkpoints.sign_head(NOON)

        tamper("UPDATE ground_auditentry SET actor = 'staff:8' WHERE position = 1")
        tamper("UPDATE ground_auditentry SET position = NULL, hash = NULL, chained_at = NULL")
        chain.chain_waiting(NOON)

        assert found() == [("rewritten", 3)]

    def test_an_end_that_was_cut_off_is_found(self) -> None:
        chained(3)
        checkpoints.sign_head(NOON)

        tamper("DELETE FROM ground_auditentry WHERE position > 1")

        assert found() == [("cut", 3)]

    def test_a_checkpoint_that_somebody_else_wrote_vouches_for_nothing(self, file: Path) -> None:
        chained(2)
        checkpoints.sign_head(NOON)
        line = json.loads(file.read_text())

        line["position"] = 1
        file.write_text(json.dumps(line) + "\n")

        assert found() == [("checkpoint", 1)]

    def test_a_line_that_a_crash_cut_short_does_no_harm(self, file: Path) -> None:
        chained(2)
        file.write_text('{"format": 1, "posi')

        checkpoints.sign_head(NOON)

        report = verifying.verify_audit()
        assert (report.checkpoints, report.unreadable_lines, report.is_whole) == (1, 1, True)

    def test_without_a_file_nothing_is_due(self) -> None:
        chained()
        settings.HELI = dataclasses.replace(settings.HELI, audit_checkpoints=None)

        assert checkpoints.next_checkpoint() is None


def _conninfo() -> str:
    known = connection.get_connection_params()
    wanted = ("dbname", "user", "password", "host", "port")
    return psycopg.conninfo.make_conninfo(
        **{name: known[name] for name in wanted if known.get(name)}
    )
