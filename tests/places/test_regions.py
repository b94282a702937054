"""Regions are found as people type them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from heli.ground.refusals import NotFound
from heli.places.models import Region
from heli.places.queries import find_regions, get_region

pytestmark = pytest.mark.usefixtures("database")
FACTS = Path(settings.BASE) / "places" / "data"


def first_path(q: str) -> str:
    return find_regions(q)[0].path


class TestFindRegions:
    @pytest.mark.parametrize(
        ("q", "path"),
        [
            ("广州", "广东省/广州市"),
            ("广州市", "广东省/广州市"),
            ("440106", "广东省/广州市/天河区"),
            ("440000", "广东省"),
            ("guangzhou", "广东省/广州市"),
            ("Guang Zhou", "广东省/广州市"),
            ("xi'an", "陕西省/西安市"),
            ("xī'ān", "陕西省/西安市"),
            ("bj", "北京市"),
            ("内蒙古", "内蒙古自治区"),
            ("neimenggu", "内蒙古自治区"),
            ("广东 白云", "广东省/广州市/白云区"),
            ("贵州省/贵阳市/白云区", "贵州省/贵阳市/白云区"),
            ("东莞", "广东省/东莞市"),
            ("济源", "河南省/济源市"),
            ("香港", "香港特别行政区"),
            ("44０1", "广东省/广州市"),
        ],
    )
    def test_by_name_code_pinyin_or_initials(self, q, path):
        assert first_path(q) == path

    @pytest.mark.parametrize(
        ("q", "name"),
        [
            ("liuhe", "六合区"),
            ("luhe", "六合区"),
            ("luohe", "漯河市"),
            ("changyuan", "长垣市"),
            ("changzhi", "长治市"),
            ("chaoyang", "朝阳市"),
            ("chongqing", "重庆市"),
            ("dongguan", "东莞市"),
            ("hongtong", "洪洞县"),
            ("hongdong", "洪洞县"),
            ("huangpi", "黄陂区"),
            ("jiangdu", "江都区"),
            ("laoling", "乐陵市"),
            ("luan", "六安市"),
            ("lvliang", "吕梁市"),
            ("lüliang", "吕梁市"),
            ("luliang", "吕梁市"),
            ("minhang", "闵行区"),
            ("panyu", "番禺区"),
            ("shanxian", "单县"),
            ("shifang", "什邡市"),
            ("tanchang", "宕昌县"),
            ("xiamen", "厦门市"),
            ("xunxian", "浚县"),
            ("yanshan", "铅山县"),
            ("yueqing", "乐清市"),
        ],
    )
    def test_hard_names_answer_to_their_right_reading(self, q, name):
        assert name in [region.name for region in find_regions(q)]

    def test_exact_hits_come_before_those_that_only_begin_so(self):
        names = [region.name for region in find_regions("朝阳")]

        assert names[:2] == ["朝阳市", "朝阳区"]

    def test_nothing_typed_finds_the_provinces(self):
        found = find_regions("  ")

        assert len(found) == 34
        assert all(region.code.endswith("0000") for region in found)

    def test_at_most_fifty_are_found(self):
        assert len(find_regions("44")) == 50
        assert len(find_regions("44", limit=3)) == 3
        assert find_regions("44", limit=-1) == ()

    @pytest.mark.parametrize(
        "q", ["\0", "广州\0", "%", "_", "'", "\\", "\ud800", "😀", "\u202e广州", "x" * 5000, "١١"]
    )
    def test_what_no_name_contains_finds_nothing(self, q):
        assert find_regions(q) == ()

    @hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(q=st.text(max_size=20))
    def test_whatever_is_typed_is_never_a_fault(self, q):
        assert len(find_regions(q)) <= 50


class TestGetRegion:
    def test_a_code_gives_its_name_and_path(self):
        assert get_region("330106").path == "浙江省/杭州市/西湖区"

    @pytest.mark.parametrize("code", ["", "999999", "44", "440100 ", "４４０１００", "\0", "广州"])
    def test_an_unknown_code_is_not_found(self, code):
        with pytest.raises(NotFound):
            get_region(code)


class TestTheTable:
    def test_every_code_of_the_list_is_there_with_a_centre_in_or_near_china(self):
        assert Region.objects.count() == 3225
        assert not Region.objects.exclude(
            latitude__range=(3, 54), longitude__range=(73, 136)
        ).exists()

    def test_counties_of_a_municipality_or_directly_below_a_province_show_no_city_between(self):
        assert get_region("110101").path == "北京市/东城区"
        assert get_region("429004").path == "湖北省/仙桃市"
        assert get_region("110100").name == "北京市辖区"

    def test_retired_codes_are_none_of_the_current_ones(self):
        with (FACTS / "retired_regions.csv").open(encoding="utf-8", newline="") as file:
            retired = {row["code"]: row for row in csv.DictReader(file)}

        assert retired["110103"] == {"code": "110103", "name": "崇文区", "ended": "2009"}
        assert retired["330103"]["ended"] == ""
        assert not Region.objects.filter(code__in=retired).exists()
