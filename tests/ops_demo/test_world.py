"""The offices of the demo world."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heli.ground import clock, events
from heli.hall.models import Staff
from heli.hall.roles import StaffRole
from heli.hall.sessions import open_session
from heli.law.services import Service
from heli.ops.demo.world import prepare_world
from heli.places.queries import list_offices
from heli.slots.models import Slot
from heli.slots.queries import availability

pytestmark = pytest.mark.usefixtures("database")


def free_places(office: str, service: Service) -> int:
    today = clock.today()
    found = availability(office, service, today, today + timedelta(days=40), clock.now())
    return sum(slot.left for day in found.days for slot in day.slots)


class TestPrepareWorld:
    def test_only_offices_that_say_demonstration_in_their_name_take_bookings(self):
        prepare_world(clock.now())

        offices = list_offices()
        bookable = [office for office in offices if office.is_bookable]
        assert len(offices) - len(bookable) > 100, "real offices are there as facts"
        assert len({office.region.code[:2] for office in bookable}) == 5
        for office in bookable:
            assert office.name.startswith("演示")
            assert "演示路" in (office.address or "")
        assert not Slot.objects.exclude(office__id__startswith="demo-").exists()
        assert not events.is_any_waiting()

    def test_every_demo_office_has_places_for_every_service(self):
        prepare_world(clock.now())

        free = {
            (office.id, service): free_places(office.id, service)
            for office in list_offices()
            if office.is_bookable
            for service in Service
        }

        assert len(free) == 30
        assert all(free.values()), free

    def test_a_second_start_changes_nothing_and_a_later_one_adds_the_days_since(self):
        prepare_world(clock.now())
        before = set(Slot.objects.values_list("id", "places", "starts_at"))

        prepare_world(clock.now())
        again = set(Slot.objects.values_list("id", "places", "starts_at"))
        clock.move_to(clock.now() + timedelta(days=10))
        prepare_world(clock.now())
        later = set(Slot.objects.values_list("id", "places", "starts_at"))

        assert again == before
        assert max(row[2] for row in later) > max(row[2] for row in before)

    @pytest.mark.parametrize("role", list(StaffRole))
    def test_one_of_each_role_works_at_one_office_and_the_operator_at_all(self, role):
        prepare_world(clock.now())
        prepare_world(clock.now())

        _token, staff = open_session(role.value, "heli-demo", address="127.0.0.1")

        assert Staff.objects.count() == len(StaffRole)
        assert staff.role is role
        office = None if role is StaffRole.OPERATOR else "demo-guangzhou"
        assert staff.office_id == office
