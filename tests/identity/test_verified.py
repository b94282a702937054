"""The proof of who somebody is lasts an hour of real time and tells nobody else anything."""

from __future__ import annotations

import base64
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heli.ground import clock
from heli.ground.refusals import IdentityRequired
from heli.identity.verified import LIFETIME, issue_token, read_token
from heli.ops.demo.people import fictional_person
from heli.vault.tokens import seal_token
from tests.people import verified

ZHANG = fictional_person(Random(3))


class TestReadToken:
    @given(seed=st.integers(min_value=0))
    def test_whoever_was_verified_is_read_back_whole(self, seed: int) -> None:
        identity = verified(fictional_person(Random(seed)))
        token, _expires_at = issue_token(identity)
        assert read_token(token) == identity

    def test_it_lasts_sixty_minutes_from_the_check(self) -> None:
        identity = verified(ZHANG)
        assert issue_token(identity)[1] - identity.verified_at == timedelta(minutes=60)

    def test_after_the_hour_it_is_refused_and_issuing_again_does_not_help(self) -> None:
        old = verified(ZHANG)._replace(verified_at=clock.real_now() - LIFETIME)
        token, _expires_at = issue_token(old)
        with pytest.raises(IdentityRequired):
            read_token(token)

    def test_nothing_personal_can_be_read_in_it(self) -> None:
        identity = verified(ZHANG)
        token, _expires_at = issue_token(identity)
        raw = base64.urlsafe_b64decode(token + "==")
        for secret in (identity.name, identity.id_number.value, identity.phone):
            assert secret.encode() not in raw
            assert secret not in token

    @given(seed=st.integers(min_value=0), flip=st.integers(1, 63))
    def test_a_forged_one_is_refused(self, seed: int, flip: int) -> None:
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        token, _expires_at = issue_token(verified(ZHANG))
        at = seed % len(token)
        changed = alphabet[(alphabet.index(token[at]) + flip) % 64]
        with pytest.raises(IdentityRequired):
            read_token(token[:at] + changed + token[at + 1 :])

    @pytest.mark.parametrize("token", ["", " ", "null", "Bearer x", "A" * 100_000, "令牌", "\x00"])
    def test_what_is_no_token_is_refused(self, token: str) -> None:
        with pytest.raises(IdentityRequired):
            read_token(token)

    def test_a_token_made_for_something_else_is_refused(self) -> None:
        desk = seal_token("desk", {"name": "x"}, expires_at=clock.real_now() + LIFETIME)
        with pytest.raises(IdentityRequired):
            read_token(desk)


class TestSilence:
    def test_a_verified_person_never_prints_who_they_are(self) -> None:
        identity = verified(ZHANG)
        for text in (repr(identity), str(identity), repr([identity])):
            assert ZHANG.name not in text
            assert ZHANG.id_number not in text
            assert identity.phone not in text
