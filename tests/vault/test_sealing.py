"""What is sealed opens in its own spot, whole, and nowhere else."""

from __future__ import annotations

import base64
import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from heli.vault import keys
from heli.vault.sealing import SealBroken, Spot, seal, unseal

HERE = Spot(table="bookings_party", column="name_sealed", row="1")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
SPOTS = st.builds(Spot, table=TEXTS, column=TEXTS, row=TEXTS)


class TestSeal:
    @given(text=TEXTS, spot=SPOTS)
    def test_what_is_sealed_opens_again(self, text: str, spot: Spot) -> None:
        assert unseal(seal(text, spot=spot), spot=spot) == text

    def test_it_opens_as_the_database_hands_it_over(self) -> None:
        assert unseal(memoryview(seal("张三", spot=HERE)), spot=HERE) == "张三"

    def test_the_same_text_looks_different_each_time(self) -> None:
        assert seal("张三", spot=HERE) != seal("张三", spot=HERE)

    def test_the_text_is_not_in_it(self) -> None:
        assert "张三".encode() not in seal("张三", spot=HERE)

    def test_scheme_and_key_id_stand_in_front(self) -> None:
        assert seal("张三", spot=HERE)[:4] == b"\x01\x02k1"


class TestUnseal:
    @given(
        text=TEXTS,
        at=st.integers(min_value=0, max_value=300),
        flip=st.integers(min_value=1, max_value=255),
    )
    def test_a_byte_changed_anywhere_breaks_the_seal(self, text: str, at: int, flip: int) -> None:
        sealed = bytearray(seal(text, spot=HERE))
        sealed[at % len(sealed)] ^= flip
        with pytest.raises(SealBroken):
            unseal(bytes(sealed), spot=HERE)

    def test_every_single_bit_counts(self) -> None:
        sealed = seal("欧阳娜", spot=HERE)
        for at in range(len(sealed)):
            for bit in range(8):
                changed = bytearray(sealed)
                changed[at] ^= 1 << bit
                with pytest.raises(SealBroken):
                    unseal(bytes(changed), spot=HERE)

    @given(length=st.integers(min_value=0, max_value=200))
    def test_a_value_cut_short_breaks_the_seal(self, length: int) -> None:
        sealed = seal("张三", spot=HERE)
        with pytest.raises(SealBroken):
            unseal(sealed[: length % len(sealed)], spot=HERE)

    @given(noise=st.binary(max_size=120))
    def test_noise_is_no_sealed_value(self, noise: bytes) -> None:
        with pytest.raises(SealBroken):
            unseal(noise, spot=HERE)

    @given(one=SPOTS, other=SPOTS)
    def test_a_value_pasted_into_another_spot_does_not_open(self, one: Spot, other: Spot) -> None:
        sealed = seal("张三", spot=one)
        if one != other:
            with pytest.raises(SealBroken):
                unseal(sealed, spot=other)

    @pytest.mark.parametrize(
        "elsewhere",
        [
            HERE._replace(row="2"),
            HERE._replace(column="phone_sealed"),
            HERE._replace(table="identity_verification"),
            Spot(table="bookings_partyname", column="_sealed", row="1"),
            Spot(table="bookings_party", column="name_sealed1", row=""),
        ],
    )
    def test_rows_columns_and_tables_are_told_apart(self, elsewhere: Spot) -> None:
        with pytest.raises(SealBroken):
            unseal(seal("张三", spot=HERE), spot=elsewhere)

    def test_the_fault_holds_nothing_personal(self) -> None:
        with pytest.raises(SealBroken) as broken:
            unseal(seal("张三", spot=HERE)[:-1] + b"?", spot=HERE)
        assert "张三" not in str(broken.value)


class TestAnotherKey:
    def test_the_key_id_in_the_value_chooses_the_key(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "keys.json"
        keys.create_key_file(path)
        _use(path, monkeypatch)
        old = seal("张三", spot=HERE)
        content = json.loads(path.read_text())
        content["sealing"]["keys"]["k2"] = base64.b64encode(os.urandom(32)).decode()
        content["sealing"]["current"] = "k2"
        _use(_written(tmp_path / "two.json", content), monkeypatch)

        assert unseal(old, spot=HERE) == "张三"
        assert seal("张三", spot=HERE)[:4] == b"\x01\x02k2"

    def test_a_value_whose_key_is_gone_does_not_open(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "keys.json"
        keys.create_key_file(path)
        content = json.loads(path.read_text())
        content["sealing"] = {
            "current": "other",
            "keys": {"other": content["sealing"]["keys"]["k1"]},
        }
        _use(path, monkeypatch)
        sealed = seal("张三", spot=HERE)
        _use(_written(tmp_path / "other.json", content), monkeypatch)

        with pytest.raises(SealBroken, match="holds no key of this id"):
            unseal(sealed, spot=HERE)


def _use(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HELI", dataclasses.replace(settings.HELI, keys=path))


def _written(path: Path, content: dict[str, Any]) -> Path:
    path.write_text(json.dumps(content))
    return path
