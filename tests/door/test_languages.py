"""Which language the door says no in, and what it keeps of what strangers say of theirs."""

from __future__ import annotations

from heli.door import answers


class TestLanguageOf:
    def test_the_cookie_decides_before_the_header(self):
        asked = {b"cookie": b"heli_language=en", b"accept-language": b"zh-CN"}

        assert answers.language_of(asked) == "en"

    def test_nothing_long_is_kept(self):
        answers._language.cache_clear()

        for number in range(50):
            said = b"en;q=0.%d, " % (number % 9 + 1) + b"xx, " * 5_000
            assert answers.language_of({b"accept-language": said}) == "en"
            assert answers.language_of({b"cookie": b"heli_language=en" + b"x" * 9_000}) == "zh-hans"

        assert answers._language.cache_info().currsize == 0
