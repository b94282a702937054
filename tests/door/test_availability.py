"""Availability at the door: shared among all who ask, and never older than what one did oneself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.door.ends import (
    AVAILABILITY,
    BOOKINGS,
    Ends,
    is_of_the_door,
    seen_by_fresh_connections,
    told,
)
from tests.door.inside import wait_until

SERVICE = "counselling"  # of these tests alone: nobody else's slots are among theirs
PATH = f"{AVAILABILITY}?service={SERVICE}"


def left(answer: httpx.Response, slot: int) -> int | None:
    """The places left in a slot; None where it is not among the free ones."""
    assert answer.status_code == 200
    assert is_of_the_door(answer)
    slots = [each for day in answer.json()["days"] for each in day["slots"]]
    return next((each["left"] for each in slots if each["id"] == slot), None)


def left_everywhere(ends: Ends, slot: int) -> set[int | None]:
    return {left(answer, slot) for answer in seen_by_fresh_connections(ends, PATH)}


class TestETag:
    @pytest.fixture
    def etag(self, ends) -> str:
        ends.a_slot(SERVICE)
        ends.door.get(PATH)
        wait_until(lambda: ends.door.get(PATH).json() == ends.web.get(PATH).json())
        return ends.door.get(PATH).headers["etag"]

    @pytest.mark.parametrize(
        "named", ["{}", "W/{}", '"x", {}', 'W/"x",W/{}', '{} , "x"', "*"]
    )  # fmt: skip
    def test_what_the_reader_has_is_not_sent_again(self, ends, etag, named):
        answer = ends.door.get(PATH, headers={"If-None-Match": named.format(etag)})

        assert answer.status_code == 304
        assert answer.content == b""
        assert answer.headers["etag"] == etag
        assert answer.headers["cache-control"] == "no-cache"

    @pytest.mark.parametrize("named", ['"x"', "", '"x", W/"y"', "{}x", "x{}", "{0}{0}"])
    def test_what_the_reader_does_not_have_is_sent(self, ends, etag, named):
        answer = ends.door.get(PATH, headers={"If-None-Match": named.format(etag)})

        assert answer.status_code == 200
        assert answer.headers["etag"] == etag

    def test_it_is_another_as_soon_as_a_place_was_taken_here(self, ends, etag):
        slot = ends.a_slot(SERVICE)
        wait_until(lambda: left(ends.door.get(PATH), slot) == 10)
        before = ends.door.get(PATH).headers["etag"]
        taken = ends.door.post(BOOKINGS, **ends.asking(slot, service=SERVICE).sent())
        assert taken.status_code == 201

        answer = ends.door.get(PATH, headers={"If-None-Match": before})

        assert answer.status_code == 200
        assert answer.headers["etag"] != before
        assert left(answer, slot) == 9

    def test_it_is_the_same_through_every_door(self, ends, etag):
        def told() -> set[str]:
            return {answer.headers["etag"] for answer in seen_by_fresh_connections(ends, PATH)}

        wait_until(lambda: told() == {etag})  # the other one may have a reading from before


class TestFreshness:
    def test_ones_own_booking_is_seen_at_once_through_whichever_door(self, ends):
        slot = ends.a_slot(SERVICE, places=6)
        for expected in range(5, -1, -1):
            asking = ends.asking(slot, service=SERVICE)
            seen_by_fresh_connections(ends, PATH, 3)  # each door has a reading from just before

            answer = ends.door.post(BOOKINGS, **asking.sent())

            assert answer.status_code == 201
            assert is_of_the_door(answer)
            assert left_everywhere(ends, slot) == {expected}

    def test_a_change_that_was_passed_on_is_seen_at_once(self, ends):
        one, other = ends.a_slot(SERVICE), ends.a_slot(SERVICE)
        asking = ends.asking(one, service=SERVICE)
        code = ends.door.post(BOOKINGS, **asking.sent()).json()["code"]
        assert left_everywhere(ends, other) == {10}

        moved = ends.door.post(
            f"{BOOKINGS}/{code}/reschedule", **asking.sent(content=b'{"slot_id": %d}' % other)
        )

        assert moved.status_code == 200
        assert not is_of_the_door(moved)
        assert left_everywhere(ends, other) == {9}

    def test_when_time_moves_what_has_closed_is_gone_at_once_and_cannot_be_taken(self, ends):
        slot = ends.a_slot(SERVICE, closes="1 minute")
        asking = ends.asking(slot, service=SERVICE)
        wait_until(lambda: left_everywhere(ends, slot) == {10})

        answer = ends.door.post("/api/v1/demo/clock", json={"advance_days": 1})

        assert answer.status_code == 200
        assert left_everywhere(ends, slot) == {None}
        for fresh in range(6):  # both doors
            refused = posted_afresh(ends, asking.sent(("idempotency-key", f"late-{fresh}")))
            assert told(refused)["content"]["code"] == "too_late"
            assert is_of_the_door(refused)

    def test_when_time_moves_what_opens_can_be_taken_at_once(self, ends):
        now = datetime.fromisoformat(
            ends.door.post("/api/v1/demo/clock", json={"advance_days": 0}).json()["now"]
        )
        slot = ends.a_slot(SERVICE, opens="5 days")
        opens_at = ends.database.execute(
            "SELECT opens_at FROM slots_slot WHERE id = %s", [slot]
        ).fetchone()[0]
        asking = ends.asking(slot, service=SERVICE)
        assert now < opens_at
        early = ends.door.post(BOOKINGS, **asking.sent())
        assert early.json()["state"] == "not_released"

        to = (opens_at + timedelta(seconds=1)).isoformat()
        assert ends.door.post("/api/v1/demo/clock", json={"to": to}).status_code == 200

        assert left_everywhere(ends, slot) == {10}
        assert posted_afresh(ends, asking.sent()).status_code == 201

    def test_what_changes_behind_the_doors_is_seen_before_long(self, ends):
        slot = ends.a_slot(SERVICE)
        wait_until(lambda: left_everywhere(ends, slot) == {10})

        ends.database.execute("UPDATE slots_slot SET places = 7 WHERE id = %s", [slot])

        wait_until(lambda: left_everywhere(ends, slot) == {7})

    def test_a_question_of_any_length_gets_its_answer(self, ends):
        long = f"{PATH}&x={'x' * 5000}"

        assert told(ends.door.get(long)) == told(ends.web.get(long))
        assert not is_of_the_door(ends.door.get(long))  # what is remembered is bounded


def posted_afresh(ends: Ends, sent: dict[str, Any]) -> httpx.Response:
    with httpx.Client(base_url=ends.address, timeout=30) as client:
        return client.post(BOOKINGS, **sent)
