"""Make the fonts of heli/papers/fonts: Noto Sans CJK SC, cut down to the characters papers need.

    .venv/bin/python scripts/make_font.py

apt-get (Debian, Ubuntu) downloads two packages into a temporary folder and installs nothing:
fonts-noto-cjk has the font, unicode-data the table of the 8,105 characters in which people and
places have been named since 2013 (通用规范汉字表, Unihan's kTGH). The same packages give the same
bytes. NOTICE.md beside the fonts says where they come from; another version belongs there, too.
"""

from __future__ import annotations

import bz2
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

TARGET = Path(__file__).resolve().parent.parent / "heli" / "papers" / "fonts"
PACKAGES = ("fonts-noto-cjk", "unicode-data")
COLLECTIONS = Path("usr/share/fonts/opentype/noto")
UNIHAN = Path("usr/share/unicode")
FAMILY = "NotoSansCJKsc"

LATIN = (  # first and last, both included
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x1CD, 0x1DC),  # pinyin
    (0x2010, 0x2027),
    (0x2030, 0x205E),
    (0x20AC, 0x20AC),
    (0x2100, 0x213A),
    (0x2150, 0x219F),  # Roman numerals, arrows
    (0x2460, 0x24FF),  # numbers in circles and brackets
    (0x25A0, 0x25FF),
    (0x3000, 0x303F),
    (0xFE30, 0xFE4F),
    (0xFF01, 0xFFEF),  # full and half width
)
# Characters of people's names that are in neither GB 2312 nor the table of 2013.
NAMES = (
    "龑㻏猋羴鱻瞐叒㸚朤炏嚞琋姵槑囧璿禩旼晛晥晧暐暘瀞珮琁畇睆訢詝誾諴譞釥釴鈊鈜鈺鉎鉐鉑鋐鋹錡鍂鍇鏐鏸鐄鑬霂霙馡駪"
    "佀僪劘厙埄夨妸媿彊怱朮玨痳筰旡"
)


def main() -> None:
    """Fetch, cut down, write."""
    with tempfile.TemporaryDirectory() as folder:
        root = _fetch(Path(folder))
        common = _gb2312() | _table_of_2013(root) | _codes(NAMES) | set(_ranges(LATIN))
        everything = common | _traditional_forms_of(_table_of_2013(root), root)
        regular = _cut_down(root, "Regular", everything)
        bold = _cut_down(root, "Bold", common)
    (TARGET / "characters.txt").write_text(_in_lines(regular), "utf-8")
    for weight, characters in (("Regular", regular), ("Bold", bold)):
        size = _font_path(weight).stat().st_size
        print(f"{weight}: {len(characters)} characters, {size / 1e6:.1f} MB")


def _fetch(folder: Path) -> Path:
    root = folder / "root"
    subprocess.run(["apt-get", "download", *PACKAGES], cwd=folder, check=True)
    for package in sorted(folder.glob("*.deb")):
        print(package.name)
        subprocess.run(["dpkg-deb", "-x", package, root], check=True)
    return root


def _gb2312() -> set[int]:
    """Hanzi, punctuation, Greek, Cyrillic, kana and signs of GB 2312-1980."""
    rows_and_cells = ((row, cell) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    texts = (bytes(pair).decode("gb2312", errors="ignore") for pair in rows_and_cells)
    return _codes(chain.from_iterable(texts))


def _table_of_2013(root: Path) -> set[int]:
    found = {int(code, 16) for code, _value in _unihan(root, "OtherMappings", "kTGH")}
    if len(found) != 8105:
        raise SystemExit(f"The table of 2013 has 8105 characters, kTGH has {len(found)}.")
    return found


def _traditional_forms_of(characters: set[int], root: Path) -> set[int]:
    """Forms in which people of an older generation, or from beyond the mainland, are registered."""
    return {
        int(form.removeprefix("U+"), 16)
        for code, forms in _unihan(root, "Variants", "kTraditionalVariant")
        if int(code, 16) in characters
        for form in forms.split()
    }


def _unihan(root: Path, file: str, field: str) -> list[tuple[str, str]]:
    text = bz2.decompress((root / UNIHAN / f"Unihan_{file}.txt.bz2").read_bytes()).decode()
    return re.findall(rf"^U\+([0-9A-F]+)\t{field}\t(.+)$", text, re.MULTILINE)


def _cut_down(root: Path, weight: str, characters: set[int]) -> set[int]:
    """Write the font of a weight with these characters; the ones that it has, of them."""
    path = root / COLLECTIONS / f"NotoSansCJK-{weight}.ttc"
    name = f"{FAMILY}-{weight}"
    faces = TTCollection(str(path)).fonts
    number = [face["name"].getDebugName(6) for face in faces].index(name)
    font = TTFont(path, fontNumber=number, recalcTimestamp=False)
    options = subset.Options(
        layout_features=["kern", "ccmp", "locl", "mark", "mkmk", "liga"],
        hinting=False,
        notdef_outline=True,
        name_IDs=["*"],
        drop_tables=[*subset.Options().drop_tables, "vhea", "vmtx", "VORG"],
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    font.save(_font_path(weight))
    return set(font.getBestCmap())


def _font_path(weight: str) -> Path:
    return TARGET / f"{FAMILY}-{weight}.otf"


def _in_lines(characters: set[int]) -> str:
    """All of them, in order, fifty a line."""
    text = "".join(map(chr, sorted(characters)))
    return "".join(f"{text[start : start + 50]}\n" for start in range(0, len(text), 50))


def _codes(characters: Iterable[str]) -> set[int]:
    return {ord(character) for character in characters}


def _ranges(ranges: Iterable[tuple[int, int]]) -> Iterator[int]:
    return chain.from_iterable(range(first, last + 1) for first, last in ranges)


if __name__ == "__main__":
    main()
