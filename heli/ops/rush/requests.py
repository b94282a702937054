"""The requests of a rush, prepared before the clock starts: see `heli.ops.rush.load`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from heli.ground import clock
from heli.identity.id_numbers import IdNumber
from heli.identity.verified import VerifiedIdentity, issue_token
from heli.law.services import Service
from heli.ops.demo.people import FictionalPerson
from heli.ops.rush.couples import couple
from heli.ops.rush.load import END_BYTES, end_of

SERVICE = Service.DIVORCE_APPLICATION
BOOKINGS, NOOP = "/api/v1/bookings", "/api/v1/demo/noop"
ADDRESSES = (
    "演示省演示市演示区演示街道演示路{number}号演示小区甲座一单元",
    "虚构省虚构市虚构县虚构镇虚构村第{number}村民小组虚构大院东厢",
)
AGENT = "Mozilla/5.0 (Linux; Android 14; Mobile) AppleWebKit/537.36"


def key_of(number: int) -> str:
    """The Idempotency-Key of the couple of this number; `number_of` turns it back.

    >>> number_of(key_of(41))
    41
    """
    return f"0f1e2d3c-4b5a-4687-9000-{number:012d}"


def number_of(key: str) -> int:
    """The number of the couple whose key this is."""
    return int(key.rpartition("-")[2])


def booking_request(number: int, *, host: str, path: str, proven_at: datetime) -> bytes:
    """The request of a couple without its end, with the token of a check passed at `proven_at`."""
    one, other = couple(number)
    body = _body(number, one, other)
    head = (
        f"POST {path} HTTP/1.1\r\n"
        f"Host: {host}\r\n"
        f"User-Agent: {AGENT}\r\n"
        "Accept: application/json\r\n"
        "Accept-Language: zh-CN,zh;q=0.9\r\n"
        f"Authorization: Bearer {_token(one, proven_at)}\r\n"
        "Content-Type: application/json\r\n"
        f"Idempotency-Key: {key_of(number)}\r\n"
        f"Content-Length: {len(body) + END_BYTES}\r\n\r\n"
    )
    return head.encode() + body


def prepare_bookings(files: Sequence[Path], couples: range, *, host: str) -> None:
    """Write the requests of these couples, spread evenly over the files."""
    proven_at = clock.real_now()
    for first, file in enumerate(files):
        share = couples[first :: len(files)]
        write_requests(
            file, (booking_request(n, host=host, path=BOOKINGS, proven_at=proven_at) for n in share)
        )


def prepare_noops(files: Sequence[Path], couples: range, *, host: str) -> None:
    """Write the same requests, to be sent over and over to where nothing is done with them."""
    proven_at, end = clock.real_now(), end_of(1)
    for first, file in enumerate(files):
        share = couples[first :: len(files)]
        write_requests(
            file,
            (booking_request(n, host=host, path=NOOP, proven_at=proven_at) + end for n in share),
        )


def write_requests(file: Path, requests: Iterable[bytes]) -> None:
    """Write requests to a file, each ended by a NUL."""
    requests = iter(requests)
    with file.open("wb") as output:
        while block := list(islice(requests, 1000)):
            output.write(b"\0".join([*block, b""]))


def _body(number: int, one: FictionalPerson, other: FictionalPerson) -> bytes:
    """About 500 bytes of JSON, as far as the slot's number."""
    asked = {
        "service": SERVICE,
        "applicant": {
            "phone": one.phone,
            "household_address": ADDRESSES[0].format(number=number % 1000),
        },
        "partner": {
            "name": other.name,
            "id_number": other.id_number,
            "phone": other.phone,
            "household_address": ADDRESSES[1].format(number=number % 1000),
        },
        "eligibility_shown": True,
    }
    return json.dumps(asked, ensure_ascii=False)[:-1].encode() + b', "slot_id": '


def _token(person: FictionalPerson, proven_at: datetime) -> str:
    """The token that a real-name check of this person issues."""
    id_number = IdNumber.parse(person.id_number)
    identity = VerifiedIdentity(
        person=id_number.blind_index(),
        name=person.name,
        id_number=id_number,
        phone=f"+86{person.phone}",
        method="simulated",
        verified_at=proven_at,
    )
    return issue_token(identity)[0]
