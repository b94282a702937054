"""With nothing but a bound WeChat session one reads one's own, and acts in nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from heli.api.auth import Bearer
from heli.api.v1 import api
from heli.bookings.models import Booking, Party
from heli.identity.verified import VerifiedIdentity, issue_token
from heli.notices.models import Notice
from heli.ops.demo.people import fictional_couple, fictional_person
from heli.wechat.models import Account
from tests import people
from tests.api.wechat import MiniUser, opens_mini_program
from tests.api.world import (
    Caller,
    a_key,
    a_slot,
    an_office,
    booking_body,
)

pytestmark = pytest.mark.usefixtures("database", "emulator")


def refused(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return answer.status_code, answer.json()["code"]


class TestRecognised:
    """With nothing but a bound session one reads one's own, and acts in nothing."""

    @pytest.fixture
    def couple(self) -> tuple[VerifiedIdentity, VerifiedIdentity]:
        one, other = fictional_couple()
        return people.verified(one), people.verified(other)

    @pytest.fixture
    def code(self, couple: tuple[VerifiedIdentity, VerifiedIdentity]) -> str:
        """A confirmed booking of theirs."""
        applicant, partner = (Caller(issue_token(identity)[0]) for identity in couple)
        slot = a_slot(an_office())
        body = booking_body(slot, None) | {
            "partner": {"name": couple[1].name, "id_number": couple[1].id_number.value}
        }
        held = applicant.post("/bookings", body, Idempotency_Key=a_key())
        assert held.status_code == 201, held.content
        code = str(held.json()["code"])
        assert partner.post(f"/bookings/{code}/consent").status_code == 200
        return code

    @pytest.fixture
    def user(self, emulator, couple: tuple[VerifiedIdentity, VerifiedIdentity]) -> MiniUser:
        return opens_mini_program(emulator).binds(couple[0])

    def test_reads_their_own(self, user, code):
        for path in (
            "/bookings",
            f"/bookings/{code}",
            f"/bookings/{code}/voucher",
            f"/bookings/{code}/voucher.png",
            "/cases",
            "/notices",
        ):
            assert user.get(path).status_code == 200, path
        assert [booking["code"] for booking in user.get("/bookings").json()] == [code]

    def test_reads_nobody_elses(self, emulator, code):
        stranger = opens_mini_program(emulator).binds(people.verified(fictional_person()))

        assert stranger.get("/bookings").json() == []
        assert refused(stranger.get(f"/bookings/{code}")) == (404, "not_found")

    def test_an_account_that_is_nobodys_reads_nothing(self, emulator, code):
        user = opens_mini_program(emulator)

        for path in ("/bookings", f"/bookings/{code}", "/cases", "/notices"):
            assert refused(user.get(path)) == (401, "identity_required"), path

    def test_every_operation_that_acts_refuses_them_and_nothing_changes(self, user, code):
        before = rows()
        slot = a_slot(an_office(id="test-2"))
        bodies = {
            "post_booking": booking_body(slot, fictional_couple()[1]),
            "post_reschedule": {"slot_id": slot.id},
        }
        acting = [*acting_operations()]
        assert {"post_booking", "post_consent", "post_cancel", "post_notice_read"} <= {
            operation for operation, _method, _path in acting
        }

        for operation, method, path in acting:
            path = path.replace("{code}", code).replace("{id}", "1")
            if method == "DELETE":
                answer = user.delete(path)
            else:
                answer = user.post(path, bodies.get(operation), Idempotency_Key=a_key())
            assert refused(answer) == (401, "identity_required"), path

        assert rows() == before

    def test_what_they_may_do_without_a_check_is_this_and_no_more(self):
        assert acting_without_proof() == {
            "delete_wechat_bind",
            "post_self_check_in",
            "post_verification_result",
            "post_wechat_bind",
            "post_wechat_handover",
            "post_wechat_phone",
            "post_wechat_subscriptions",
        }


def operations() -> list[tuple[Any, str]]:
    """Every operation of the API that needs a token and does more than read, with its path."""
    return [
        (operation, f"/{prefix}/{path}".replace("//", "/").rstrip("/"))
        for prefix, router in ((bound.prefix, bound) for bound in api._get_bound_routers())
        for path, view in router.path_operations.items()
        for operation in view.operations
        if set(operation.methods) - {"GET"} and operation.auth_callbacks
    ]


def acting_operations() -> list[tuple[str, str, str]]:
    """Name, method and path of each that wants a proof."""
    return [
        (operation.view_func.__name__, operation.methods[0], path)
        for operation, path in operations()
        if any(isinstance(auth, Bearer) for auth in operation.auth_callbacks)
    ]


def acting_without_proof() -> set[str]:
    return {
        operation.view_func.__name__
        for operation, _path in operations()
        if not any(isinstance(auth, Bearer) for auth in operation.auth_callbacks)
        and operation.view_func.__module__ != "heli.api.desk"
    }


def rows() -> list[Any]:
    """What a citizen's deed could change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, taken FROM slots_slot WHERE taken > 0 ORDER BY id")
        taken = cursor.fetchall()
    kinds = (Booking, Party, Notice, Account)
    return [*taken, *(list(kind.objects.order_by("pk").values()) for kind in kinds)]
