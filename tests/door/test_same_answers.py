"""Places: the door and the web processes behind it answer the same requests the same."""

from __future__ import annotations

import json
import socket
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest

from tests.door.ends import (
    BOOKINGS,
    LANGUAGES,
    Asking,
    Ends,
    at_both,
    code_of,
    is_of_the_door,
    told,
)
from tests.door.inside import rest_of


class Slots(NamedTuple):
    """Ids of slots, each of its kind."""

    free: int
    full: int
    closed: int
    unreleased: int
    marriage: int
    certificate: int
    counselling: int


@pytest.fixture(scope="module")
def slots(ends: Ends) -> Slots:
    return Slots(
        free=ends.a_slot(places=500),
        full=ends.slot_is_full(),
        closed=ends.a_slot(closes="-1 hour"),
        unreleased=ends.a_slot(opens="15 days"),
        marriage=ends.a_slot("marriage", places=500),
        certificate=ends.a_slot("divorce_certificate"),
        counselling=ends.a_slot("counselling", places=500),
    )


@pytest.fixture(scope="module")
def stranger(ends: Ends, slots: Slots) -> Asking:
    """Somebody who has booked nothing, and never will here."""
    return ends.asking(slots.free)


def without_names(answer: httpx.Response) -> dict[str, Any]:
    """A booking's answer without what no two bookings have in common."""
    found = told(answer)
    assert found["status"] == 201, answer.text
    text = json.dumps(found["content"]).replace(found["content"]["code"], "CODE")
    found["content"] = json.loads(text)
    if found["content"]["consent"]:
        for name in ("deadline", "url"):
            assert isinstance(found["content"]["consent"].pop(name), str)
    return found


class TestRefusedByTheBooks:
    """What the allocator alone can say, the door says itself."""

    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            ("full", (409, "slot_full")),
            ("closed", (409, "too_late")),
            ("unreleased", (409, "wrong_state")),
            ("marriage", (422, "invalid_input")),
        ],
    )
    def test_for_the_slot(self, ends, slots, stranger, kind, expected):
        answer = at_both(ends, BOOKINGS, stranger.sent(slot_id=getattr(slots, kind)))

        assert code_of(answer) == expected
        assert is_of_the_door(answer)

    @pytest.mark.parametrize("slot_id", [1_000_000, 2**63 - 1])
    def test_for_a_slot_that_is_not_there(self, ends, stranger, slot_id):
        answer = at_both(ends, BOOKINGS, stranger.sent(slot_id=slot_id))

        assert code_of(answer) == (404, "not_found")
        assert is_of_the_door(answer)

    def test_because_they_have_a_booking(self, ends, slots):
        asking = ends.asking(slots.free)
        assert ends.door.post(BOOKINGS, **asking.sent()).status_code == 201

        answer = at_both(ends, BOOKINGS, asking.sent(("idempotency-key", "another")))

        assert code_of(answer) == (409, "already_booked")

    def test_because_the_key_was_used_for_something_else(self, ends, slots):
        asking = ends.asking(slots.free)
        assert ends.door.post(BOOKINGS, **asking.sent()).status_code == 201

        answer = at_both(ends, BOOKINGS, asking.sent(applicant={"phone": "13900004321"}))

        assert code_of(answer) == (409, "idempotency_conflict")
        assert is_of_the_door(answer)

    @pytest.mark.parametrize(
        "changes",
        [
            {"partner": None},
            {"service": "counselling"},
            {"service": "divorce_certificate"},
            {"service": "divorce_certificate", "partner": None},
            {"service": "marriage"},
            {"service": "replacement"},
        ],
    )
    def test_for_the_service(self, ends, slots, stranger, changes):
        answer = at_both(ends, BOOKINGS, stranger.sent(**changes))

        assert answer.status_code in (409, 422)

    def test_for_a_certificate_without_a_case(self, ends, slots, stranger):
        changes = {"service": "divorce_certificate", "slot_id": slots.certificate, "partner": None}

        assert code_of(at_both(ends, BOOKINGS, stranger.sent(**changes))) == (409, "not_eligible")

    def test_for_oneself_as_the_partner(self, ends, stranger):
        partner = {"name": stranger.by.name, "id_number": stranger.by.id_number}

        answer = at_both(ends, BOOKINGS, stranger.sent(partner=partner))

        assert [error["field"] for error in answer.json()["errors"]] == ["partner.id_number"]


FIELDS: list[dict[str, Any]] = [
    *({"slot_id": slot_id} for slot_id in (0, -1, 2**63, 2**70, 1.0, "1", None, True, [])),
    *({"service": service} for service in ("", "divorce", None, 1, "marriage ")),
    *({"applicant": applicant} for applicant in (None, [], "x", {}, {"phone": ""})),
    *({"applicant": {"phone": phone}} for phone in ("1", "x" * 41, 13900001234, None, "+1 2")),
    *(
        {"applicant": {"phone": "13900001234", "household_address": address}}
        for address in ("", " ", "x" * 201)
    ),
    *({"partner": partner} for partner in ([], "x", {}, {"name": "王甲"}, {"id_number": "1"})),
    {"partner": {"name": "", "id_number": ""}},
    {"partner": {"name": "x" * 101, "id_number": "110101188001010000"}},
    {"partner": {"name": "王甲", "id_number": "110101199001010000"}},
    {"partner": {"name": "王甲", "id_number": "not a number"}},
    {"partner": {"name": "<b>", "id_number": "1" * 18, "phone": "x"}, "applicant": {"phone": "x"}},
    {"eligibility_shown": "yes"},
]  # fmt: skip

NOT_JSON = {
    "a word": b"booking",
    "half": b'{"service": "divorce_app',
    "two": b"{}{}",
    "not UTF-8": b'{"service": "\xff"}',
    "UTF-16": '{"service": "marriage"}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "NaN": b'{"slot_id": NaN}',
    "Infinity": b'{"slot_id": -Infinity}',
    "beyond a float": b'{"slot_id": 1e999}',
    "an endless integer": b'{"slot_id": ' + b"9" * 5000 + b"}",
    "a key twice": b'{"service": "marriage", "service": "marriage"}',
    "a key twice by an escape": b'{"service": "marriage", "servic\\u0065": "marriage"}',
    "NUL": b'{"service": "a\\u0000b"}',
    "NUL as it is": b'{"service": "a\0b"}',
    "NUL in a key": b'{"a\\u0000b": 1}',
    "half a surrogate pair": b'{"service": "\\ud800"}',
    "the other half": b'{"service": "\\udc00\\ud800"}',
    "a surrogate as it is": b'{"service": "\xed\xa0\x80"}',
    "33 levels": b"[" * 33 + b"]" * 33,
    "33 levels of objects": b'{"a":' * 33 + b"1" + b"}" * 33,
    "20000 levels": b"[" * 20_000 + b"]" * 20_000,
}
NOT_AN_OBJECT = {
    "nothing": b"",
    "32 levels": b"[" * 32 + b"]" * 32,
    "null": b"null",
    "a list": b"[1]",
    "a text": b'"x"',
    "a number": b"1",
    "an empty object": b"{}",
    "a whole pair": b'{"service": "\\ud83d\\ude00"}',
}


class TestRefusedAsItIsWritten:
    @pytest.mark.parametrize("changes", FIELDS, ids=json.dumps)
    def test_for_a_field(self, ends, stranger, changes):
        answer = at_both(ends, BOOKINGS, stranger.sent(**changes))

        assert code_of(answer) == (422, "invalid_input")
        assert answer.json()["errors"]

    @pytest.mark.parametrize("content", NOT_JSON.values(), ids=NOT_JSON)
    def test_for_what_is_no_json(self, ends, stranger, content):
        answer = at_both(ends, BOOKINGS, stranger.sent(content=content))

        assert code_of(answer) == (400, "invalid_input")

    @pytest.mark.parametrize("content", NOT_AN_OBJECT.values(), ids=NOT_AN_OBJECT)
    def test_for_what_is_json_but_no_booking(self, ends, stranger, content):
        answer = at_both(ends, BOOKINGS, stranger.sent(content=content))

        assert code_of(answer) == (422, "invalid_input")

    @pytest.mark.parametrize("size", [64 * 1024, 64 * 1024 + 1, 200_000])
    def test_for_its_length(self, ends, stranger, size):
        answer = at_both(ends, BOOKINGS, stranger.sent(content=b"[" + b" " * (size - 2) + b"]"))

        assert answer.status_code == (422 if size <= 64 * 1024 else 400)

    @pytest.mark.parametrize("pieces", [[], [b"{", b"}"], [b"[" * 40]])
    def test_without_a_length(self, ends, stranger, pieces):
        for language in LANGUAGES:
            sent = stranger.sent(*language)
            door, web = (
                client.post(BOOKINGS, headers=sent["headers"], content=iter(pieces))
                for client in (ends.door, ends.web)
            )
            assert told(door) == told(web)
            assert door.status_code in (400, 422)

    @pytest.mark.parametrize(
        "authorization",
        [
            *("", "Bearer", "Bearer ", "Bearer x", "Bearer x.y.z", "Basic eDp5", "x", "Bearer x y"),
            *("Bearer " + "x" * 4096, "Bearer " + "x" * 5000, "{token}"),
            *("Bearer {token}x", "Bearer {token} x", "Bearer {token}\tx", "Bearer x{token}"),
            *("Bearer  {token}", "Bearer\t{token}", "Token {token}"),
        ],
    )
    def test_for_a_token_that_is_none(self, ends, stranger, authorization):
        value = authorization.replace("{token}", stranger.token).strip()
        answer = at_both(ends, BOOKINGS, stranger.sent(("authorization", value)))

        assert code_of(answer) == (401, "identity_required")

    def test_without_a_token_or_a_key(self, ends, stranger):
        sent = stranger.sent()
        of_name = dict(sent["headers"])
        for kept in ([], ["authorization"], ["idempotency-key"]):
            headers = [(name, of_name[name]) for name in kept]
            answer = at_both(ends, BOOKINGS, sent | {"headers": headers})
            assert answer.status_code == (422 if kept == ["authorization"] else 401)

    @pytest.mark.parametrize("key", ["", "x" * 201, "é", "a\tb", "x" * 10_000])
    def test_for_the_key(self, ends, stranger, key):
        encoded = ("idempotency-key", key.encode())
        answer = at_both(ends, BOOKINGS, stranger.sent(encoded))

        assert code_of(answer) == (422, "invalid_input")

    def test_for_a_method_that_is_none(self, ends, stranger):
        for method in ("PUT", "PATCH", "DELETE"):
            answer = at_both(ends, BOOKINGS, stranger.sent(), method)
            assert code_of(answer) == (405, "method_not_allowed")


class TestTaken:
    @pytest.mark.parametrize(
        ("service", "slot"),
        [
            ("divorce_application", "free"),
            ("marriage", "marriage"),
            ("counselling", "counselling"),
        ],
    )
    def test_both_tell_of_a_booking_alike(self, ends, slots, service, slot):
        door, web = (
            client.post(BOOKINGS, **ends.asking(getattr(slots, slot), service=service).sent())
            for client in (ends.door, ends.web)
        )

        assert shape(door) == shape(web)
        assert door.json()["state"] == ("confirmed" if service == "counselling" else "held")
        assert is_of_the_door(door)
        assert not is_of_the_door(web)

    @pytest.mark.parametrize(
        ("path", "more"),
        [
            (f"{BOOKINGS}?x=1&x=%00", []),
            ("/api/v1/book%69ngs", []),
            (BOOKINGS, [("content-type", "application/x-www-form-urlencoded")]),
            (BOOKINGS, [("content-type", "multipart/form-data; boundary=x")]),
            (BOOKINGS, [("content-type", "application/json; charset=gbk")]),
            (BOOKINGS, [("x-a", "1"), ("x-a", "2")]),
            (BOOKINGS, [("accept-language", "en"), ("accept-language", "zh-CN")]),
            (BOOKINGS, [("connection", "close")]),
            (BOOKINGS, [("accept", "text/html")]),
        ],
    )
    def test_however_it_was_sent(self, ends, slots, path, more):
        door, web = (
            client.post(path, **ends.asking(slots.free).sent(*more))
            for client in (ends.door, ends.web)
        )

        assert shape(door) == shape(web)

    @pytest.mark.parametrize("scheme", ["bearer {}", "BEARER {}"])
    def test_with_a_token_as_django_reads_it(self, ends, slots, scheme):
        askings = [ends.asking(slots.free) for _ in range(2)]
        door, web = (
            client.post(BOOKINGS, **asking.sent(("authorization", scheme.format(asking.token))))
            for client, asking in zip((ends.door, ends.web), askings, strict=True)
        )

        assert shape(door) == shape(web)

    @pytest.mark.parametrize("name", ["idempotency-key", "authorization", "content-type"])
    def test_a_header_that_came_twice_is_read_alike(self, ends, slots, name):
        door, web = (
            client.post(BOOKINGS, **twice(ends.asking(slots.free), name))
            for client in (ends.door, ends.web)
        )

        assert alike(door) == alike(web)

    def test_with_escapes_and_fields_that_nobody_asks_for(self, ends, slots):
        door, web = (
            client.post(BOOKINGS, content=escaped(asking), headers=asking.sent()["headers"])
            for client, asking in (
                (ends.door, ends.asking(slots.free)),
                (ends.web, ends.asking(slots.free)),
            )
        )

        assert shape(door) == shape(web)
        assert is_of_the_door(door)

    @pytest.mark.parametrize("first", ["door", "web"])
    def test_the_same_key_answers_the_same_booking_at_either_end(self, ends, slots, first):
        asking = ends.asking(slots.free)
        taken = getattr(ends, first).post(BOOKINGS, **asking.sent())
        assert taken.status_code == 201

        again = at_both(ends, BOOKINGS, asking.sent())
        written_otherwise = json.dumps(asking.body, indent=4, ensure_ascii=False).encode()
        otherwise = at_both(ends, BOOKINGS, asking.sent(content=written_otherwise))

        assert told(taken) == told(again) == told(otherwise)

    def test_a_key_with_space_around_it_is_the_same_key(self, ends, slots):
        asking = ends.asking(slots.free)
        sent = asking.sent()
        spaced = "\r\n".join(
            [
                f"POST {BOOKINGS} HTTP/1.1",
                "Host: x",
                "Connection: close",
                f"Content-Length: {len(sent['content'])}",
                f"Authorization: Bearer {asking.token}",
                f"Idempotency-Key:   {asking.key}  ",
                *("", ""),
            ]
        )
        address = urlsplit(ends.address)
        with socket.create_connection((address.hostname, address.port), timeout=30) as line:
            line.sendall(spaced.encode() + sent["content"])
            answer = rest_of(line)
        assert answer.startswith(b"HTTP/1.1 201")

        again = at_both(ends, BOOKINGS, sent)

        assert again.status_code == 201
        assert again.json()["code"].encode() in answer


def shape(answer: httpx.Response) -> dict[str, Any]:
    found = without_names(answer)
    for party in found["content"]["parties"]:
        party["name_masked"] = None
    return found


def alike(answer: httpx.Response) -> dict[str, Any]:
    return shape(answer) if answer.status_code == 201 else told(answer)


def twice(asking: Asking, name: str) -> dict[str, Any]:
    """The request with one of its headers twice, the second time another."""
    sent = asking.sent(("content-type", "application/json"))
    return sent | {"headers": [*sent["headers"], (name, "other")]}


def escaped(asking: Asking) -> bytes:
    """The body with every letter of its names escaped, and with more than is asked for."""
    body = asking.body | {"nobody": ["asks", {"for": "\U0001f600 this"}]}
    text = json.dumps(body)
    assert "\\ud83d\\ude00" in text
    return text.replace('"service"', '"\\u0073ervice"').encode()
