"""The table of periods: complete, sourced, and kept by somebody."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from heli.keeping.holdings import registered
from heli.keeping.periods import Deed, kinds

DOCS = Path(__file__).resolve().parents[2] / "docs" / "data.md"

# Bytes that lead to nobody, and why.
NOBODYS = {
    "ground_auditentry.hash": "of the chain",
    "hall_permit.code_hash": "of a random code, for hours",
    "identity_sentcode.digest": "of a code that was sent, for minutes",
    "slots_slotgeneration.rules_digest": "of an office's rules",
    "vault_keymark.mark": "of the keys",
    "wechat_credential.value_sealed": "a token of our own app",
    "wechat_receivedpush.key": "a digest of a push, for a day",
    "wechat_handover.ticket": "a digest of a random ticket",
}

# Kept by work of its own, sooner than the table says.
OWN_WORK = {"claim", "attempt"}


def columns_of_people() -> set[str]:
    """Every column that holds sealed data or a mark of somebody: such values are bytes."""
    return {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        if model.__module__.startswith("heli.")
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.BinaryField)
    }


def test_every_column_that_leads_to_a_person_has_a_period():
    named = {column for kind in kinds().values() for column in kind.columns}

    missing = columns_of_people() - named - NOBODYS.keys()

    assert not missing, (
        f"{sorted(missing)}: say in heli/keeping/data/periods.toml how long it is kept and why, "
        "and in the room's holdings.py how it goes (docs/data.md); or above, why it is nobody's"
    )


def test_the_table_names_no_column_that_is_not_there():
    there = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
    }

    assert {column for kind in kinds().values() for column in kind.columns} <= there


@pytest.mark.parametrize("kind", kinds().values(), ids=list(kinds()))
class TestKind:
    def test_it_has_a_reason_in_two_languages_and_a_source(self, kind):
        said = [kind.zh, kind.en, kind.reason_zh, kind.reason_en]

        assert all(said)
        assert kind.sources

    def test_what_has_an_end_is_ended_by_its_room(self, kind):
        if kind.deed in (Deed.REMOVE, Deed.ANONYMISE) and kind.name not in OWN_WORK:
            assert kind.days > 0
            assert registered()[kind.name].forget is not None

    def test_the_page_for_operators_says_the_same(self, kind):
        lines = DOCS.read_text(encoding="utf-8").splitlines()

        (row,) = [line for line in lines if line.startswith(f"| `{kind.name}` |")]

        assert kind.en in row
        assert kind.reason_en in row
        assert (f"{kind.days} days from {kind.from_en}" if kind.days else "no end set") in row


def test_every_holding_has_its_row_in_the_table():
    assert registered().keys() <= kinds().keys()
