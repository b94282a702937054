"""A sealed field takes what is sealed and nothing else, and knows where it belongs."""

from __future__ import annotations

import uuid

import pytest

from heli.bookings.models import Party
from heli.cases.models import CaseParty
from heli.vault.fields import open_from, seal_into, sealed_columns
from heli.vault.sealing import SealBroken, Spot, is_sealed, seal, unseal
from heli.wechat.models import Credential, Handover


def field(model, name):
    return model._meta.get_field(name)


class TestSealedField:
    @pytest.mark.parametrize("plain", [b"plain", b"plain".hex().encode(), b"\x01\x02k1"])
    def test_what_was_never_sealed_is_refused_and_not_repeated(self, plain):
        with pytest.raises(ValueError, match=r"cases_caseparty\.name_sealed") as refused:
            field(CaseParty, "name_sealed").get_prep_value(plain)
        assert plain.decode() not in str(refused.value)

    def test_what_is_sealed_passes_as_it_is(self):
        sealed = seal("张三", spot=Spot("t", "c", "1"))
        assert field(CaseParty, "name_sealed").get_prep_value(sealed) == sealed
        assert field(CaseParty, "phone_sealed").get_prep_value(None) is None

    def test_a_migration_sees_bytes(self):
        _name, path, _args, options = field(Party, "details_sealed").deconstruct()
        assert (path, options) == ("django.db.models.BinaryField", {})

    def test_a_copy_knows_the_same_spot(self):
        assert field(Party, "details_sealed").clone().spot_column == "details"

    def test_it_knows_the_spot_of_each_kind_of_key(self):
        row = uuid.uuid4()
        assert field(Party, "details_sealed").spot(row) == ("bookings_party", "details", str(row))
        assert field(Credential, "value_sealed").spot(7) == (
            "wechat_credential",
            "value_sealed",
            "7",
        )
        assert field(Handover, "payload_sealed").spot(memoryview(b"\x0a")).row == "0a"


class TestSealInto:
    def test_a_row_gets_its_value_sealed_for_itself(self):
        row = CaseParty(id=uuid.uuid4())

        seal_into(row, "name_sealed", "张三")
        seal_into(row, "phone_sealed", None)

        assert is_sealed(row.name_sealed)
        assert open_from(row, "name_sealed") == "张三"
        assert row.phone_sealed is None
        assert unseal(row.name_sealed, spot=Spot("cases_caseparty", "name", str(row.id))) == "张三"

    def test_copied_into_another_row_it_does_not_open(self):
        one, other = CaseParty(id=uuid.uuid4()), CaseParty(id=uuid.uuid4())
        seal_into(one, "name_sealed", "张三")
        other.name_sealed = other.id_number_sealed = one.name_sealed

        with pytest.raises(SealBroken):
            open_from(other, "name_sealed")
        one.id_number_sealed = one.name_sealed
        with pytest.raises(SealBroken):
            open_from(one, "id_number_sealed")


class TestSealedColumns:
    def test_they_are_found_without_being_told(self):
        assert {"bookings_party.details_sealed", "wechat_account.openid_sealed"} <= {
            str(column) for column in sealed_columns()
        }
