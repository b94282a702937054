"""The code of a booking."""

from hypothesis import given
from hypothesis import strategies as st

from heli.bookings.codes import ALPHABET, LENGTH, clean_code, in_groups, new_code

POSITIONS = st.integers(min_value=0, max_value=LENGTH - 1)


class TestCodes:
    def test_a_new_code_is_read_back_as_typed_by_people(self):
        code = new_code()

        assert clean_code(f" {in_groups(code).lower()} ") == code
        assert clean_code("-".join(in_groups(code).split())) == code

    def test_no_character_looks_like_another(self):
        assert not set(ALPHABET) & set("01OQILZ5S8BUV")
        assert len(ALPHABET) == len(set(ALPHABET)) == 23

    @given(POSITIONS, st.sampled_from(ALPHABET))
    def test_one_wrong_character_is_found(self, position: int, character: str):
        code = new_code()
        wrong = code[:position] + character + code[position + 1 :]

        assert (clean_code(wrong) is None) == (wrong != code)

    @given(POSITIONS, POSITIONS)
    def test_two_characters_swapped_are_found(self, one: int, other: int):
        code = new_code()
        characters = list(code)
        characters[one], characters[other] = characters[other], characters[one]
        wrong = "".join(characters)

        assert (clean_code(wrong) is None) == (wrong != code)

    @given(st.text(max_size=30))
    def test_any_text_is_a_code_or_none(self, text: str):
        assert clean_code(text) in (None, "".join(text.split()).replace("-", "").upper())
