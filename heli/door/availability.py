"""GET .../availability at the door: read once for all who ask within a short while, with ETags."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from pydantic import ValidationError

from heli.api.place_schemas import AvailabilityIn
from heli.api.places import availability_out
from heli.door.answers import JSON, Headers, RawHeaders, Receive, Scope, Send, answer
from heli.door.changes import Changes, Kind
from heli.door.passing_on import PassingOn
from heli.door.shared import SharedReading
from heli.door.threads import in_thread
from heli.ground.refusals import Refusal, Unavailable

READINGS_MAX = 4096  # offices, services and spans of days that are kept at once
QUERY_BYTES_MAX = 200  # what is kept by its address is short; a question needs about 70

Asked = tuple[str, AvailabilityIn]  # of which office, and what
Address = tuple[bytes, bytes]  # the path and the query as they came


class Told(NamedTuple):
    """An answer that is ready to be sent, and its ETag."""

    content: bytes
    etag: bytes
    headers: RawHeaders


class Availability:
    """Says what is free, from readings that all share."""

    def __init__(self, passing_on: PassingOn, changes: Changes) -> None:
        self._passing_on, self._changes = passing_on, changes
        self._readings: dict[tuple[str, str], SharedReading[Told]] = {}
        self._of_address: dict[Address, SharedReading[Told]] = {}

    async def tell(
        self, office_id: bytes, scope: Scope, headers: Headers, receive: Receive, send: Send
    ) -> None:
        """Answer, or pass on what is asked wrongly, so that one place says what is wrong.

        Raises Unavailable.
        """
        address: Address = (office_id, scope["query_string"])
        reading = self._of_address.get(address)
        told = reading.fresh() if reading is not None else None
        if told is None:
            told = await self._read(address)
        if told is None:
            await self._passing_on.pass_on(scope, receive, send)
        elif etag_matches(headers.get(b"if-none-match"), told.etag):
            await answer_not_modified(send, told)
        else:
            await answer(send, 200, told.headers, told.content)

    async def _read(self, address: Address) -> Told | None:
        reading = self._of_address.get(address) or self._reading_of(address)
        if reading is None:
            return None
        try:
            return await reading.get()
        except Unavailable:
            raise
        except Refusal:
            self._of_address.pop(address, None)
            return None

    def _reading_of(self, address: Address) -> SharedReading[Told] | None:
        asked = _asked(address)
        if asked is None:
            return None
        office_id, what = asked
        key = (office_id, what.model_dump_json())
        reading = self._readings.get(key)
        if reading is None:
            reading = self._readings[key] = SharedReading(
                lambda: in_thread(lambda: _told(office_id, what)),
                lambda: self._changes.seen(Kind.PLACES),
            )
        self._of_address[address] = reading
        _forget_oldest(self._readings)
        _forget_oldest(self._of_address)
        return reading


def etag_matches(said: bytes | None, etag: bytes) -> bool:
    """Whether an If-None-Match names this ETag, weakly compared (RFC 9110 section 13.1.2)."""
    if said is None:
        return False
    if said == etag:
        return True
    named = (part.strip().removeprefix(b"W/") for part in said.split(b","))
    return any(part in (etag, b"*") for part in named)


async def answer_not_modified(send: Send, told: Told) -> None:
    """304: what the reader has is what is still so."""
    headers = [(b"etag", told.etag), (b"cache-control", b"no-cache")]
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _asked(address: Address) -> Asked | None:
    office_id, query = address
    # NUL is refused in whatever a query names, also in what nobody asks for.
    if len(query) > QUERY_BYTES_MAX or b"%00" in query:
        return None
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, strict_parsing=bool(query))
        return office_id.decode("ascii"), AvailabilityIn.model_validate(dict(pairs))
    except (ValueError, ValidationError):
        return None


def _told(office_id: str, asked: AvailabilityIn) -> Told:
    content = availability_out(office_id, asked).model_dump_json().encode()
    etag = b'"%s"' % hashlib.blake2b(content, digest_size=12).hexdigest().encode()
    headers = [*JSON, (b"etag", etag), (b"cache-control", b"no-cache")]
    return Told(content, etag, headers)


def _forget_oldest(kept: dict[Any, Any]) -> None:
    while len(kept) > READINGS_MAX:
        del kept[next(iter(kept))]
