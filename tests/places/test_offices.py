"""Offices are listed by region, service and distance."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from heli.ground.refusals import InvalidInput, NotFound
from heli.law.services import Service
from heli.places import queries
from heli.places.models import Office
from heli.places.queries import get_office, list_offices, office_rules
from heli.places.services import load_directory
from tests.places.directories import an_office, some_rules, write

pytestmark = pytest.mark.usefixtures("database")
TIANHE, BEIJING = (23.1247, 113.3612), (39.9, 116.4)


def ids(*args: object, **kwargs: object) -> list[str]:
    return [office.id for office in list_offices(*args, **kwargs)]


@pytest.fixture
def offices(tmp_path: Path, database: None) -> None:
    entries = [
        an_office("dongcheng", region_code="110101", services=["marriage"]),
        an_office("tianhe", region_code="440106"),
        an_office("nansha", region_code="440115", services=["divorce"]),
        an_office("xian", region_code="610102", address=None),
        an_office("guangzhou", region_code="440100", services=["marriage"]),
    ]
    load_directory(write(tmp_path / "x", offices=entries, rules={"nansha": some_rules()}))


@pytest.mark.usefixtures("offices")
class TestListOffices:
    def test_those_that_take_bookings_come_first(self):
        assert ids() == ["nansha", "dongcheng", "guangzhou", "tianhe", "xian"]

    @pytest.mark.parametrize(
        ("region", "found"),
        [
            ("440000", ["nansha", "guangzhou", "tianhe"]),
            ("440100", ["nansha", "guangzhou", "tianhe"]),
            ("440106", ["tianhe"]),
            ("110100", ["dongcheng"]),
            ("440300", []),
        ],
    )
    def test_a_region_is_itself_and_everything_below_it(self, region, found):
        assert ids(region=region) == found

    @pytest.mark.parametrize("region", ["", "999999", "44", "天河区", "\0"])
    def test_an_unknown_region_is_not_found(self, region):
        with pytest.raises(NotFound):
            list_offices(region=region)

    def test_a_service_leaves_only_those_that_offer_it(self):
        assert ids(service=Service.DIVORCE_APPLICATION) == ["nansha", "tianhe", "xian"]
        assert ids(service=Service.COUNSELLING) == []

    def test_the_nearest_come_first_among_those_that_take_bookings_and_among_the_rest(self):
        assert ids(near=BEIJING) == ["nansha", "dongcheng", "xian", "tianhe", "guangzhou"]
        assert ids(near=TIANHE) == ["nansha", "tianhe", "guangzhou", "xian", "dongcheng"]

    def test_an_office_without_coordinates_counts_from_the_centre_of_its_region(self):
        found = {office.id: office.distance_km for office in list_offices(near=TIANHE)}

        assert found["tianhe"] == 0.0
        assert found["dongcheng"] == pytest.approx(1880, abs=30)

    def test_its_own_coordinates_win_over_the_centre_and_distances_have_one_decimal(self):
        Office.objects.filter(id="dongcheng").update(latitude_gcj02=39.9, longitude_gcj02=116.45)

        found = {office.id: office.distance_km for office in list_offices(near=BEIJING)}

        assert found["dongcheng"] == 4.3

    def test_no_distance_is_told_where_no_point_is_asked_for(self):
        assert {office.distance_km for office in list_offices()} == {None}

    @pytest.mark.parametrize("near", [(91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))])
    def test_a_point_that_is_not_on_the_earth_is_refused(self, near):
        with pytest.raises(InvalidInput) as refusal:
            list_offices(near=near)

        assert refusal.value.errors[0].field == "near"

    def test_at_most_five_hundred_are_listed(self):
        queries.models.Office.objects.bulk_create(
            Office(id=f"x-{n}", name="x", region_id="440106", source="x", as_of="x", confidence="x")
            for n in range(600)
        )

        assert len(list_offices()) == 500
        assert list_offices()[0].id == "nansha"


class TestGetOffice:
    @pytest.mark.parametrize("id", ["", "nowhere", "\0", "天河", "x" * 9999])
    def test_an_unknown_office_is_not_found(self, id):
        with pytest.raises(NotFound):
            get_office(id)
        with pytest.raises(NotFound):
            office_rules(id)


class TestTheRealOffices:
    @pytest.fixture(autouse=True)
    def _loaded(self, database: None) -> None:
        load_directory(Path(settings.BASE) / "places" / "data")

    def test_they_are_listed_as_facts_with_their_source_and_take_no_bookings(self):
        office = get_office("110106-1")

        assert office.address == "丰台区南苑路7号丰台区政务服务中心三层"
        assert office.source.startswith("https://arabic.beijing.gov.cn/")
        assert Office.objects.count() == 271
        assert not Office.objects.filter(is_bookable=True).exists()

    def test_marriage_says_nothing_of_divorce_and_divorce_means_both_visits(self):
        assert get_office("110101-1").services == (Service.MARRIAGE,)
        assert get_office("110106-1").services == (
            Service.DIVORCE_APPLICATION,
            Service.DIVORCE_CERTIFICATE,
            Service.MARRIAGE,
            Service.REPLACEMENT,
        )

    def test_garbled_hours_are_not_shown(self):
        assert get_office("120105-1").hours is None

    def test_listed_hours_tell_when_an_office_is_open_though_it_takes_no_bookings(self):
        rules = office_rules("110106-1")

        assert len(rules.timetables) == 1
        assert not rules.is_bookable
        assert rules.policies == rules.service_rules == ()
