"""Names: kept as documents write them, compared however they were typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heli.identity.names import NameError_, NameFault, clean_name, mask_name, same_name

SAYRAM = "阿卜杜·热依木"
DOTS = "·•‧∙⋅・･●.．。｡"


class TestCleanName:
    @pytest.mark.parametrize(
        ("typed", "name"),
        [
            ("张三", "张三"),
            (" 张　三 ", "张三"),
            ("张三\n", "张三"),
            ("\ufeff张\u200b三", "张三"),
            ("武〇", "武〇"),
            ("李䶮", "李䶮"),  # CJK extension A
            ("王𬭎", "王𬭎"),  # extension C, beyond the first plane
            ("赵𰻞", "赵𰻞"),  # extension G, plane 3
            ("钱\U0002ebf0", "钱\U0002ebf0"),  # extension I, younger than this Python
            ("孙\U000323b0", "孙\U000323b0"),  # plane 3, not yet assigned everywhere
            ("李\U0002f804", "李你"),  # a compatibility form becomes the character itself
            ("葛\U000e0100示例", "葛示例"),  # a variation selector chooses only a glyph
            (" 阿卜杜 · 热依木", SAYRAM),
            ("John Smith", "John Smith"),
            ("Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"),
            ("John  A. Smith", "John A. Smith"),
            ("Mary-Jane O’Neill", "Mary-Jane O'Neill"),
            ("José Müller", "José Müller"),
            ("Jose\u0301", "José"),
            ("Nguyễn Thị Ví Dụ", "Nguyễn Thị Ví Dụ"),
            ("陈Alan", "陈Alan"),
            ("张" * 50, "张" * 50),
        ],
    )
    def test_one_form_for_what_people_type(self, typed: str, name: str) -> None:
        assert clean_name(typed) == name

    @pytest.mark.parametrize("dot", DOTS)
    def test_every_dot_becomes_the_middle_dot(self, dot: str) -> None:
        assert clean_name(f"阿卜杜{dot}热依木") == SAYRAM
        assert clean_name(f"阿卜杜 {dot} 热依木") == SAYRAM

    @pytest.mark.parametrize(
        ("typed", "reason"),
        [
            ("", NameFault.EMPTY),
            (" \u3000\n", NameFault.EMPTY),
            ("\u200b", NameFault.EMPTY),
            ("张", NameFault.TOO_SHORT),
            ("张" * 51, NameFault.TOO_LONG),
            ("张" * 60_000, NameFault.TOO_LONG),
            ("张3", NameFault.DIGITS),
            ("张３", NameFault.DIGITS),
            ("张①", NameFault.DIGITS),
            ("张\u0663三", NameFault.DIGITS),
            ("张\x00三", NameFault.CHARACTERS),
            ("张\n三", NameFault.CHARACTERS),
            ("张\t三", NameFault.CHARACTERS),
            ("张\u202e三", NameFault.CHARACTERS),  # would turn the text around
            ("张\ud800三", NameFault.CHARACTERS),  # half a character
            ("张三😀", NameFault.CHARACTERS),
            ("👨‍👩‍👧", NameFault.CHARACTERS),
            ("🇨🇳", NameFault.CHARACTERS),
            ("张三❤\ufe0f", NameFault.CHARACTERS),
            ("张(三)", NameFault.CHARACTERS),
            ("<b>张三</b>", NameFault.CHARACTERS),
            ("张三'; --", NameFault.CHARACTERS),
            ("张_三", NameFault.CHARACTERS),
            ("张*", NameFault.CHARACTERS),
            ("·张三", NameFault.CHARACTERS),
            ("张三。", NameFault.CHARACTERS),
            ("阿卜杜··热依木", NameFault.CHARACTERS),
            ("张\ue000", NameFault.CHARACTERS),  # private use: nobody knows what it shows
        ],
    )
    def test_what_is_no_name_is_refused_with_its_reason(
        self, typed: str, reason: NameFault
    ) -> None:
        with pytest.raises(NameError_) as refused:
            clean_name(typed)
        assert refused.value.reason is reason

    @given(text=st.text(max_size=60))
    def test_any_text_is_a_name_or_refused_and_cleaning_twice_changes_nothing(
        self, text: str
    ) -> None:
        try:
            name = clean_name(text)
        except NameError_:
            return
        assert clean_name(name) == name
        assert 2 <= len(name) <= 50

    def test_every_reason_has_a_sentence(self) -> None:
        for reason in NameFault:
            assert str(NameError_(reason).sentence).endswith(("。", "."))


class TestSameName:
    @pytest.mark.parametrize("dot", DOTS)
    def test_the_kind_of_dot_makes_no_difference(self, dot: str) -> None:
        assert same_name(f"阿卜杜{dot}热依木", SAYRAM)

    def test_neither_do_width_spaces_and_capitals(self) -> None:
        assert same_name("ＺＨＡＮＧ　ＳＡＮ", "Zhang San")
        assert same_name("张 三", "张三")

    def test_another_character_is_another_name(self) -> None:
        assert not same_name("张三", "张弎")
        assert not same_name("李𬭎", "李铉")
        assert not same_name("阿卜杜热依木", SAYRAM)


class TestMaskName:
    @pytest.mark.parametrize(
        ("name", "masked"),
        [
            ("张三", "张*"),
            ("欧阳娜", "欧**"),
            ("欧阳娜娜", "欧**"),
            ("𰻞三", "𰻞*"),
            (SAYRAM, "阿**"),
            ("John Smith", "J**"),
        ],
    )
    def test_the_first_character_and_a_star_for_each_further_up_to_two(
        self, name: str, masked: str
    ) -> None:
        assert mask_name(name) == masked
