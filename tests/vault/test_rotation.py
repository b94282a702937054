"""A new key takes over while others read and write, and nothing is lost on the way."""

from __future__ import annotations

import base64
import dataclasses
import json
import threading
import time

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from heli.bookings.models import Party
from heli.bookings.parties import open_details
from heli.bookings.services import give_consent
from heli.cases.models import CaseParty
from heli.cases.parties import on_file
from heli.channels.reporting import Seen
from heli.channels.reports import get_report, report_fake
from heli.ground.configuration import ConfigurationError
from heli.ground.models import AuditEntry
from heli.ground.sealing_settings import CipherName, Sealing, read_master
from heli.ops import doctor, schema
from heli.ops.errors import CommandRefused
from heli.ops.keys import drop_key, rotate_keys, verify_keys
from heli.ops.world import World
from heli.vault import keys, rotation
from heli.vault.ciphers import Scheme
from heli.vault.fields import sealed_columns
from heli.vault.key_file import replace_key_file
from heli.vault.models import KeyMark
from heli.wechat.accounts import openid_of, see_account
from heli.wechat.handovers import hand_over, take_up
from heli.wechat.kinds import AppKind, HandoverKind
from tests.bookings.factories import HOUR, NOW, a_couple, a_slot, hold
from tests.cases.factories import a_case

pytestmark = pytest.mark.usefixtures("database", "own_keys")

PAYLOAD = {"path": "/my"}


def rotate(**how):
    return rotate_keys(steady_seconds=0, **how)


def heads():
    return {
        str(column): dict(found)
        for column in sealed_columns()
        if (found := rotation.count_heads(column))
    }


def key_file(path):
    return json.loads(path.read_text())["sealing"]


def verified_document(capsys):
    capsys.readouterr()
    code = verify_keys(as_json=True)
    return code, json.loads(capsys.readouterr().out)


class TestRotate:
    def test_everything_lies_under_the_new_key_and_opens_where_it_did(self, own_keys):
        booking = hold(couple := a_couple(), a_slot())
        a_case()
        account = see_account(AppKind.MINI, "o-1")
        ticket = hand_over(HandoverKind.BROWSER, PAYLOAD)
        report = report_fake(
            text="甲", remark="乙", region=None, seen=next(iter(Seen)), address="192.0.2.1"
        )
        before = [open_details(party) for party in Party.objects.order_by("id")]
        spouses = [on_file(party) for party in CaseParty.objects.order_by("id")]

        assert rotate() == 0

        assert key_file(own_keys)["current"] == "k2"
        assert {head for found in heads().values() for head in found} == {b"\x01\x02k2"}
        assert [open_details(party) for party in Party.objects.order_by("id")] == before
        assert [on_file(party) for party in CaseParty.objects.order_by("id")] == spouses
        account.refresh_from_db()
        assert openid_of(account) == "o-1"
        assert take_up(HandoverKind.BROWSER, ticket) == PAYLOAD
        assert get_report(report).text == "甲"
        give_consent(booking.code, by=couple.partner, at=NOW + HOUR)

    def test_the_audit_is_told_of_the_key_and_of_no_row(self):
        see_account(AppKind.MINI, "o-1")

        rotate()
        drop_key("k1")

        told = AuditEntry.objects.order_by("id").values_list("kind", "what", "actor", "subject")
        assert list(told) == [
            ("deed", "use key", "command:keys", "k2"),
            ("deed", "drop key", "command:keys", "k1"),
        ]

    def test_broken_off_it_goes_on_with_the_same_key(self, own_keys):
        for _each in range(3):
            hold(a_couple(), a_slot())
        changed = keys.read_keys(settings.HELI).with_key("k2")
        replace_key_file(own_keys, dataclasses.replace(changed, current="k2"), master=None)
        keys.look_again()
        next(rotation.reseal_all(batch=1))
        assert rotation.count_left() == 5

        assert rotate() == 0

        assert rotation.count_left() == 0
        assert list(key_file(own_keys)["keys"]) == ["k1", "k2"]

    def test_another_cipher_needs_no_other_key(self, own_keys, monkeypatch):
        hold(a_couple(), a_slot())
        sealing = Sealing(cipher=CipherName.SM4, has_record_keys=True)
        monkeypatch.setattr(settings, "HELI", dataclasses.replace(settings.HELI, sealing=sealing))

        assert rotate() == 0

        head = bytes((Scheme.SM4_GCM_PER_RECORD, 2)) + b"k1"
        assert heads() == {"bookings_party.details_sealed": {head: 2}}
        assert open_details(Party.objects.first())

    def test_a_key_can_be_brought_to_every_machine_before_it_seals(self, own_keys):
        hold(a_couple(), a_slot())

        assert rotate(add_only=True) == 0
        assert key_file(own_keys)["current"] == "k1"
        hold(a_couple(), a_slot())
        assert rotate() == 0

        assert list(key_file(own_keys)["keys"]) == ["k1", "k2"]
        assert heads() == {"bookings_party.details_sealed": {b"\x01\x02k2": 4}}

    def test_a_row_that_somebody_holds_is_waited_for_by_nobody_and_done_later(self):
        hold(a_couple(), a_slot())
        holds, goes_on = threading.Event(), threading.Event()

        def hold_a_row():
            with transaction.atomic():
                list(Party.objects.select_for_update().order_by("id")[:1])
                holds.set()
                goes_on.wait(20)
            connection.close()

        other = threading.Thread(target=hold_a_row)
        other.start()
        holds.wait(20)
        head = dataclasses.replace(keys.read_keys(settings.HELI).with_key("k2"), current="k2")
        replace_key_file(settings.HELI.keys, head, master=None)
        keys.look_again()

        done = [batch.resealed for batch in rotation.reseal_all()]
        goes_on.set()
        other.join()

        assert (sum(done), rotation.count_left()) == (1, 1)
        assert rotate() == 0
        assert rotation.count_left() == 0

    def test_a_value_that_does_not_open_stays_and_is_told(self, capsys):
        hold(a_couple(), a_slot())
        one, other = Party.objects.order_by("id")
        Party.objects.filter(id=one.id).update(details_sealed=other.details_sealed)

        assert rotate() == 1

        assert "1 values do not open" in capsys.readouterr().err
        one.refresh_from_db()
        assert bytes(one.details_sealed) == bytes(other.details_sealed)

    def test_two_at_once_are_refused(self):
        held, ends = threading.Event(), threading.Event()

        def rotate_elsewhere():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(4854715)")
                held.set()
                ends.wait(20)
                cursor.execute("SELECT pg_advisory_unlock(4854715)")
            connection.close()

        other = threading.Thread(target=rotate_elsewhere)
        other.start()
        held.wait(20)
        try:
            with pytest.raises(CommandRefused, match="at work"):
                rotate()
        finally:
            ends.set()
            other.join()


class TestVerify:
    def test_it_tells_what_lies_under_which_key(self, capsys):
        hold(a_couple(), a_slot())
        rotate()
        hold(a_couple(), a_slot())

        code, document = verified_document(capsys)

        assert (code, document["ok"], document["current"]) == (0, True, "k2")
        assert document["keys"] == [{"id": "k1", "values": 0}, {"id": "k2", "values": 4}]
        told = {column["column"]: column["values"] for column in document["columns"]}
        assert told["bookings_party.details_sealed"] == 4

    def test_a_changed_value_is_found(self, capsys):
        hold(a_couple(), a_slot())
        party = Party.objects.first()
        changed = bytes(party.details_sealed)[:-1] + b"\x00"
        Party.objects.filter(id=party.id).update(details_sealed=changed)

        code, document = verified_document(capsys)

        assert (code, document["ok"]) == (1, False)
        assert sum(column["broken"] for column in document["columns"]) == 1


class TestDrop:
    def test_a_key_under_which_nothing_lies_any_more_goes(self, own_keys):
        hold(a_couple(), a_slot())
        rotate()

        assert drop_key("k1") == 0

        assert list(key_file(own_keys)["keys"]) == ["k2"]
        assert set(KeyMark.objects.values_list("id", flat=True)) == {"index", "sealing k2"}
        assert verify_keys(as_json=False) == 0

    def test_one_under_which_something_lies_stays(self, own_keys):
        hold(a_couple(), a_slot())
        rotate(add_only=True)

        with pytest.raises(CommandRefused, match="k1 is the current key"):
            drop_key("k1")
        with pytest.raises(CommandRefused, match="holds no key k7"):
            drop_key("k7")
        dataclass = keys.read_keys(settings.HELI)
        replace_key_file(own_keys, dataclasses.replace(dataclass, current="k2"), master=None)
        with pytest.raises(CommandRefused, match="2 values lie under k1"):
            drop_key("k1")


class TestWhileServing:
    def test_a_process_opens_what_another_sealed_under_a_key_it_has_not_seen(self, own_keys):
        assert keys.keyring().current == "k1"
        changed = dataclasses.replace(keys.read_keys(settings.HELI).with_key("k2"), current="k2")
        replace_key_file(own_keys, changed, master=None)
        hold(a_couple(), a_slot())
        theirs = keys.keyring_of(changed, Sealing())
        party = Party.objects.first()
        spot = party._meta.get_field("details_sealed").spot(party.id)
        sealed = theirs.head + bytes(12)
        sealed += theirs.sealer.encrypt(
            bytes(12), b'["","",null,null]', theirs.head + spot.encoded()
        )
        Party.objects.filter(id=party.id).update(details_sealed=sealed)

        assert open_details(Party.objects.get(id=party.id)).name == ""
        assert keys.keyring().current == "k2"

    def test_a_process_that_meets_none_of_its_values_seals_with_the_new_key_soon(
        self, own_keys, monkeypatch
    ):
        monkeypatch.setattr(keys, "LOOK_SECONDS", 0.01)
        assert keys.keyring().current == "k1"
        changed = dataclasses.replace(keys.read_keys(settings.HELI).with_key("k2"), current="k2")
        replace_key_file(own_keys, changed, master=None)

        until = time.monotonic() + 20
        while keys.keyring().current != "k2" and time.monotonic() < until:
            time.sleep(0.01)

        assert keys.keyring().current == "k2"

    def test_a_file_that_broke_changes_nothing_for_who_runs(self, own_keys, caplog):
        hold(a_couple(), a_slot())
        own_keys.write_text("{")

        assert keys.look_again().current == "k1"
        assert open_details(Party.objects.first())
        assert keys.look_again().current == "k1"
        assert caplog.text.count("The keys stay as they were") == 1  # and is not tried at once

    def test_one_that_is_mended_is_read(self, own_keys):
        assert keys.keyring().current == "k1"
        whole = dataclasses.replace(keys.read_keys(settings.HELI).with_key("k2"), current="k2")
        own_keys.write_text("{")
        keys.look_again()
        replace_key_file(own_keys, whole, master=None)

        assert keys.look_again().current == "k2"


class TestForeignKeys:
    def use(self, tmp_path, monkeypatch):
        other = tmp_path / "other.json"
        keys.create_key_file(other)
        monkeypatch.setattr(settings, "HELI", dataclasses.replace(settings.HELI, keys=other))

    def test_they_are_refused_in_one_sentence(self, tmp_path, monkeypatch):
        hold(a_couple(), a_slot())
        verify_keys(as_json=False)
        self.use(tmp_path, monkeypatch)

        for ask in (rotate, lambda: verify_keys(as_json=False), lambda: drop_key("k1")):
            with pytest.raises(ConfigurationError, match="its key 'index' is another"):
                ask()

    def test_no_server_starts_with_them_and_the_doctor_says_so(self, tmp_path, monkeypatch):
        schema.prepare(is_embedded=False)
        self.use(tmp_path, monkeypatch)

        with pytest.raises(ConfigurationError, match="is not the one that this database was"):
            schema.prepare(is_embedded=False)
        found = doctor._keys(World(settings.HELI, directory=None, server=None))
        assert (found.verdict, "its key 'index' is another" in found.text) == ("bad", True)

    def test_the_doctor_says_of_a_file_that_lies_open_where_it_was_to_be_sealed(self, own_keys):
        given = {"HELI_MASTER_KEY": base64.b64encode(bytes(range(32))).decode()}
        sealing = dataclasses.replace(
            settings.HELI.sealing, master=read_master("environment", given)
        )
        world = World(dataclasses.replace(settings.HELI, sealing=sealing), None, server=None)

        found = doctor._keys(world)
        assert (found.verdict, "lies open" in found.text) == ("warn", True)

        replace_key_file(
            own_keys, keys.read_keys(settings.HELI), master=keys.master_of(world.configuration)
        )
        assert doctor._keys(world).verdict == "ok"

    def test_they_are_refused_before_the_tables_are_brought_on(self, tmp_path, monkeypatch):
        schema.prepare(is_embedded=False)
        self.use(tmp_path, monkeypatch)
        recorder = MigrationRecorder(connection)
        recorder.record_unapplied("vault", "0001_initial")
        try:
            with pytest.raises(ConfigurationError, match="is not the one that this database was"):
                schema.prepare(is_embedded=True)
            assert "vault.0001_initial" in schema.missing_migrations()
        finally:  # no test's end brings this table back
            recorder.record_applied("vault", "0001_initial")

    def test_so_are_those_of_a_database_that_has_no_marks_yet(self, tmp_path, monkeypatch):
        hold(a_couple(), a_slot())
        self.use(tmp_path, monkeypatch)

        with pytest.raises(ConfigurationError, match="nothing of what is sealed in it opens"):
            verify_keys(as_json=False)
        assert not KeyMark.objects.exists()

    def test_and_a_file_that_lacks_a_key_in_use(self, own_keys):
        rotate()
        replace_key_file(own_keys, keys.read_keys(settings.HELI).without_key("k1"), master=None)

        with pytest.raises(ConfigurationError, match="it lacks the key 'sealing k1'"):
            verify_keys(as_json=False)
