"""A blind index finds a value again and says nothing about it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from heli.vault.blind import blind_index

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


class TestBlindIndex:
    @given(kind=TEXTS, value=TEXTS)
    def test_the_same_value_gives_the_same_32_bytes(self, kind: str, value: str) -> None:
        assert blind_index(kind, value) == blind_index(kind, value)
        assert len(blind_index(kind, value)) == 32

    @given(one=st.tuples(TEXTS, TEXTS), other=st.tuples(TEXTS, TEXTS))
    def test_different_kinds_or_values_give_different_ones(
        self, one: tuple[str, str], other: tuple[str, str]
    ) -> None:
        assert (blind_index(*one) == blind_index(*other)) == (one == other)

    def test_where_the_kind_ends_is_part_of_it(self) -> None:
        assert blind_index("ab", "c") != blind_index("a", "bc")
        assert blind_index("a", "1:bc") != blind_index("a1:b", "c")
