"""Backup and restore: the drill with the real commands, and what is refused before any deed."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import subprocess
import tarfile
import threading
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from heli.bookings.models import Party
from heli.ground.configuration import Environment
from heli.ops.backup import archive
from heli.ops.backup.fitting import check_settings
from heli.ops.backup.manifest import Manifest, NotABackup, read_manifest
from heli.ops.backup.restoring import bring_back, restore_backup
from heli.ops.backup.taking import take_backup
from heli.ops.data_directory import open_directory
from heli.ops.errors import CommandRefused
from heli.ops.postgres import embedded
from heli.ops.rush.books import check_books
from heli.vault.keys import create_key_file, keyring
from heli.vault.marks import check_keys
from heli.vault.sealing import unseal
from tests.bookings.factories import Couple, a_couple, a_slot, hold, hold_and_agree
from tests.ops.backups import as_sql, own_server
from tests.ops.running import heli

CHECKPOINTS = b'{"format": 1, "position": 1}\n' * 3  # a backup copies them as they are
BEFORE = 20  # bookings that are there when the backup begins


class Booking(threading.Thread):
    """Couples who book one after the other until it is told to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.slot = a_slot(places=100_000)
        self.couples: list[Couple] = []
        self.told: list[str] = []
        self.has_begun, self.must_stop = threading.Event(), threading.Event()

    def of_two_who_agreed(self) -> str:
        """A confirmed booking, with what both said of themselves."""
        self.couples.append(a_couple())
        return hold_and_agree(self.couples[0], a_slot()).code

    def run(self) -> None:
        while not self.must_stop.is_set():
            couple = a_couple()
            self.couples.append(couple)
            self.told.append(hold(couple, self.slot).code)
            if len(self.told) == BEFORE:
                self.has_begun.set()
        connection.close()


def guards(database: psycopg.Connection) -> list[tuple[str, ...]]:
    """The names of all that holds the rows together."""
    return database.execute(
        "SELECT 'trigger', tgname FROM pg_trigger WHERE NOT tgisinternal"
        " UNION ALL SELECT 'constraint', conname FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace"
        " UNION ALL SELECT 'index', indexname FROM pg_indexes WHERE schemaname = 'public'"
        " UNION ALL SELECT 'function', proname FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2"
    ).fetchall()


@pytest.mark.usefixtures("database")
class TestTheDrill:
    def test_a_backup_taken_while_people_book_brings_everything_back(self, tmp_path):
        check_keys()  # as a server does at its start
        file, new = tmp_path / "heli.backup", tmp_path / "new"
        keys = str(settings.HELI.keys)
        signed, brought = tmp_path / "signed.jsonl", tmp_path / "brought.jsonl"
        signed.write_bytes(CHECKPOINTS)
        booking = Booking()
        known = booking.of_two_who_agreed()
        booking.start()
        assert booking.has_begun.wait(60)
        before = [known, *booking.told]

        taken = heli(
            "backup",
            file,
            DATABASE_URL=own_server(),
            HELI_KEYS=keys,
            HELI_AUDIT_CHECKPOINTS=str(signed),
        )
        booking.must_stop.set()
        booking.join()
        restored = heli(
            "restore", file, "--data", new, HELI_KEYS=keys, HELI_AUDIT_CHECKPOINTS=str(brought)
        )

        assert (taken.returncode, restored.returncode) == (0, 0), (taken.stderr, restored.stderr)
        assert "as of" in restored.stdout
        assert file.stat().st_mode & 0o777 == 0o600
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
        assert brought.read_bytes() == CHECKPOINTS
        with embedded(open_directory(new)) as url, psycopg.connect(url) as database:
            self.check_rows(database, before=before, told={known, *booking.told})
            self.check_seals(database, booking.couples)
            self.check_audit(database, file)
            again = heli("restore", file, "--data", new, HELI_KEYS=keys)
            assert again.returncode == 1
            assert "The database is not empty." in again.stderr
        self.look_for_people(file, booking.couples)

    def check_rows(
        self, database: psycopg.Connection, *, before: list[str], told: set[str]
    ) -> None:
        assert check_books(database, before).are_right
        codes = {code for (code,) in database.execute("SELECT code FROM bookings_booking")}
        assert set(before) <= codes <= told
        connection.ensure_connection()
        assert guards(database) == guards(connection.connection)
        with pytest.raises(psycopg.errors.CheckViolation):
            database.execute("UPDATE slots_slot SET taken = places + 1")
        database.rollback()

    def check_seals(self, database: psycopg.Connection, couples: list[Couple]) -> None:
        numbers = {number for c in couples for number in (c.one.id_number, c.other.id_number)}
        rows = database.execute("SELECT id, details_sealed FROM bookings_party").fetchall()
        column = Party._meta.get_field("details_sealed")
        opened = {json.loads(unseal(sealed, spot=column.spot(key)))[1] for key, sealed in rows}
        assert len(opened) >= 2 * BEFORE
        assert opened <= numbers

    def check_audit(self, database: psycopg.Connection, file: Path) -> None:
        """Who restored which backup is in the audit that came out of it, and last."""
        told = database.execute(
            "SELECT actor, subject, facts->>'taken_at' FROM ground_auditentry"
            " WHERE what = 'restore_backup' AND id = (SELECT max(id) FROM ground_auditentry)"
        ).fetchall()
        with archive.read(file) as backup:
            moment = backup.manifest.taken_at.isoformat()
            assert told == [("command:restore", backup.mark, moment)]

    def look_for_people(self, file: Path, couples: list[Couple]) -> None:
        told, raw = as_sql(file), file.read_bytes()
        assert "COPY public.bookings_party" in told
        for person in (person for couple in couples for person in (couple.one, couple.other)):
            for secret in (person.name, person.id_number, person.phone):
                assert secret not in told
                assert secret.encode().hex() not in told
                assert secret.encode() not in raw
        for key in keys_of(settings.HELI.keys):
            assert base64.b64encode(key).decode() not in told
            assert key.hex() not in told
            assert key not in raw


def keys_of(path: Path | None) -> list[bytes]:
    assert path is not None
    content = json.loads(path.read_text())
    texts = [*content["sealing"]["keys"].values(), *(content[k] for k in ("index", "token"))]
    return [base64.b64decode(text) for text in [*texts, content["voucher"]]]


def a_manifest(**more: object) -> Manifest:
    """What a backup of this installation would say."""
    manifest = Manifest(
        heli="0.1",
        environment=settings.HELI.environment,
        taken_at=datetime(2026, 11, 26, 18, 0, tzinfo=UTC),
        postgres=180004,
        migrations=("slots.0001_initial",),
        keys=keyring().marks(),
        tables={"public.slots_slot": 3},
    )
    return dataclasses.replace(manifest, **more)  # type: ignore[arg-type]


def a_backup(path: Path, manifest: Manifest | None = None) -> Path:
    """A small file of the right shape."""
    with archive.created(path) as writer:
        with writer.member(archive.MANIFEST) as write:
            write((manifest or a_manifest()).as_json())
        with writer.member(archive.DUMP) as write:
            write(b"a dump ")
            write(b"in two pieces" * 1_000)
    return path


def broken_off(path: Path) -> None:
    """Somebody presses Ctrl-C half way."""
    with archive.created(path) as writer, writer.member(archive.DUMP) as write:
        write(b"half")
        raise KeyboardInterrupt


class TestTheFile:
    def test_it_is_a_plain_tar_with_sums_that_everybody_can_check(self, tmp_path):
        file = a_backup(tmp_path / "heli.backup")

        subprocess.run(["tar", "-xf", file], cwd=tmp_path, check=True)

        sums = (tmp_path / "SHA256SUMS").read_text().split()
        dump = (tmp_path / "database.dump").read_bytes()
        assert sums[1::2] == ["heli-backup.json", "database.dump"]
        assert hashlib.sha256(dump).hexdigest() == sums[2]
        assert dump == b"a dump " + b"in two pieces" * 1_000
        assert read_manifest((tmp_path / "heli-backup.json").read_bytes()) == a_manifest()

    def test_it_never_replaces_another_one(self, tmp_path):
        file = a_backup(tmp_path / "heli.backup")
        kept = file.read_bytes()

        with pytest.raises(CommandRefused, match="is there already"):
            a_backup(file)

        assert file.read_bytes() == kept

    def test_what_was_broken_off_leaves_nothing(self, tmp_path):
        with pytest.raises(KeyboardInterrupt):
            broken_off(tmp_path / "heli.backup")

        assert list(tmp_path.iterdir()) == []

    def test_a_directory_that_is_not_there_is_said_in_one_line(self, tmp_path):
        with pytest.raises(CommandRefused, match="cannot be written: No such file"):
            a_backup(tmp_path / "none" / "heli.backup")

    @pytest.mark.parametrize("kept", [0, 10, 600, 3_000, 9_000, -1_100, -1_600])
    def test_one_that_was_cut_off_is_refused(self, tmp_path, kept):
        file = a_backup(tmp_path / "heli.backup")
        file.write_bytes(file.read_bytes()[:kept])

        with pytest.raises(CommandRefused, match="cannot be restored"), archive.read(file) as it:
            it.check()

    def test_a_changed_byte_is_refused(self, tmp_path):
        file = a_backup(tmp_path / "heli.backup")
        content = bytearray(file.read_bytes())
        content[content.index(b"in two pieces") + 40] ^= 1
        file.write_bytes(content)

        with pytest.raises(CommandRefused, match="is damaged"), archive.read(file) as it:
            it.check()

    @pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"format": 1}', b'{"format": "1"}'])
    def test_a_manifest_of_another_shape_is_refused(self, text):
        with pytest.raises(NotABackup, match="cannot be read"):
            read_manifest(text)

    def test_a_manifest_of_a_newer_version_is_refused(self):
        with pytest.raises(NotABackup, match="newer version"):
            read_manifest(b'{"format": 2}')


@pytest.mark.usefixtures("database")
class TestTheCheckpoints:
    """The audit's signed checkpoints go into the backup and come out again."""

    def taken(self, tmp_path: Path, checkpoints: Path | None) -> Path:
        file = tmp_path / "heli.backup"
        take_backup(
            file,
            dataclasses.replace(
                settings.HELI, database_url=own_server(), audit_checkpoints=checkpoints
            ),
        )
        return file

    def test_are_a_member_that_anybody_can_read(self, tmp_path):
        signed = tmp_path / "signed.jsonl"
        signed.write_bytes(CHECKPOINTS)

        file = self.taken(tmp_path, signed)

        with tarfile.open(file) as tar:
            member = tar.extractfile(archive.CHECKPOINTS)
            assert member is not None
            assert member.read() == CHECKPOINTS
        with archive.read(file) as backup:
            backup.check()

    @pytest.mark.parametrize("is_set", [True, False])
    def test_where_there_are_none_there_is_no_member(self, tmp_path, is_set):
        file = self.taken(tmp_path, tmp_path / "none.jsonl" if is_set else None)

        with archive.read(file) as backup:
            backup.check()
            assert not backup.has_checkpoints

    def test_a_damaged_one_is_refused(self, tmp_path):
        signed = tmp_path / "signed.jsonl"
        signed.write_bytes(CHECKPOINTS)
        file = self.taken(tmp_path, signed)
        content = bytearray(file.read_bytes())
        content[content.index(CHECKPOINTS)] ^= 1
        file.write_bytes(content)

        with (
            archive.read(file) as backup,
            pytest.raises(CommandRefused, match=r"audit-checkpoints\.jsonl in it is damaged"),
        ):
            backup.check()

    def test_never_replace_those_that_are_there(self, tmp_path):
        signed, there = tmp_path / "signed.jsonl", tmp_path / "there.jsonl"
        signed.write_bytes(CHECKPOINTS)
        there.write_bytes(b"these vouch for more\n")

        with archive.read(self.taken(tmp_path, signed)) as backup:
            bring_back(backup, there)
            bring_back(backup, tmp_path / "new.jsonl")

        assert there.read_bytes() == b"these vouch for more\n"
        assert (tmp_path / "new.jsonl").read_bytes() == CHECKPOINTS
        assert (tmp_path / "new.jsonl").stat().st_mode & 0o777 == 0o600


class TestWhatIsRefusedBefore:
    def test_other_keys_are_said_and_no_directory_is_made(self, tmp_path):
        file, keys = a_backup(tmp_path / "heli.backup"), tmp_path / "keys.json"
        create_key_file(keys)

        done = heli("restore", file, "--data", tmp_path / "new", HELI_KEYS=str(keys))

        assert done.returncode == 1
        assert "is not the one of this backup" in done.stderr
        assert "Traceback" not in done.stderr
        assert not (tmp_path / "new").exists()

    def test_a_demo_of_which_the_keys_are_not_there(self, tmp_path):
        configuration = dataclasses.replace(settings.HELI, keys=tmp_path / "keys.json")

        with pytest.raises(CommandRefused, match="opens only with its keys"):
            check_settings(a_manifest(), configuration)

    def test_a_demo_never_becomes_production(self):
        production = dataclasses.replace(settings.HELI, environment=Environment.PRODUCTION)

        with pytest.raises(CommandRefused, match="was taken in test"):
            check_settings(a_manifest(), production)

    @pytest.mark.usefixtures("database")
    def test_tables_that_this_version_does_not_know(self, tmp_path):
        newer = a_manifest(migrations=("slots.0001_initial", "slots.9000_of_tomorrow"))

        with (
            archive.read(a_backup(tmp_path / "heli.backup", newer)) as backup,
            pytest.raises(CommandRefused, match=r"had slots\.9000_of_tomorrow"),
        ):
            restore_backup(backup, settings.HELI)

    @pytest.mark.usefixtures("database")
    def test_a_newer_server_than_ours(self, tmp_path):
        newer = a_manifest(postgres=990001)

        with (
            archive.read(a_backup(tmp_path / "heli.backup", newer)) as backup,
            pytest.raises(CommandRefused, match="into 99 or newer"),
        ):
            restore_backup(backup, settings.HELI)

    @pytest.mark.usefixtures("database")
    def test_a_database_that_is_not_empty(self, tmp_path):
        with (
            archive.read(a_backup(tmp_path / "heli.backup")) as backup,
            pytest.raises(CommandRefused, match="is not empty"),
        ):
            restore_backup(backup, settings.HELI)
