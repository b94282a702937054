"""What somebody changed by a character is refused: a cookie, a token, a voucher, a sealed row.

The seals and signatures themselves are tried bit by bit in tests/vault; a row of the audit in
tests/ground. Here they are tried where people and machines hand them in.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client

from heli.bookings.models import Party
from heli.bookings.queries import booking_view
from heli.desk.staff_session import SESSION_COOKIE as DESK_COOKIE
from heli.ground import clock
from heli.hall.roles import StaffRole
from heli.ops.routes import Seen
from heli.vault.sealing import SealBroken
from heli.web.draft import COOKIE as DRAFT_COOKIE
from heli.web.visitor import IDENTITY_COOKIE
from tests.api.world import Caller
from tests.people import verified
from tests.security.world import Ask, World, by_api, on_duty

TRIED = 24  # places of a token, spread over all of it


def changed(text: str) -> Iterator[str]:
    """The text with one character exchanged, here and there; cut short; and with more behind it."""
    step = max(1, len(text) // TRIED)
    for place in range(0, len(text) - 1, step):
        other = "A" if text[place] != "A" else "B"
        yield text[:place] + other + text[place + 1 :]
    yield text[:-3]
    yield text + "A"


class TestACookie:
    def test_of_a_real_name_check_is_nobodys(self, world):
        token = by_api(world.one.person).cookies[IDENTITY_COOKIE]
        assert Ask({IDENTITY_COOKIE: token}).page("get", "/my").status_code == 200

        for spoilt in changed(token):
            answer = Ask({IDENTITY_COOKIE: spoilt}).page("get", "/my")
            assert answer["Location"].startswith("/identify?"), spoilt

    def test_of_the_desk_is_nobodys(self, world):
        token = on_duty(StaffRole.CLERK, world.office).cookies[DESK_COOKIE]

        for spoilt in changed(token):
            answer = Ask({DESK_COOKIE: spoilt}).page("get", "/desk/today")
            assert answer["Location"].startswith("/desk/login?"), spoilt

    def test_of_a_draft_is_none(self, world):
        spouse = world.asks[Seen.SPOUSE]
        path = f"/book/{world.stands_for['draft_id']}/you"
        assert spouse.page("get", path).status_code == 200

        for spoilt in changed(spouse.cookies[DRAFT_COOKIE]):
            ask = Ask(spouse.cookies | {DRAFT_COOKIE: spoilt})
            assert ask.page("get", path).status_code == 404, spoilt

    def test_of_one_purpose_serves_no_other(self, world):
        spouse = world.asks[Seen.SPOUSE]
        swapped = {IDENTITY_COOKIE: spouse.cookies[DRAFT_COOKIE]}

        assert Ask(swapped).page("get", "/my")["Location"].startswith("/identify?")
        assert (
            Ask({DESK_COOKIE: spouse.cookies[IDENTITY_COOKIE]})
            .page("get", "/desk/today")["Location"]
            .startswith("/desk/login?")
        )


class TestAToken:
    def test_of_the_api_is_nobodys(self, world):
        token = world.callers["one"].token

        for spoilt in changed(token):
            assert Caller(spoilt).get("/bookings").status_code == 401, spoilt

    def test_of_a_citizen_opens_no_desk_and_one_of_the_desk_no_booking(self, world):
        citizen, clerk = world.callers["one"].token, world.callers["clerk"].token

        assert Caller(citizen).get("/desk/today").status_code == 401
        assert Caller(clerk).get("/bookings").status_code == 401


class TestAVoucher:
    def test_changed_in_any_place_checks_nobody_in(self, world):
        code = world.callers["one"].get(f"/bookings/{world.code}/voucher").json()["qr"]
        genuine = world.callers["clerk"].post("/desk/checkin", {"qr": code})
        assert genuine.status_code == 409, "it is of another day, which its signature says"

        for spoilt in changed(code):
            answer = world.callers["clerk"].post("/desk/checkin", {"qr": spoilt})
            assert answer.status_code == 422, spoilt


class TestASealedRow:
    def test_of_somebody_else_does_not_open_in_its_place(self, world):
        with transaction.atomic():
            one, other = Party.objects.filter(booking__code=world.code).order_by("role")
            put_in_its_place(one, bytes(other.details_sealed))
            with pytest.raises(SealBroken):
                seen_by_one(world)
            transaction.set_rollback(True)

    def test_with_a_bit_changed_does_not_open(self, world):
        with transaction.atomic():
            one = Party.objects.filter(booking__code=world.code).order_by("role")[0]
            sealed = bytearray(one.details_sealed)
            sealed[-1] ^= 1
            put_in_its_place(one, bytes(sealed))
            with pytest.raises(SealBroken) as broken:
                seen_by_one(world)
            transaction.set_rollback(True)
        assert not any(secret in str(broken.value) for secret in world.secrets)


def put_in_its_place(party: Party, sealed: bytes) -> None:
    """As somebody with the database's password would, guards switched off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE bookings_party SET details_sealed = %s WHERE id = %s", [sealed, party.pk]
        )


def seen_by_one(world: World) -> None:
    booking_view(world.code, by=verified(world.one.person), at=clock.now())


def test_no_operation_of_the_api_believes_a_cookie(world):
    cookies = world.asks[Seen.SPOUSE].cookies | world.asks[Seen.OPERATOR].cookies
    known = Client()
    for name, value in cookies.items():
        known.cookies[name] = value

    for path in ("/bookings", "/cases", "/notices", "/desk/today"):
        assert known.get(f"/api/v1{path}").status_code == 401, path
