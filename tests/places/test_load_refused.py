"""Every wrong line of a directory of facts is named, and then nothing of it is stored."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heli.places.errors import LoadRefused
from heli.places.models import Office, Region
from heli.places.queries import get_office
from heli.places.services import load_directory
from tests.places.directories import REGIONS_HEADER, an_office, every_part, some_rules, write

pytestmark = pytest.mark.usefixtures("database")


def problems(path: Path) -> list[tuple[str, int | None, str]]:
    with pytest.raises(LoadRefused) as refusal, translation.override("zh-hans"):
        load_directory(path)
    return [(found.file, found.line, found.sentence()) for found in refusal.value.problems]


OFFICE_LINES = [
    (an_office(region_code="999999"), "行政区划代码999999不存在"),
    (an_office(region_code="天河"), "应当是六位数字"),
    (an_office(region_code=None), "缺少“region_code”"),
    (an_office(id="Demo 1"), "只能用小写字母"),
    (an_office(id="\0"), "控制字符"),
    (an_office(name=["天河"]), "应当是文字"),
    (an_office(name=12), "应当是文字"),
    (an_office(name=""), "这里是空的"),
    (an_office(name="长" * 121), "最多120个字符"),
    (an_office(name="a\0b"), "控制字符"),
    (an_office(adress="x"), "不认识“adress”。是不是“address”？"),
    (an_office(services=["divorces"]), "不认识“divorces”"),
    (an_office(services="divorce"), "应当是一个列表"),
    (an_office(hours={"mon": ["9:00-12:00"]}), "09:00-12:00的形式"),
    (an_office(hours={"mon": ["12:00-09:00"]}), "结束不晚于开始"),
    (an_office(hours={"mon": ["09:00-12:00", "11:00-13:00"]}), "重叠"),
    (an_office(hours={"monday": ["09:00-12:00"]}), "不认识“monday”"),
    (an_office(hours="周一"), "名称: 值"),
    (an_office(confidence="sure"), "不认识“sure”"),
    (an_office(coordinates={"latitude": 123, "longitude": 113.3}), "-90到90之间"),
    (an_office(coordinates={"latitude": 23.1}), "缺少“longitude”"),
    ("天河", "名称: 值"),
]

RULES_LINES = [
    ({}, "缺少“timetable”"),
    (5, "名称: 值"),
    (some_rules(policies=1), "不认识“policies”"),
    (some_rules(timetable=[]), "至少要有一项"),
    (some_rules(timetable={"mon": ["09:00-12:00"]}), "缺少“starts_on”"),
    (some_rules(timetable={"starts_on": "2026-02-30", "mon": ["09:00-12:00"]}), "真有这一天"),
    (some_rules(timetable={"starts_on": "2026-01-01"}), "没有任何开放时间"),
    (
        some_rules(
            timetable={
                "starts_on": "2026-01-01",
                "mon-fri": ["09:00-12:00"],
                "fri": ["09:00-11:00"],
            }
        ),
        "有一天的时间已经写过了",
    ),
    (some_rules(services={"marriag": {}}), "是不是“marriage”"),
    (
        some_rules(
            services={"counselling": {"starts_on": "2026-01-01", "minutes": 30, "places": 1}}
        ),
        "不办理counselling",
    ),
    (
        some_rules(services={"marriage": {"starts_on": "2026-01-01", "minutes": 3, "places": 1}}),
        "5到480之间的整数",
    ),
    (
        some_rules(services={"marriage": {"starts_on": "2026-01-01", "minutes": 30, "places": -1}}),
        "0到1000之间的整数",
    ),
    (some_rules(policy={"starts_on": "2026-01-01"}), "缺少“release_at”"),
    (some_rules(policy={"starts_on": "2026-01-01", "release_at": "8点"}), "09:00的形式"),
    (
        some_rules(policy={"starts_on": "2026-01-01", "release_at": "08:30", "horizon_days": 181}),
        "1到180之间的整数",
    ),
    (
        some_rules(
            policy={
                "starts_on": "2026-01-01",
                "release_at": "08:30",
                "asks_household_address": "sometimes",
            }
        ),
        "sometimes",
    ),
    *(
        (
            some_rules(
                policy={
                    "starts_on": "2026-01-01",
                    "release_at": "08:30",
                    "real_name_checks": checks,
                }
            ),
            said,
        )
        for checks, said in (
            ([], "至少要有一项"),
            (["face"], "不认识“face”。是不是“faceid”？"),
            (["simulated"], "不认识“simulated”"),
            (["faceid", "faceid"], "“faceid”写了两次"),
        )
    ),
    (
        some_rules(policy=[{"starts_on": "2026-01-01", "release_at": "08:30"}] * 2),
        "都从2026-01-01开始",
    ),
    (
        some_rules(
            closures=[{"first_on": "2026-05-02", "last_on": "2026-05-01", "reason": "检修"}]
        ),
        "早于第一天",
    ),
    (some_rules(extra_days=[{"on": "2026-05-20", "hours": [], "reason": "520"}]), "至少要有一项"),
    (
        some_rules(
            extra_days=[{"on": "2026-05-20", "hours": ["09:00-12:00"], "reason": "520"}] * 2
        ),
        "2026-05-20写了两次",
    ),
]


class TestLoadRefused:
    @pytest.mark.parametrize(("office", "said"), OFFICE_LINES)
    def test_a_wrong_office_is_named_with_its_line_and_nothing_is_stored(
        self, tmp_path, office, said
    ):
        path = write(tmp_path / "x", offices=[an_office("right-1"), office])

        found = problems(path)

        assert [(file, said in sentence) for file, _line, sentence in found] == [
            ("offices.yaml", True)
        ]
        assert found[0][1] is not None
        assert found[0][1] > 15
        assert not Office.objects.exists()

    @pytest.mark.parametrize(("rules", "said"), RULES_LINES)
    def test_wrong_rules_are_named_with_their_line_and_nothing_is_stored(
        self, tmp_path, rules, said
    ):
        path = write(tmp_path / "x", offices=[an_office()], rules={"demo-1": rules})

        found = problems(path)

        assert found[0][0] == "rules.yaml"
        assert any(said in sentence for _file, _line, sentence in found)
        assert all(line is not None for _file, line, _sentence in found)
        assert not Office.objects.exists()

    @pytest.mark.parametrize("missing", ["address", "hours"])
    def test_rules_for_an_office_without_address_or_hours_are_refused(self, tmp_path, missing):
        office = an_office(**{missing: None})

        found = problems(write(tmp_path / "x", offices=[office], rules={"demo-1": some_rules()}))

        sentence = "rules.yaml 第2行：demo-1没有地址或工作时间，只能列出，不能接受预约。"
        assert found == [("rules.yaml", 2, sentence)]

    def test_rules_for_an_unknown_office_are_refused(self, tmp_path):
        found = problems(write(tmp_path / "x", rules={"nowhere": some_rules()}))

        assert found == [("rules.yaml", 2, "rules.yaml 第2行：没有编号是nowhere的婚姻登记机关。")]

    def test_an_office_that_takes_bookings_keeps_its_address_and_its_services(self, tmp_path):
        load_directory(write(tmp_path / "x", offices=[an_office()], rules={"demo-1": some_rules()}))

        found = problems(
            write(tmp_path / "y", offices=[an_office(address=None, services=["marriage"])])
        )

        assert ["不能去掉地址" in found[0][2], "不能从services里去掉它" in found[1][2]] == [
            True,
            True,
        ]
        assert get_office("demo-1").address == "演示路1号"

    def test_a_number_used_twice_names_both_lines(self, tmp_path):
        found = problems(write(tmp_path / "x", offices=[an_office(), an_office()]))

        assert [sentence for _file, _line, sentence in found] == [
            "offices.yaml 第21行：编号demo-1写了两次，第2行已经有了。"
        ]

    def test_all_problems_of_all_files_are_told_at_once(self, tmp_path):
        path = write(
            tmp_path / "x",
            offices=[an_office(region_code="999999"), an_office("demo-2", name=1)],
            rules={"nowhere": {}, "demo-1": some_rules(closures=5)},
            regions_csv=REGIONS_HEADER + "1,a,a,a,a,,\n",
        )

        files = [file for file, _line, _sentence in problems(path)]

        assert files == ["offices.yaml"] + ["regions.csv"] + ["rules.yaml"] * 5

    @pytest.mark.parametrize(
        ("text", "line", "said"),
        [
            ("offices: [", 2, "不是正确的YAML"),
            ("offices:\n  - id: a\n   name: b\n", 3, "不是正确的YAML"),
            ("offices: []\noffices: []\n", 2, "写了两次"),
            ("", None, "文件是空的"),
            ("- 1\n", 1, "名称: 值"),
            ("offices:\n", 1, "缺少“offices”"),
            ("x: 1\noffices: []\n", 1, "不认识“x”"),
            ("offices: *unknown\n", 1, "不是正确的YAML"),
            ("offices: []\n---\noffices: []\n", 2, "不是正确的YAML"),
            ("offices: []\n# \x07\n", 2, "控制字符"),
            ("offices: " + "[" * 5000 + "]" * 5000, 1, "嵌套太深"),
            ("offices: &a [*a, !!python/object:os.system {}]\n", 1, "名称: 值"),
        ],
    )
    def test_a_broken_file_is_named_with_its_line(self, tmp_path, text, line, said):
        found = problems(write(tmp_path / "x", offices_yaml=text))

        assert (found[0][0], found[0][1]) == ("offices.yaml", line)
        assert said in found[0][2]

    def test_bytes_that_are_no_utf8_are_named_with_their_line(self, tmp_path):
        (tmp_path / "offices.yaml").write_bytes("about: 1\noffices: 天河".encode("gbk"))

        assert problems(tmp_path)[0][1] == 2

    @pytest.mark.parametrize(
        ("text", "line", "said"),
        [
            ("", 1, "第一行应当是"),
            ("code,name\n", 1, "第一行应当是"),
            (REGIONS_HEADER + "440199,a\n", 2, "有2列，应当有7列"),
            (REGIONS_HEADER + "44019,a,a,a,a,,\n", 2, "应当是六位数字"),
            (REGIONS_HEADER + "440199,,a,a,a,,\n", 2, "“name”是空的"),
            (REGIONS_HEADER + f"440199,{'a' * 41},a,a,a,,\n", 2, "“name”太长"),
            (REGIONS_HEADER + "440199,a,a,a,a,91,\n", 2, "“latitude”应当是-90到90"),
            (REGIONS_HEADER + "440199,a,a,a,a,x,\n", 2, "“latitude”应当是-90到90"),
            (REGIONS_HEADER + "440199,a,a,a,a,,\n440199,a,a,a,a,,\n", 3, "写了两次"),
            (REGIONS_HEADER + '440199,"a"b,a,a,a,,\n', 2, "不是正确的CSV"),
        ],
    )
    def test_a_wrong_row_of_regions_is_named(self, tmp_path, text, line, said):
        found = problems(write(tmp_path / "x", regions_csv=text))

        assert [(file, at) for file, at, _sentence in found] == [("regions.csv", line)]
        assert said in found[0][2]
        assert not Region.objects.filter(code="440199").exists()

    def test_a_directory_without_any_known_file_is_refused(self, tmp_path):
        (tmp_path / "readme.txt").write_text("x")

        assert "没有可以载入的文件" in problems(tmp_path)[0][2]

    def test_a_directory_that_is_not_there_and_a_file_that_is_a_directory_are_refused(
        self, tmp_path
    ):
        (tmp_path / "offices.yaml").mkdir()

        assert "目录打不开" in problems(tmp_path / "nowhere")[0][2]
        assert "文件打不开" in problems(tmp_path)[0][2]

    @settings(
        suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150
    )
    @given(drawn=st.data())
    def test_whatever_stands_in_a_file_is_loaded_or_refused_but_never_a_fault(
        self, tmp_path, drawn
    ):
        offices, rules = [an_office()], {"demo-1": every_part()}
        spoil(drawn, drawn.draw(st.sampled_from([offices, rules])))

        path = write(tmp_path / "x", offices=offices, rules=rules)

        try:
            said = load_directory(path).read
        except LoadRefused as refusal:
            said = tuple(refusal.sentences())
        assert all(said)


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.text(max_size=5)
    | st.sampled_from(["\0", "09:00-12:00", "mon", "divorce_application", "999999-01-01"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


def spoil(drawn: st.DataObject, tree: object) -> None:
    """Replace one thing, somewhere in the tree, by junk."""
    while True:
        keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
        key = drawn.draw(st.sampled_from(keys))
        inner = copy.deepcopy(tree[key])
        if isinstance(inner, (dict, list)) and inner and drawn.draw(st.booleans()):
            tree[key] = inner
            tree = inner
        elif isinstance(tree, dict) and drawn.draw(st.booleans()):
            tree[drawn.draw(st.text(max_size=5))] = drawn.draw(JUNK)
            return
        else:
            tree[key] = drawn.draw(JUNK)
            return
