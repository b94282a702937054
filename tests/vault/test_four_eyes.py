"""In production nobody replaces or drops a key alone, and an emergency leaves a loud trace."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager

import pytest
from django.conf import settings

from heli.ground.configuration import Environment
from heli.ground.models import AuditEntry
from heli.hall.emergencies import SAID_FOR, recent_emergencies
from heli.hall.errors import PermitNotGood, PermitNotGranted
from heli.hall.permit_rules import PermitKind
from heli.ops import doctor
from heli.ops.cli import _parser
from heli.ops.errors import CommandRefused
from heli.ops.keys import NOBODYS, Word, _word, drop_key, rotate_keys
from heli.vault import keys
from heli.vault.key_file import replace_key_file
from tests.bookings.factories import a_couple, a_slot, hold
from tests.hall.second_factors import go_to_production
from tests.hall.test_permits import ask, granted, two_operators

DROP, ROTATE = PermitKind.DROP_KEY, PermitKind.ROTATE_KEYS


def rotate(word=NOBODYS, **how):
    return rotate_keys(steady_seconds=0, word=word, **how)


def key_ids():
    return list(keys.read_keys(settings.HELI).sealing)


def told():
    entries = AuditEntry.objects.filter(actor="command:keys").order_by("id")
    return list(entries.values_list("what", flat=True))


@pytest.fixture(autouse=True)
def permits(database, own_keys, monkeypatch):
    """Two of each, granted while everybody could; from then on this is production."""
    found = {kind: [granted(kind)[0] for _ in range(2)] for kind in (ROTATE, DROP)}
    go_to_production(monkeypatch)
    return found


class TestFourEyes:
    def test_without_a_second_person_nothing_is_done(self):
        for alone in (rotate, lambda: rotate(add_only=True)):
            with pytest.raises(CommandRefused, match="needs a second person"):
                alone()

        assert key_ids() == ["k1"]
        assert told() == []

    def test_by_their_word_a_key_is_replaced_and_dropped_each_once(self, permits):
        (first, second), (drop, _other) = permits[ROTATE], permits[DROP]
        hold(a_couple(), a_slot())

        assert rotate(Word(permit=first.code)) == 0
        with pytest.raises(PermitNotGood):
            rotate(Word(permit=first.code))
        with pytest.raises(PermitNotGood):
            drop_key("k1", word=Word(permit=second.code))
        with pytest.raises(CommandRefused, match="needs a second person"):
            drop_key("k1")
        assert key_ids() == ["k1", "k2"]
        assert drop_key("k1", word=Word(permit=drop.code)) == 0

        assert key_ids() == ["k2"]
        assert told() == [
            "use_permit rotate_keys",
            "use key",
            "use_permit drop_key",
            "drop key",
        ]

    def test_adding_and_using_a_key_are_two_deeds(self, permits):
        first, second = permits[ROTATE]

        assert rotate(Word(permit=first.code), add_only=True) == 0
        with pytest.raises(CommandRefused):
            rotate()
        assert rotate(Word(permit=second.code)) == 0

        assert keys.read_keys(settings.HELI).current == "k2"

    def test_adding_again_what_waits_in_the_file_uses_up_nobodys_word(self, permits):
        first, second = permits[ROTATE]
        rotate(Word(permit=first.code), add_only=True)

        assert rotate(Word(permit=second.code), add_only=True) == 0
        assert rotate(add_only=True) == 0

        assert key_ids() == ["k1", "k2"]
        assert told() == ["use_permit rotate_keys", "add key"]
        assert rotate(Word(permit=second.code)) == 0

    def test_what_was_broken_off_goes_on_by_the_word_that_began_it(self, own_keys):
        hold(a_couple(), a_slot())
        begun = dataclasses.replace(keys.read_keys(settings.HELI).with_key("k2"), current="k2")
        replace_key_file(own_keys, begun, master=None)

        assert rotate() == 0

        assert key_ids() == ["k1", "k2"]

    def test_what_nobody_granted_yet_is_refused(self):
        asked = ask_elsewhere()

        with pytest.raises(PermitNotGranted):
            rotate(Word(permit=asked.code))
        with pytest.raises(PermitNotGood):
            rotate(Word(permit="aaaa-bbbb-cccc-dddd"))
        assert key_ids() == ["k1"]


class TestEmergency:
    def test_it_is_done_and_said_to_everybody(self, capsys):
        assert rotate(Word(emergency="库被偷，只有一个人在，电话 13900001893")) == 0

        assert "without a second person" in capsys.readouterr().err
        assert told() == ["emergency rotate_keys", "use key"]
        (said,) = recent_emergencies()
        assert said.why == "库被偷，只有一个人在，电话 …"
        finding = doctor._four_eyes()
        assert finding.verdict == "warn"
        assert "rotate_keys" in finding.text

    def test_saying_that_this_is_no_production_is_as_loud(self):
        with elsewhere():
            assert rotate() == 0
            assert recent_emergencies() == []

        (said,) = recent_emergencies()
        assert (said.kind, said.why) == (ROTATE, "HELI_ENV=test")

    def test_after_ninety_days_the_audit_alone_tells_it(self, monkeypatch):
        rotate(Word(emergency="x"))
        assert doctor._four_eyes().verdict == "warn"

        monkeypatch.setattr("heli.hall.emergencies.SAID_FOR", -SAID_FOR)

        assert doctor._four_eyes().verdict == "ok"

    def test_the_command_takes_a_code_or_a_reason_and_not_both(self):
        said = _parser().parse_args(["keys", "drop", "k1", "--permit", " ab cd "])
        assert _word(said) == Word(permit="ab cd")
        said = _parser().parse_args(["keys", "rotate", "--emergency", "x"])
        assert _word(said) == Word(emergency="x")
        with pytest.raises(SystemExit):
            _parser().parse_args(["keys", "rotate", "--emergency", "x", "--permit", "y"])


@contextmanager
def elsewhere():
    """As if this were no production."""
    with pytest.MonkeyPatch.context() as patched:
        there = dataclasses.replace(settings.HELI, environment=Environment.TEST)
        patched.setattr(settings, "HELI", there)
        yield


def ask_elsewhere():
    """Asked for while this was no production yet."""
    with elsewhere():
        one, _other = two_operators()
        return ask(one)
