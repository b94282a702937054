"""Each way to seal keeps every promise of sealing, and the standards' own vectors hold."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SM3, Hash
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from heli.ground import clock
from heli.ground.sealing_settings import CipherName, Sealing
from heli.vault import keys
from heli.vault.blind import blind_index
from heli.vault.ciphers import Scheme, Sm4Gcm, cipher_of, scheme_of
from heli.vault.key_file import create_key_file
from heli.vault.sealing import SealBroken, Spot, seal, unseal
from heli.vault.tokens import Refused, TokenRefused, open_token, seal_token

HERE = Spot("bookings_party", "details", "1")
KEY = bytes(range(32))
WAYS = [Sealing(cipher, each) for cipher, each in itertools.product(CipherName, (False, True))]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.fixture(params=WAYS, ids=[scheme_of(way).name.lower() for way in WAYS])
def way(request, own_keys, monkeypatch):
    """Each of the four ways, chosen by the settings."""
    chosen = dataclasses.replace(settings.HELI, sealing=request.param)
    monkeypatch.setattr(settings, "HELI", chosen)
    return scheme_of(request.param)


class TestEveryWay:
    def test_what_is_sealed_opens_and_says_how_it_was_sealed(self, way):
        sealed = seal("欧阳娜", spot=HERE)
        assert (sealed[0], unseal(sealed, spot=HERE)) == (way, "欧阳娜")

    @how(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
    @given(text=TEXTS)
    def test_any_text_opens_again(self, way, text):
        assert unseal(seal(text, spot=HERE), spot=HERE) == text

    def test_every_bit_counts(self, way):
        sealed = seal("欧阳娜", spot=HERE)
        for at, bit in itertools.product(range(len(sealed)), range(8)):
            changed = bytearray(sealed)
            changed[at] ^= 1 << bit
            with pytest.raises(SealBroken):
                unseal(bytes(changed), spot=HERE)

    def test_cut_short_or_pasted_elsewhere_it_does_not_open(self, way):
        sealed = seal("欧阳娜", spot=HERE)
        for length in range(len(sealed)):
            with pytest.raises(SealBroken):
                unseal(sealed[:length], spot=HERE)
        for elsewhere in (HERE._replace(row="2"), HERE._replace(column="name")):
            with pytest.raises(SealBroken):
                unseal(sealed, spot=elsewhere)

    def test_a_value_stays_readable_whatever_is_chosen_later(self, way, monkeypatch):
        sealed = seal("欧阳娜", spot=HERE)
        for other in WAYS:
            chosen = dataclasses.replace(settings.HELI, sealing=other)
            monkeypatch.setattr(settings, "HELI", chosen)
            assert unseal(sealed, spot=HERE) == "欧阳娜"

    def test_so_does_a_token_which_still_opens_for_nothing_else(self, way, monkeypatch):
        token = seal_token("one", "说", expires_at=clock.real_now() + timedelta(hours=1))
        for other in WAYS:
            chosen = dataclasses.replace(settings.HELI, sealing=other)
            monkeypatch.setattr(settings, "HELI", chosen)
            assert open_token("one", token) == "说"
            with pytest.raises(TokenRefused) as refused:
                open_token("another", token)
            assert refused.value.reason is Refused.FORGED


class TestSchemes:
    def test_no_two_make_the_same_of_a_key(self):
        nonce, text = bytes(12), bytes(40)
        made = {scheme: cipher_of(scheme, KEY).encrypt(nonce, text, b"") for scheme in Scheme}
        assert len({sealed[:40] for sealed in made.values()}) == len(Scheme)

    @pytest.mark.parametrize("scheme", [Scheme.AES_256_GCM_PER_RECORD, Scheme.SM4_GCM_PER_RECORD])
    def test_a_record_key_is_of_one_value_and_one_place(self, scheme):
        cipher, text = cipher_of(scheme, KEY), bytes(40)
        one = cipher.encrypt(bytes(12), text, b"here")
        assert one[:40] != cipher.encrypt(bytes(12), text, b"there")[:40]
        assert one[:40] != cipher.encrypt(bytes(11) + b"\x01", text, b"here")[:40]

    def test_sm4_gcm_gives_what_the_standard_gives(self):
        # RFC 8998, appendix A.1.
        cipher = Sm4Gcm(bytes.fromhex("0123456789abcdeffedcba9876543210"))
        nonce = bytes.fromhex("00001234567800000000abcd")
        associated = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
        text = bytes.fromhex(
            "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
            "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
        )
        sealed = bytes.fromhex(
            "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
            "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
            "83de3541e4c2b58177e065a9bf7b62ec"
        )
        assert cipher.encrypt(nonce, text, associated) == sealed
        assert cipher.decrypt(nonce, sealed, associated) == text
        with pytest.raises(InvalidTag):
            cipher.decrypt(nonce, sealed[:15], associated)

    def test_sm3_gives_what_the_standard_gives(self):
        digest = Hash(SM3())  # GB/T 32905, appendix A.1
        digest.update(b"abc")
        assert digest.finalize().hex() == (
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        )


class TestIndexHash:
    def test_it_stands_in_the_key_file_and_changes_every_index(self, tmp_path, monkeypatch):
        create_key_file(tmp_path / "sm3.json", index_hash="sm3")
        chosen = dataclasses.replace(settings.HELI, keys=tmp_path / "sm3.json")
        monkeypatch.setattr(settings, "HELI", chosen)
        ours = blind_index("id_number", "1")
        same = dataclasses.replace(keys.read_keys(settings.HELI), index_hash="sha256")
        theirs = keys.keyring_of(same, Sealing()).index
        theirs.update(b"9:id_number1")

        assert len(ours) == 32
        assert ours != theirs.finalize()
