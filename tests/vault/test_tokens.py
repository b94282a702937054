"""A token opens for its purpose, in its time, unchanged; everything else is refused."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heli.ground import clock
from heli.vault.tokens import Refused, TokenRefused, open_token, seal_token

HOUR = timedelta(hours=1)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=8,
)


def a_token(purpose: str = "identity", lifetime: timedelta = HOUR) -> str:
    return seal_token(purpose, {"name": "张三"}, expires_at=clock.real_now() + lifetime)


class TestOpenToken:
    @given(
        payload=st.dictionaries(st.text("abc", max_size=5), JSON_VALUES, max_size=4),
        purpose=st.text("abc", max_size=9),
    )
    def test_what_was_sealed_opens_again(self, payload: dict[str, object], purpose: str) -> None:
        token = seal_token(purpose, payload, expires_at=clock.real_now() + HOUR)
        assert open_token(purpose, token) == payload

    def test_it_can_stand_in_a_url_or_a_header(self) -> None:
        assert a_token().replace("-", "").replace("_", "").isalnum()

    def test_nothing_in_it_can_be_read(self) -> None:
        assert "张三".encode() not in base64.urlsafe_b64decode(a_token() + "==")

    def test_another_purpose_is_refused(self) -> None:
        with pytest.raises(TokenRefused) as refused:
            open_token("desk", a_token("identity"))
        assert refused.value.reason is Refused.FORGED

    def test_the_moment_it_expires_is_too_late(self) -> None:
        with pytest.raises(TokenRefused) as refused:
            open_token("identity", a_token(lifetime=timedelta()))
        assert refused.value.reason is Refused.EXPIRED

    def test_a_token_changed_in_any_character_is_refused(self) -> None:
        token = a_token()
        for at, character in enumerate(token):
            for other in {"A", "B", "_", "=", " ", "\n"} - {character}:
                with pytest.raises(TokenRefused):
                    open_token("identity", token[:at] + other + token[at + 1 :])

    def test_a_second_spelling_of_the_same_bytes_is_refused(self) -> None:
        token = a_token()
        for spelling in (token + "=", token + "==", f" {token}", token + "\n", token[:9] + "\n"):
            with pytest.raises(TokenRefused):
                open_token("identity", spelling)

    @given(noise=st.text(max_size=200))
    def test_noise_is_refused(self, noise: str) -> None:
        with pytest.raises(TokenRefused):
            open_token("identity", noise)

    @pytest.mark.parametrize("token", ["", "AQ", "A" * 5_000, "A" * 1_000_000, "\ud800", "一"])
    def test_empty_short_and_huge_ones_are_refused(self, token: str) -> None:
        with pytest.raises(TokenRefused):
            open_token("identity", token)
