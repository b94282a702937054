"""The link to the map."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from heli.papers.maps import map_link
from heli.places.queries import RegionView
from tests.papers.vouchers import an_office


def query_of(link: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


class TestMapLink:
    def test_marks_the_office_where_its_coordinates_are_known(self):
        link = map_link(an_office(coordinates=(23.125, 113.36)))

        assert link.startswith("https://apis.map.qq.com/uri/v1/marker?")
        assert query_of(link) == {
            "marker": "coord:23.125,113.36;title:演示区民政局婚姻登记处;addr:演示路1号",
            "referer": "heli",
        }

    def test_a_name_with_separators_stays_one_name(self):
        link = map_link(an_office(coordinates=(23.125, 113.36), name="一;coord:1,1"))

        assert query_of(link)["marker"].count("coord:") == 1

    def test_searches_the_address_in_its_city_otherwise(self):
        link = map_link(an_office())

        assert link.startswith("https://apis.map.qq.com/uri/v1/search?")
        assert query_of(link)["keyword"] == "演示路1号"
        assert query_of(link)["region"] == "广州市"

    @pytest.mark.parametrize(
        ("path", "city"),
        [
            ("北京市/东城区", "北京市"),
            ("海南省/文昌市", "文昌市"),
            ("新疆维吾尔自治区/阿克苏地区/库车市", "库车市"),
            ("西藏自治区/阿里地区/噶尔县", "西藏自治区"),
        ],
    )
    def test_the_city_is_the_first_that_is_one(self, path: str, city: str):
        link = map_link(an_office(region=RegionView("110101", path.split("/")[-1], path)))

        assert query_of(link)["region"] == city

    def test_searches_the_name_where_no_address_is_known(self):
        assert query_of(map_link(an_office(address=None)))["keyword"] == "演示区民政局婚姻登记处"
