"""Row changes of the tables that matter are kept, whoever makes them; the hot tables have none."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import django.db
import pytest
from django.apps import apps
from django.db import connection, transaction

from heli.channels.models import ChannelEntry
from heli.ground.audit import chain, verifying
from heli.ground.audit.recording import say_who
from heli.ground.models import AuditEntry
from heli.hall import directory
from heli.hall.models import Staff
from heli.hall.roles import StaffRole
from heli.places.models import Office, OpeningHours
from tests.bookings.factories import NOW
from tests.cases.factories import an_open_office
from tests.channels.directory import an_entry, load
from tests.hall.factories import an_account, on_duty

pytestmark = pytest.mark.usefixtures("database")

HOT = ("bookings_booking", "bookings_party", "bookings_bookingevent", "slots_slot",
       "ground_outboxevent")  # fmt: skip


def changes(table: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(kind="change", subject_kind=table).order_by("id"))


def history(name: str) -> list[dict[str, object]]:
    model = apps.get_model(name)
    return list(model._default_manager.order_by("pgh_id").values())


def entry(folder: Path) -> ChannelEntry:
    load(folder, an_entry())
    return ChannelEntry.objects.get()


class TestAccounts:
    def test_an_account_that_is_raised_by_raw_sql_is_on_record(self):
        office = an_open_office()
        account = an_account(StaffRole.GUIDE, office)

        connection.cursor().execute(
            "UPDATE hall_staff SET role = 'manager' WHERE id = %s", [account.pk]
        )

        added, raised = history("hall.StaffHistory")
        assert (added["role"], raised["role"]) == ("guide", "manager")
        assert [(each.what, each.subject, each.office) for each in changes("hall_staff")] == [
            ("hall_staff insert", str(account.pk), office.id),
            ("hall_staff update", str(account.pk), office.id),
        ]

    def test_a_new_password_is_on_record_and_no_password_is_kept(self):
        account = an_account(StaffRole.OPERATOR)

        Staff.objects.filter(pk=account.pk).update(password="md5$another")

        assert [row["pgh_label"] for row in history("hall.StaffHistory")] == ["insert", "password"]
        assert not any("password" in row for row in history("hall.StaffHistory"))

    def test_an_update_that_changes_nothing_leaves_nothing(self):
        account = an_account(StaffRole.OPERATOR)

        Staff.objects.filter(pk=account.pk).update(role=account.role)

        assert len(history("hall.StaffHistory")) == 1


class TestWho:
    def test_an_operators_correction_says_who_and_by_which_deed(self, tmp_path):
        operator = on_duty(StaffRole.OPERATOR)
        row = entry(tmp_path)

        directory.end_entry(row.pk, by=operator, at=NOW)

        *_, ended = changes("channels_channelentry")
        assert (ended.actor, ended.reason) == (f"staff:{operator.staff_id}", "keep_channels end")

    def test_who_holds_until_the_end_of_the_transaction_and_not_longer(self):
        account = an_account(StaffRole.OPERATOR)

        with transaction.atomic():
            say_who("command:staff", why="disable")
            Staff.objects.filter(pk=account.pk).update(is_active=False)
        Staff.objects.filter(pk=account.pk).update(is_active=True)

        assert [each.actor for each in changes("hall_staff")] == ["", "command:staff", ""]


class TestHistories:
    def test_an_offices_rules_and_its_door_are_on_record(self):
        office = an_open_office()

        OpeningHours.objects.filter(office=office, weekday=0).update(closes=time(12))
        Office.objects.filter(id=office.id).update(phone="020-0000")

        *_, hours = changes("places_openinghours")
        assert (hours.what, hours.office) == ("places_openinghours update", office.id)
        *_, moved = changes("places_office")
        assert (moved.what, moved.subject) == ("places_office update", office.id)

    @pytest.mark.parametrize("sql", ["UPDATE {} SET role = 'guide'", "DELETE FROM {}"])
    def test_a_history_is_not_rewritten(self, sql: str) -> None:
        an_account(StaffRole.OPERATOR)

        with pytest.raises(django.db.ProgrammingError, match="Cannot update or delete"):
            connection.cursor().execute(sql.format("hall_staffhistory"))

    def test_a_history_that_was_rewritten_is_found(self):
        an_account(StaffRole.OPERATOR)
        chain.chain_waiting(NOW)
        assert verifying.verify_audit().is_whole

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE hall_staffhistory SET username = 'nobody'")

        assert [each.kind for each in verifying.verify_audit().problems] == ["row"]

    def test_every_history_is_told_to_the_audit(self):
        histories = {
            model._meta.db_table
            for model in apps.get_models()
            if model.__module__.startswith("heli.") and hasattr(model, "pgh_tracked_model")
        }
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
                " WHERE tgname = 'ground_audit_tell'"
            )
            told = {name for (name,) in cursor.fetchall()}

        assert len(histories) >= 11
        assert histories <= told

    @pytest.mark.parametrize("table", HOT)
    def test_no_hot_table_has_a_history_or_tells_the_audit(self, table: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass"
                " AND (tgname = 'ground_audit_tell' OR tgname LIKE 'pgtrigger%%')",
                [table],
            )
            assert cursor.fetchall() == []

    def test_no_history_keeps_what_is_sealed_or_finds_a_person(self):
        kept = {
            field.attname
            for model in apps.get_models()
            if hasattr(model, "pgh_tracked_model")
            for field in model._meta.fields
        }

        assert not {name for name in kept if name.endswith("_sealed")}
        assert kept.isdisjoint({"password", "openid", "unionid", "person", "token_hash"})


def test_an_entry_is_kept_with_what_it_was_before(tmp_path: Path) -> None:
    row = entry(tmp_path)
    ChannelEntry.objects.filter(pk=row.pk).update(name="另一个名字")

    assert [each["name"] for each in history("channels.ChannelEntryHistory")] == [
        row.name,
        "另一个名字",
    ]
