"""The story over the API, without a server: through the application itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from heli.bookings.models import Booking
from heli.bookings.vouchers import qr_text
from heli.channels.services import load_directory
from heli.ground import clock
from heli.ops.demo.chapters import is_signed_by
from heli.ops.demo.citizen import Citizen, StoryFailed
from heli.ops.demo.people import fictional_couple, fictional_person
from heli.ops.demo.story import Story, tell
from heli.ops.demo.telling import Teller, drawn
from heli.ops.demo.world import REAL_CHANNELS, prepare_world
from heli.wsgi import application

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    transport = httpx.WSGITransport(app=application)
    with httpx.Client(transport=transport, base_url="http://testserver") as client:
        yield client


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def story(lines: list[str]) -> Story:
    return Story(Teller(lines.append))


class TestTell:
    def test_ends_at_the_voucher_and_moves_no_clock(self, client, story):
        prepare_world(clock.now())

        tell(story, client, once=False)

        assert clock.offset() == timedelta()
        assert story.parts["booking"]["state"] == "confirmed"
        assert story.parts["consent"]["state"] == "confirmed"
        assert story.parts["voucher"]["code"] == story.parts["booking"]["code"]
        assert story.teller.steps[-1].name == "check_voucher_offline"

    def test_once_goes_to_every_end_as_often_as_it_is_told_in_both_languages_and_calmly(
        self, client, story, lines
    ):
        prepare_world(clock.now())

        tell(story, client, once=True)
        tell(story, client, once=True)  # it can be told again in the same world

        once = ["cancelled", "expired", "no_show", "served", "served"]
        assert sorted(Booking.objects.values_list("state", flat=True)) == sorted(once * 2)
        ends = {name: case["state"] for name, case in story.parts["cases"].items()}
        assert ends == {name: name for name in ("registered", "withdrawn", "deemed_withdrawn")}
        assert story.teller.steps[-1].name == "case_lapses"
        for step in story.teller.steps:
            assert f"   {step.said}" in lines
            assert f"   {step.said_in_english}" in lines
        told = "\n".join(lines)
        assert [word for word in ("！", "!", "成功", "亲，", "老公", "老婆") if word in told] == []

    def test_says_neither_a_number_nor_a_telephone(self, client, story, lines, monkeypatch):
        couple = fictional_couple()
        monkeypatch.setattr("heli.ops.demo.story.fictional_couple", lambda: couple)
        prepare_world(clock.now())

        tell(story, client, once=False)

        told = "\n".join(lines)
        for person in couple:
            assert person.name in told
            assert person.id_number not in told
            assert person.phone not in told

    def test_stops_with_one_clear_line_where_there_is_no_office(self, client, story):
        load_directory(REAL_CHANNELS)

        with pytest.raises(StoryFailed) as stopped:
            tell(story, client, once=False)

        assert str(stopped.value) == "The story stopped: no office takes bookings there."
        names = [step["name"] for step in story.document(is_whole=False)["steps"]]
        assert names == ["look_up_channels", "check_a_real_name", "check_a_fake", "find_region"]
        assert story.document(is_whole=False)["ok"] is False


class TestCitizen:
    def test_names_the_request_and_its_code_when_the_api_says_no(self, client):
        citizen = Citizen(client, fictional_person())

        with pytest.raises(StoryFailed, match=r"GET /api/v1/bookings answered 401 identity_req"):
            citizen.get("/bookings")

    def test_says_that_nobody_answered(self):
        with httpx.Client(base_url="http://127.0.0.1:9", trust_env=False) as client:
            citizen = Citizen(client, fictional_person())

            with pytest.raises(StoryFailed, match="got no answer"):
                citizen.get("/regions")


class TestQr:
    def test_a_changed_text_bears_no_signature(self, client):
        qr = qr_text("ACDE23467999", clock.real_now())
        key = Citizen(client, fictional_person()).get("/voucher-key").content["public_key"]

        assert is_signed_by(qr, key)
        assert not is_signed_by(qr.replace("HELI1", "HELI2"), key)

    def test_is_drawn_as_a_rectangle(self):
        rows = drawn("HELI1.ACDE23467999.20261201.1796140800.x")

        assert len({len(row) for row in rows}) == 1
        assert set("".join(rows)) == set("█▀▄ ")
