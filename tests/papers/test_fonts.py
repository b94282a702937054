"""The fonts in the repository: their characters, their licence."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from heli.papers.typesetting import FONTS, printable

HELI = FONTS.parent.parent
WRITTEN = (
    "places/data/regions.csv",
    "places/data/offices.yaml",
    "ops/demo/data/offices.yaml",
    "law/data/documents.toml",
)
NAMES = "䶮㛃𬭎龑㻏喆堃祎𫖯琋㸚龢犇骉垚彧昶晞煊玥"


def characters_of(weight: str) -> set[str]:
    return set(map(chr, TTFont(FONTS / f"NotoSansCJKsc-{weight}.otf").getBestCmap()))


class TestFonts:
    def test_the_list_of_characters_is_that_of_the_regular_font(self):
        listed = (FONTS / "characters.txt").read_text("utf-8").replace("\n", "")

        assert set(listed) == characters_of("Regular")

    def test_the_bold_font_has_no_more(self):
        assert characters_of("Bold") < characters_of("Regular")

    @pytest.mark.parametrize("file", WRITTEN)
    def test_everything_that_offices_and_papers_are_called_can_be_printed(self, file: str):
        text = (HELI / file).read_text("utf-8")

        assert {char for char in text if char not in "\t\n"} <= characters_of("Regular")

    @pytest.mark.parametrize("name", NAMES)
    def test_a_rare_name_can_be_printed(self, name: str):
        assert printable(name) == name
        assert name in characters_of("Bold")

    def test_the_licence_stands_beside_them(self):
        names = TTFont(FONTS / "NotoSansCJKsc-Regular.otf")["name"]

        assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text()
        assert "SIL Open Font License" in str(names.getDebugName(13))
        assert (Path(FONTS) / "NOTICE.md").exists()
