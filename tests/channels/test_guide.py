"""The ways of a region: what is inherited, what counts, and that nobody is left without one."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

import pytest

from heli.channels.kinds import Kind
from heli.channels.queries import coverage, guide
from heli.channels.rules import Sureness
from heli.ground.refusals import NotFound
from heli.places.models import Region
from heli.places.retired import region_now
from tests.bookings.factories import an_office
from tests.channels.directory import OFFICES, an_entry, load, load_collected

pytestmark = pytest.mark.usefixtures("database")

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)


def names(doors):
    return [door.name for door in doors]


class TestGuide:
    def test_a_county_inherits_from_its_city_and_province_and_nothing_from_elsewhere(
        self, tmp_path
    ):
        load(
            tmp_path / "x",
            an_entry(region="440000", name="省"),
            an_entry(region="440100", name="市"),
            an_entry(region="440106", name="区"),
            an_entry(region="440300", name="别的市"),
            an_entry(region="440105", name="别的区"),
        )

        assert names(guide("440106", at=AT).channels) == ["区", "市", "省"]
        assert names(guide("440100", at=AT).channels) == ["市", "省"]
        assert names(guide("440000", at=AT).channels) == ["省"]

    def test_the_whole_country_s_go_to_the_alternatives_alone(self, tmp_path):
        load(tmp_path / "x", an_entry(region="000000", name="全国"))

        found = guide("440106", at=AT)

        assert names(found.channels) == []
        assert "全国" in names(found.alternatives)

    def test_telephone_and_hall_are_alternatives(self, tmp_path):
        load(
            tmp_path / "x",
            an_entry(kind="phone", name="020-00000000"),
            an_entry(kind="office_queue", name="现场取号"),
        )

        found = guide("440106", at=AT)

        assert found.channels == ()
        assert {"020-00000000", "现场取号"} <= set(names(found.alternatives))

    def test_what_says_nothing_of_booking_is_no_channel(self, tmp_path):
        load(
            tmp_path / "x",
            an_entry(kind="government_website", name="门户", services=[]),
            an_entry(name="不相干的小程序", services=[]),
        )

        found = guide("440106", at=AT)

        assert found.channels == ()
        assert "门户" in names(found.alternatives)
        assert "不相干的小程序" not in names(found.alternatives)

    def test_doors_are_in_the_order_to_try_them(self, tmp_path):
        load(
            tmp_path / "x",
            an_entry(name="只写结婚", services=["marriage"]),
            an_entry(name="只写婚姻登记", services=["marriage_registration_unspecified"]),
            an_entry(name="不可靠", confidence="low"),
            an_entry(name="网站", kind="government_website"),
            an_entry(name="小程序"),
        )

        assert names(guide("440100", at=AT).channels) == [
            "小程序",
            "网站",
            "只写婚姻登记",
            "只写结婚",
            "不可靠",
        ]

    def test_sources_about_one_channel_are_one_door_and_the_one_on_divorce_counts(self, tmp_path):
        load(
            tmp_path / "x",
            an_entry(services=["marriage"], source="甲"),
            an_entry(region="440000", source="乙", confidence="medium", as_of="2023"),
        )

        (door,) = guide("440100", at=AT).channels

        assert [proof.source for proof in door.proofs] == ["乙", "甲"]
        assert (door.services, door.lead.sure) == (("divorce_application",), Sureness.DATED)

    @pytest.mark.parametrize(
        ("fields", "sure"),
        [
            ({}, Sureness.CONFIRMED),
            ({"as_of": "2024-11"}, Sureness.CONFIRMED),
            ({"as_of": "2024-10"}, Sureness.DATED),
            ({"as_of": "2024"}, Sureness.CONFIRMED),
            ({"as_of": None}, Sureness.DATED),
            ({"confidence": "low"}, Sureness.WEAK),
        ],
    )
    def test_what_is_old_or_weak_is_never_told_as_fact(self, tmp_path, fields, sure):
        load(tmp_path / "x", an_entry(**fields))

        assert guide("440100", at=AT).channels[0].lead.sure is sure

    def test_an_ended_entry_is_gone_from_its_day_on(self, tmp_path):
        load(tmp_path / "x", an_entry(ended_on="2026-11-24"))

        assert guide("440100", at=AT).channels == ()
        assert guide("440100", at=datetime(2026, 11, 23, 2, tzinfo=UTC)).channels

    def test_an_office_that_takes_bookings_here_comes_first(self, tmp_path):
        load(tmp_path / "x", an_entry())
        office = an_office()

        first = guide("440106", at=AT).channels[0]

        assert first.is_ours
        assert first.office_id == office.id
        assert first.url.endswith(f"/offices/{office.id}")

    def test_without_an_online_way_the_nearest_one_is_named(self, tmp_path):
        load(tmp_path / "x", an_entry(region="440300", name="深圳的"), an_entry(region="110000"))

        found = guide("440106", at=AT)

        assert not found.has_online_way
        assert found.nearest.region.code == "440300"
        assert found.nearest.door.name == "深圳的"
        assert 80 < found.nearest.distance_km < 130

    def test_a_code_that_never_was(self):
        for code in ("990000", "441999", "x", ""):
            with pytest.raises(NotFound):
                guide(code, at=AT)


class TestAbolished:
    @pytest.mark.parametrize(
        ("code", "name", "now"),
        [
            ("110103", "崇文区", "110101"),
            ("330104", "江干区", "330102"),
            ("330185", "临安市", "330112"),
            ("440116", "萝岗区", "440112"),
            ("310119", "南汇区", "310115"),
        ],
    )
    def test_a_code_answers_with_the_region_it_belongs_to_now(self, code, name, now):
        found = guide(code, at=AT)

        assert found.region.code == now
        assert (found.asked.code, found.asked.name) == (code, name)

    def test_every_abolished_code_leads_somewhere_in_its_province(self):
        with (OFFICES / "retired_regions.csv").open(encoding="utf-8", newline="") as file:
            codes = {row["code"] for row in csv.DictReader(file)}

        for code in sorted(codes - {"830000"}):  # what identity cards wrote for Taiwan
            now, _asked = region_now(code)
            assert now.code[:2] == code[:2], code


class TestTheWholeCountry:
    def test_every_region_of_the_table_has_an_honest_way_with_the_hall_among_them(self):
        load_collected()
        codes = list(Region.objects.order_by("code").values_list("code", flat=True))
        assert len([code for code in codes if code.endswith("0000")]) >= 31
        assert len(codes) > 3_000

        for code in codes:
            found = guide(code, at=AT)
            halls = [door for door in found.alternatives if door.kind is Kind.OFFICE_QUEUE]
            assert halls, code
            for door in (*found.channels, *found.alternatives):
                assert door.name, code
                assert all(proof.source for proof in door.proofs), code
            for door in found.channels:
                assert door.services, code
                assert door.region is not None, code

    def test_coverage_has_every_province_and_city_and_agrees_with_the_guide(self):
        load_collected()
        rows = coverage(at=AT)
        provinces = [row for row in rows if row.is_province]

        assert len(provinces) == 34
        assert len(rows) > 350
        by_code = {row.region.code: row for row in rows}
        guangdong = by_code["440000"]
        assert guangdong.kinds[Kind.WECHAT_OFFICIAL_ACCOUNT] is Sureness.DATED
        assert Kind.WECHAT_MINI_PROGRAM in by_code["440300"].kinds
        for code in ("440000", "440300", "610100", "630000"):
            doors = guide(code, at=AT).channels
            assert {door.kind for door in doors} <= set(by_code[code].kinds)
