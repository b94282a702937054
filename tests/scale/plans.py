"""How PostgreSQL goes about the statements of a piece of work, and how many rows it reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

# The tables that grow with every booking and every day; all others are bounded by the country.
GROWING = frozenset(
    {
        "bookings_booking",
        "bookings_bookingevent",
        "bookings_lapse",
        "bookings_party",
        "bookings_proposal",
        "cases_case",
        "cases_caseevent",
        "cases_caseparty",
        "cases_certificateplace",
        "ground_outboxevent",
        "hall_checkin",
        "hall_ticket",
        "notices_notice",
        "notices_sending",
        "slots_archivedday",
        "slots_returnedplace",
        "slots_slot",
    }
)


@dataclass(frozen=True)
class Scan:
    """A growing table as one statement reads it. rows: read, whether or not they were wanted."""

    statement: str
    kind: str
    table: str
    rows: int

    def is_bounded(self, rows_max: int) -> bool:
        """Whether it would take as long with a thousand times as many rows in the table."""
        return "Seq Scan" not in self.kind and self.rows <= rows_max


def scans_of(work: Callable[[], object]) -> list[Scan]:
    """What the work's statements read of the growing tables. The work itself is undone."""
    with transaction.atomic():
        statements = _statements_of(work)
        found = [scan for sql, params in statements.items() for scan in _explained(sql, params)]
        transaction.set_rollback(True)
    return found


def _statements_of(work: Callable[[], object]) -> dict[str, Any]:
    """The statements that read, each once, with the values it was first given."""
    statements: dict[str, Any] = {}

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SELECT", "UPDATE", "DELETE")) and "SAVEPOINT" not in sql:
            statements.setdefault(sql, params)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        work()
    return statements


def _explained(sql: str, params: Any) -> Iterator[Scan]:
    # What only reads is carried out, to count the rows; what writes is asked for its plan alone.
    options = "ANALYZE, TIMING OFF, FORMAT JSON" if sql.startswith("SELECT") else "FORMAT JSON"
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ({options}) {sql}", params)
        (answer,) = cursor.fetchone()
    (plan,) = json.loads(answer) if isinstance(answer, str) else answer
    for node in _nodes(plan["Plan"]):
        if node.get("Relation Name") in GROWING:
            each = node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0)
            rows = round(each * node.get("Actual Loops", 1))
            yield Scan(sql, node["Node Type"], node["Relation Name"], rows)


def sequential_scans() -> dict[str, int]:
    """How often each growing table was read from end to end, by anybody so far.

    The functions of the database do not tell the plans inside them, but they are counted.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname = ANY (%s)",
            [sorted(GROWING)],
        )
        return dict(cursor.fetchall())


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)
