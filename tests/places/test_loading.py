"""A directory of facts is loaded wholly or not at all."""

from __future__ import annotations

import re
from datetime import date, time
from pathlib import Path

import pytest
from django.conf import settings

from heli.ground.models import OutboxEvent
from heli.law.services import Service
from heli.places.models import OpeningHours, Policy, Region
from heli.places.queries import asks_household_address, get_office, office_rules
from heli.places.rules import BookingPolicy, ClosedDays, ExtraOpening, OfferedService
from heli.places.services import load_directory
from tests.places.directories import REGIONS_HEADER, an_office, every_part, some_rules, write

pytestmark = pytest.mark.usefixtures("database")


def told() -> list[str]:
    rows = OutboxEvent.objects.filter(kind="OfficeRulesChanged").order_by("id")
    return [row.payload["office_id"] for row in rows]


class TestLoadDirectory:
    def test_offices_and_rules_are_stored_and_the_office_takes_bookings(self, tmp_path):
        path = write(tmp_path / "x", offices=[an_office()], rules={"demo-1": some_rules()})

        report = load_directory(path)

        assert (report.offices_changed, report.rules_changed) == (1, 1)
        assert get_office("demo-1").is_bookable
        rules = office_rules("demo-1")
        assert rules.policies == (BookingPolicy(date(2026, 1, 1), 1, 30, time(8, 30), 24, 2),)
        assert rules.service_rules == (
            OfferedService(Service.DIVORCE_APPLICATION, date(2026, 1, 1), 30, 2),
        )
        assert len(rules.timetables[0].hours) == 10
        assert told() == ["demo-1"]

    def test_loading_twice_changes_nothing(self, tmp_path):
        path = write(tmp_path / "x", offices=[an_office()], rules={"demo-1": every_part()})
        load_directory(path)
        before = list(OpeningHours.objects.order_by("id").values_list("id", flat=True))

        report = load_directory(path)

        assert (report.offices_changed, report.rules_changed) == (0, 0)
        assert list(OpeningHours.objects.order_by("id").values_list("id", flat=True)) == before
        assert told() == ["demo-1"]

    def test_every_part_of_the_rules_comes_back_as_it_was_written(self, tmp_path):
        load_directory(write(tmp_path / "x", offices=[an_office()], rules={"demo-1": every_part()}))

        rules = office_rules("demo-1")

        assert [row.starts_on for row in rules.timetables] == [date(2026, 1, 1), date(2027, 1, 1)]
        assert [row.places for row in rules.service_rules] == [2, 0]
        assert rules.closures == (
            ClosedDays(date(2026, 12, 31), date(2026, 12, 31), "年终盘点"),
            ClosedDays(date(2027, 1, 4), date(2027, 1, 5), "搬迁"),
        )
        services = frozenset({Service.MARRIAGE})
        assert rules.extra_days == (
            ExtraOpening(date(2027, 5, 20), time(8), time(12), services, "520"),
            ExtraOpening(date(2027, 5, 20), time(13), time(20), services, "520"),
        )

    def test_a_changed_rule_is_told_once_and_other_offices_are_left_alone(self, tmp_path):
        two = [an_office("demo-1"), an_office("demo-2")]
        rules = {"demo-1": some_rules(), "demo-2": some_rules()}
        load_directory(write(tmp_path / "x", offices=two, rules=rules))
        later = some_rules(policy={"starts_on": "2026-01-01", "release_at": "09:00"})

        report = load_directory(write(tmp_path / "y", rules={"demo-2": later}))

        assert report.rules_changed == 1
        assert told() == ["demo-1", "demo-2", "demo-2"]
        assert office_rules("demo-1").is_bookable

    def test_a_rule_may_ask_where_people_are_registered(self, tmp_path):
        policy = {"starts_on": "2026-01-01", "release_at": "08:30", "asks_household_address": True}
        rules = {"demo-1": some_rules(policy=policy), "demo-2": some_rules()}
        two = [an_office("demo-1"), an_office("demo-2")]

        load_directory(write(tmp_path, offices=two, rules=rules))

        assert asks_household_address("demo-1", date(2026, 1, 1))
        assert not asks_household_address("demo-2", date(2026, 1, 1))

    def test_a_rule_may_name_the_real_name_checks_it_accepts_in_order(self, tmp_path):
        policy = {"starts_on": "2026-01-01", "release_at": "08:30"}
        checks = policy | {"real_name_checks": ["wechat_face", "faceid"]}
        rules = {"demo-1": some_rules(policy=checks), "demo-2": some_rules(policy=policy)}
        two = [an_office("demo-1"), an_office("demo-2")]

        load_directory(write(tmp_path, offices=two, rules=rules))

        accepted = [office_rules(id).policies[0].real_name_checks for id in ("demo-1", "demo-2")]
        assert accepted == [("wechat_face", "faceid"), None]

    def test_null_ends_the_bookings_and_the_listed_hours_come_back(self, tmp_path):
        load_directory(write(tmp_path / "x", offices=[an_office()], rules={"demo-1": some_rules()}))

        load_directory(
            write(tmp_path / "y", offices=[an_office(address=None)], rules={"demo-1": None})
        )

        assert not get_office("demo-1").is_bookable
        assert len(office_rules("demo-1").timetables[0].hours) == 3
        assert not Policy.objects.exists()
        assert told() == ["demo-1", "demo-1"]

    def test_offices_loaded_again_without_rules_go_on_taking_bookings(self, tmp_path):
        load_directory(write(tmp_path / "x", offices=[an_office()], rules={"demo-1": some_rules()}))

        load_directory(write(tmp_path / "y", offices=[an_office(name="新名字")]))

        assert get_office("demo-1").name == "新名字"
        assert get_office("demo-1").is_bookable

    def test_hours_without_a_wording_are_put_into_words(self, tmp_path):
        load_directory(write(tmp_path / "x", offices=[an_office(hours_text=None)]))

        assert get_office("demo-1").hours == "周一 09:00-12:00、13:00-17:00；周五 09:00-12:00"

    def test_null_hours_hide_a_wording_that_is_garbled(self, tmp_path):
        load_directory(write(tmp_path / "x", offices=[an_office(hours=None)]))

        assert get_office("demo-1").hours is None

    def test_regions_are_added_and_changed(self, tmp_path):
        row = "990101,演示区,演示省/演示区,yanshiqu,ysq,30.5,\n"
        try:
            first = load_directory(write(tmp_path / "x", regions_csv=REGIONS_HEADER + row))
            again = load_directory(write(tmp_path / "x", regions_csv=REGIONS_HEADER + row))
            region = Region.objects.get(code="990101")
        finally:
            Region.objects.filter(code="990101").delete()

        assert (first.regions_changed, again.regions_changed) == (1, 0)
        assert (region.latitude, region.longitude) == (30.5, None)

    def test_files_it_does_not_know_are_left_alone_and_named(self, tmp_path):
        path = write(tmp_path / "x", offices=[an_office()], channels_yaml="[", notes_txt="x")

        report = load_directory(path)

        assert report.read == ("offices.yaml",)
        assert report.left_alone == ("channels.yaml", "notes.txt")


def test_the_examples_of_the_documentation_load(tmp_path):
    page = (Path(settings.BASE).parent / "docs" / "loading.md").read_text(encoding="utf-8")
    offices, rules = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)

    report = load_directory(write(tmp_path / "x", offices_yaml=offices, rules_yaml=rules))

    assert (report.offices_changed, report.rules_changed) == (1, 1)
    assert get_office("demo-440106").is_bookable
