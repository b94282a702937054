"""What bad input gets: a sentence in the reader's language, a stable code, nothing changed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from heli.bookings.models import Booking
from heli.ground import clock
from heli.law.services import Service
from heli.ops.demo.people import fictional_couple, fictional_person
from heli.slots.models import Slot
from tests.api.world import (
    NOBODY,
    Caller,
    a_key,
    a_slot,
    an_office,
    book,
    booking_body,
    claim_of,
    verified,
)

pytestmark = pytest.mark.usefixtures("database")


def fields_of(answer: Any) -> list[str]:
    return [error["field"] for error in answer.json()["errors"]]


def refused(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


class TestWhoOneIs:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("id_number", "110105188001010000"),  # wrong check digit
            ("id_number", "110105188013450028"),  # no such birthday
            ("id_number", "1"),
            ("name", "张3"),
            ("phone", "12"),
            ("method", "witchcraft"),
        ],
    )
    def test_a_malformed_claim_names_the_field(self, field, value):
        answer = NOBODY.post(
            "/identity/verifications", claim_of(fictional_person(), **{field: value})
        )

        assert refused(answer) == (422, "invalid_input")
        assert fields_of(answer) == [field]

    def test_all_faults_are_told_at_once(self):
        answer = NOBODY.post(
            "/identity/verifications",
            {"name": "张3", "id_number": "x", "phone": "1", "method": "simulated"},
        )

        assert fields_of(answer) == ["name", "id_number", "phone"]

    def test_a_check_that_says_no_is_a_rule_and_no_token(self):
        claim = claim_of(fictional_person(), name="张不符")

        assert refused(NOBODY.post("/identity/verifications", claim)) == (409, "not_eligible")

    def test_a_check_without_an_answer_says_when_to_try_again(self):
        answer = NOBODY.post("/identity/verifications", claim_of(fictional_person(), name="张超时"))

        assert refused(answer) == (503, "unavailable")
        assert int(answer["Retry-After"]) > 0

    @pytest.mark.parametrize(
        "token", ["", "forged", "a.b.c", "é", "x" * 5000, " ", "\N{HORIZONTAL ELLIPSIS}"]
    )
    def test_a_forged_token_is_no_identity(self, token):
        caller = Caller(token.encode().decode("latin-1"))

        answer = caller.get("/bookings")

        assert refused(answer) == (401, "identity_required")
        assert answer["WWW-Authenticate"] == "Bearer"

    def test_a_spoilt_token_is_no_identity(self):
        token = verified(fictional_person()).token
        spoilt = token[:20] + ("A" if token[20] != "A" else "B") + token[21:]

        assert refused(Caller(spoilt).get("/bookings")) == (401, "identity_required")


class TestBookings:
    def test_a_missing_key_is_named(self):
        applicant, partner = fictional_couple()

        answer = verified(applicant).post("/bookings", booking_body(a_slot(an_office()), partner))

        assert refused(answer) == (422, "invalid_input")
        assert fields_of(answer) == ["Idempotency-Key"]
        assert not Booking.objects.exists()

    @pytest.mark.parametrize("key", ["", "x" * 201, "é", "a\tb"])
    def test_a_key_that_is_none_is_named(self, key):
        applicant, partner = fictional_couple()
        slot = a_slot(an_office())

        answer = verified(applicant).post(
            "/bookings", booking_body(slot, partner), Idempotency_Key=key
        )

        assert refused(answer) == (422, "invalid_input")
        assert fields_of(answer) == ["Idempotency-Key"]

    def test_a_key_used_for_another_body_conflicts(self):
        office = an_office()
        applicant, partner = fictional_couple()
        caller, key = verified(applicant), a_key()
        caller.post("/bookings", booking_body(a_slot(office), partner), Idempotency_Key=key)

        answer = caller.post(
            "/bookings", booking_body(a_slot(office), partner), Idempotency_Key=key
        )

        assert refused(answer) == (409, "idempotency_conflict")

    def test_oneself_is_no_partner(self):
        applicant = fictional_person()

        answer = self._book(verified(applicant), booking_body(a_slot(an_office()), applicant))

        assert refused(answer) == (422, "invalid_input")
        assert fields_of(answer) == ["partner.id_number"]

    @pytest.mark.parametrize(
        ("partner", "field"),
        [
            ({"name": "王3", "id_number": "11010518800101002X"}, "partner.name"),
            ({"name": "王五", "id_number": "110105188001010000"}, "partner.id_number"),
            ({"name": "王五"}, "partner.id_number"),
            ("王五", "partner"),
            (None, "partner"),
        ],
    )
    def test_a_malformed_partner_is_named(self, partner, field):
        body = booking_body(a_slot(an_office()), None) | {"partner": partner}

        answer = self._book(verified(fictional_person()), body)

        assert refused(answer) == (422, "invalid_input")
        assert field in fields_of(answer)

    @pytest.mark.parametrize("slot_id", [0, -1, 2**63, 2**200, "1", 1.5, True, None, [], {}])
    def test_a_slot_id_that_is_none_is_named(self, slot_id):
        applicant, partner = fictional_couple()
        body = booking_body(a_slot(an_office()), partner, slot_id=slot_id)

        answer = self._book(verified(applicant), body)

        assert refused(answer) == (422, "invalid_input")
        assert fields_of(answer) == ["slot_id"]

    def test_a_slot_that_is_not_there_is_not_found(self):
        applicant, partner = fictional_couple()
        body = booking_body(a_slot(an_office()), partner, slot_id=2**62)

        assert refused(self._book(verified(applicant), body)) == (404, "not_found")

    def test_a_slot_of_another_service_is_named(self):
        applicant, partner = fictional_couple()
        slot = a_slot(an_office(), Service.MARRIAGE)
        body = booking_body(slot, partner, service="divorce_application")

        answer = self._book(verified(applicant), body)

        assert refused(answer) == (422, "invalid_input")
        assert fields_of(answer) == ["slot_id"]

    def test_a_slot_that_has_passed_is_too_late(self):
        applicant, partner = fictional_couple()
        slot = a_slot(an_office())
        Slot.objects.filter(id=slot.id).update(closes_at=clock.now())

        answer = self._book(verified(applicant), booking_body(slot, partner))

        assert refused(answer) == (409, "too_late")

    def test_a_closed_slot_is_wrong_state(self):
        applicant, partner = fictional_couple()
        slot = a_slot(an_office())
        Slot.objects.filter(id=slot.id).update(withdrawn_at=clock.now())

        answer = self._book(verified(applicant), booking_body(slot, partner))

        assert refused(answer) == (409, "wrong_state")

    def test_a_full_slot_says_so_and_takes_nothing(self):
        slot = a_slot(an_office(), places=1)
        book(verified(fictional_person()), slot, fictional_person())

        answer = self._book(verified(fictional_person()), booking_body(slot, fictional_person()))

        assert refused(answer) == (409, "slot_full")
        assert Booking.objects.count() == 1

    def test_a_second_booking_of_a_person_is_refused(self):
        office = an_office()
        applicant, partner = fictional_couple()
        book(verified(applicant), a_slot(office), partner)

        answer = self._book(verified(applicant), booking_body(a_slot(office), partner))

        assert refused(answer) == (409, "already_booked")

    def test_an_empty_body_and_a_list_are_no_booking(self):
        caller = verified(fictional_person())

        for body in (b"", b"[]", b"null", b'"x"', b"1"):
            answer = caller.post_raw("/bookings", body, Idempotency_Key=a_key())
            assert refused(answer) == (422, "invalid_input")
            assert fields_of(answer)

    @staticmethod
    def _book(caller: Caller, body: dict[str, Any]) -> Any:
        return caller.post("/bookings", body, Idempotency_Key=a_key())


class TestBodies:
    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"\xff\xfe",
            b'{"name": "\xe5\xbc"}',
            b"{'name': 1}",
            b'{"name": NaN}',
            b'{"name": -Infinity}',
            b'{"name": 1e999}',
            b'{"name": "a", "name": "b"}',
            rb'{"name": "\u0000"}',
            rb'{"name": "\ud800"}',
            rb'{"\u0000": 1}',
            b"1" * 5000,
            b"[" * 33 + b"]" * 33,
            b"[" * 30000,
            b'{"a":' * 10000 + b"1" + b"}" * 10000,
            b"[]x",
            b"\xef\xbb\xbf{}",
            json.dumps({"name": "x" * 70_000}).encode(),
        ],
        ids=lambda body: repr(body[:16]),
    )
    def test_what_cannot_be_read_is_400(self, body):
        answer = NOBODY.post_raw("/identity/verifications", body)

        assert refused(answer) == (400, "invalid_input")
        assert "\0" not in answer.json()["detail"]

    def test_32_levels_are_read(self):
        answer = NOBODY.post_raw("/identity/verifications", b"[" * 32 + b"]" * 32)

        assert refused(answer) == (422, "invalid_input")

    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
    def test_the_content_type_does_not_matter(self, kind, client):
        answer = client.generic(
            "POST",
            "/api/v1/identity/verifications",
            json.dumps(claim_of(fictional_person())),
            content_type=kind,
        )

        assert answer.status_code == 201


class TestQueriesAndPaths:
    @pytest.mark.parametrize(
        ("path", "query", "field"),
        [
            ("/regions", {"q": "a\0b"}, "q"),
            ("/regions", {"q": "x" * 61}, "q"),
            ("/offices", {"region": "44"}, "region"),
            ("/offices", {"region": "x\0"}, "region"),
            ("/offices", {"service": "wedding"}, "service"),
            ("/offices", {"near": "here"}, "near"),
            ("/offices", {"near": "91,0"}, "near"),
            ("/offices/a%00b", {}, "id"),
            ("/offices/%20", {}, "id"),
            ("/offices/test-1/availability", {}, "service"),
            (
                "/offices/test-1/availability",
                {"service": "marriage", "from": "2026-02-30"},
                "from",
            ),
            ("/offices/test-1/availability", {"service": "marriage", "to": "soon"}, "to"),
            ("/offices/test-1/availability", {"service": "marriage", "to": "2199-12-31"}, "to"),
            ("/offices/test-1/availability", {"service": "marriage", "to": "0001-01-01"}, "to"),
            ("/offices/test-1/availability", {"service": "marriage", "to": "1999-01-01"}, "to"),
            ("/law/documents", {}, "service"),
            ("/law/documents", {"service": "marriage", "on": "20250510"}, "on"),
            ("/law/eligibility", {"service": ""}, "service"),
            ("/identity/verifications/1", {}, "id"),
        ],
    )
    def test_what_does_not_fit_is_named(self, path, query, field):
        an_office()

        answer = NOBODY.get(path, **query)

        assert refused(answer) == (422, "invalid_input")
        assert fields_of(answer) == [field]

    @pytest.mark.parametrize(
        ("path", "query"),
        [
            ("/offices", {"region": "999999"}),
            ("/offices/nowhere", {}),
            ("/offices/nowhere/availability", {"service": "marriage"}),
            ("/law/documents", {"service": "marriage", "region": "999999"}),
            ("/identity/verifications/5b0a3f9e-6a39-4c6e-9df5-0f5d8e4c1a11", {}),
            ("/nothing", {}),
            ("/nothing/%00/%ff", {}),
            ("", {}),
            ("/", {}),
        ],
    )
    def test_what_is_not_there_is_not_found(self, path, query):
        assert refused(NOBODY.get(path, **query)) == (404, "not_found")

    def test_odd_bytes_in_a_query_are_no_fault(self, client):
        many = "&".join(["a=1"] * 1500)
        for query in ("q=%00", "q=%ff%fe", "%00=1", "q=%ed%a0%80", "q=%F0%9F%98%80", many):
            answer = client.get(f"/api/v1/regions?{query}")
            assert answer.status_code in (200, 400, 422), query

    def test_a_code_with_odd_characters_is_named(self):
        caller = verified(fictional_person())

        assert fields_of(caller.get("/bookings/%E4%B8%AD%00")) == ["code"]


class TestLanguages:
    def test_the_sentence_is_chinese_unless_english_is_asked_for(self):
        chinese = Caller(language="zh-CN,zh;q=0.9").get("/bookings").json()
        english = Caller(language="en-GB,en;q=0.8").get("/bookings").json()
        french = Caller(language="fr").get("/bookings").json()

        assert "实名" in chinese["detail"]
        assert chinese["title"] != english["title"]
        assert chinese["detail"] != english["detail"]
        assert english["detail"].isascii()
        assert french == chinese
        assert chinese["code"] == english["code"]

    def test_the_sentences_of_fields_too(self):
        english = Caller(language="en").get("/law/documents").json()

        assert english["errors"][0]["text"].isascii()
