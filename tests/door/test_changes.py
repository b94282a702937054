"""What changes through a door is known to all doors of the machine at once, whatever its age.

The age at which a reading is made anew is put far away, so that nothing but a counted change can
have made the doors look again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import NamedTuple

import httpx
import pytest

from heli.door import shared
from heli.ground import clock
from heli.ops.demo.people import fictional_couple
from heli.slots.models import Slot
from tests.api.world import a_key, a_slot, an_office, booking_body, verified
from tests.door.inside import WAIT_SECONDS_MAX, answering, directory, door, server

BOOKINGS = "/api/v1/bookings"
PLACES = 3


class Doors(NamedTuple):
    """Two doors of one machine, before the same upstream, and what they have been asked of."""

    one: httpx.Client
    other: httpx.Client
    slot: Slot

    def left(self) -> list[int | None]:
        """The places left in the slot, as the first door tells it and as the second does."""
        return [self._left(client) for client in (self.one, self.other)]

    def _left(self, client: httpx.Client) -> int | None:
        path = f"/api/v1/offices/{self.slot.office_id}/availability"
        days = client.get(path, params={"service": self.slot.service}).json()["days"]
        slots = [slot for day in days for slot in day["slots"]]
        return next((slot["left"] for slot in slots if slot["id"] == self.slot.id), None)

    def change_behind_their_back(self) -> None:
        """Two places more, by hand."""
        Slot.objects.filter(id=self.slot.id).update(places=PLACES + 2)


@pytest.fixture
def doors(database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    monkeypatch.setattr(shared, "AGE_SECONDS_MAX", 3600.0)
    slot = a_slot(an_office(), places=PLACES)
    with ExitStack() as opened:
        path = opened.enter_context(directory())
        opened.enter_context(server(answering(200, []), uds=path / "web.sock"))
        clients = []
        for own in range(2):
            port = opened.enter_context(door(path, doors=2, own=own))
            client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=WAIT_SECONDS_MAX)
            clients.append(opened.enter_context(client))
        found = Doors(*clients, slot)
        assert found.left() == [PLACES, PLACES]
        yield found


class TestChanges:
    def test_without_one_what_was_read_is_shared(self, doors):
        doors.change_behind_their_back()

        assert doors.left() == [PLACES, PLACES]

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_whatever_was_passed_on_and_may_have_changed_something_is_one(self, doors, method):
        doors.change_behind_their_back()
        doors.one.request(method, "/anything")

        assert doors.left() == [PLACES + 2, PLACES + 2]

    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
    def test_what_only_asks_is_none(self, doors, method):
        doors.change_behind_their_back()
        doors.one.request(method, "/anything")

        assert doors.left() == [PLACES, PLACES]

    def test_a_place_that_was_taken_at_a_door_is_one(self, doors):
        one, other = fictional_couple()
        headers = {"Authorization": f"Bearer {verified(one).token}", "Idempotency-Key": a_key()}

        taken = doors.other.post(BOOKINGS, json=booking_body(doors.slot, other), headers=headers)

        assert taken.status_code == 201
        assert doors.left() == [PLACES - 1, PLACES - 1]

    def test_a_jump_of_the_clock_is_one_of_the_time_too(self, doors):
        one, other = fictional_couple()
        headers = {"Authorization": f"Bearer {verified(one).token}", "Idempotency-Key": a_key()}
        body = booking_body(doors.slot, other, slot_id=doors.slot.id + 1)  # no such slot
        for client in (doors.one, doors.other):  # both know the time
            assert client.post(BOOKINGS, json=body, headers=headers).status_code == 404

        clock.move_to(doors.slot.closes_at + timedelta(seconds=1))
        doors.one.post("/api/v1/demo/clock")

        assert doors.left() == [None, None]
        body["slot_id"] = doors.slot.id
        for client in (doors.one, doors.other):
            answer = client.post(BOOKINGS, json=body, headers=headers)
            assert answer.json()["code"] == "too_late"
