"""A real server on a real data directory, to be killed; clients who count what they were told."""

from __future__ import annotations

import itertools
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg

from heli.ops.demo.people import FictionalPerson, fictional_couple
from heli.ops.prefork import DOOR

SLOTS, PLACES = 40, 15
ANSWER_SECONDS_MAX = 60

# Without rules of its own: the slots below are all there is, none is generated beside them.
_OFFICE = """
INSERT INTO places_office (id, name, region_id, address, hours_text, services, source, as_of,
    confidence, is_bookable)
VALUES ('test-1', '演示婚姻登记处', '440106', '演示路1号', '周一至周五', '{divorce_application}',
    'tests', '2026-11-24', 'high', false)
ON CONFLICT DO NOTHING
"""
_SLOTS = """
INSERT INTO slots_slot (office_id, service, starts_at, ends_at, places, opens_at, closes_at,
    consent_closes_at, change_closes_at)
SELECT 'test-1', 'divorce_application', at, at + interval '40 minutes', %s,
    now() - interval '9 days', at - interval '10 hours', at - interval '2 hours',
    at - interval '24 hours'
FROM generate_series(6, 5 + %s) AS day, LATERAL (SELECT now() + day * interval '1 day') AS t(at)
RETURNING id
"""


@dataclass
class Server:
    """`heli serve` as a process of its own. address: where it listens. keys: its key file."""

    process: subprocess.Popen[bytes]
    address: str
    port: int
    database_url: str
    keys: Path

    def called(self, name: str) -> list[psutil.Process]:
        """The processes of this moment that go by the name; who keeps others comes first."""
        everybody = psutil.Process(self.process.pid).children(recursive=True)
        return [process for process in everybody if process.name() == name]

    def prefork(self) -> psutil.Process:
        """The process that the others are forked from."""
        (parent,) = {process.ppid() for process in self.called(DOOR)}
        return psutil.Process(parent)

    def postmaster(self) -> psutil.Process:
        """The server process of PostgreSQL."""
        with psycopg.connect(self.database_url) as connection:
            backend = psutil.Process(connection.info.backend_pid)
            parent = backend.parent()
        assert parent is not None
        return parent


@contextmanager
def served(directory: Path, *, files: int | None = None, **settings: str) -> Iterator[Server]:
    """A server in the test environment, ready, of two processes of each kind.

    files: how many files it may open at first, as a shell's `ulimit -Sn` says. settings: of its
    environment.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {"HELI_ENV": "test"} | settings
    command = [sys.executable, "-m", "heli", "serve", "--data", str(directory)]
    command += ["--port", str(port), "--workers", "2"]
    if files is not None:
        command = ["sh", "-c", f'ulimit -Sn {files} && exec "$@"', "sh", *command]
    with (directory.parent / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address, process)
        keys = directory / "keys.json"
        yield Server(process, address, port, _database_url(process), keys)
    finally:
        process.terminate()
        process.wait(60)


def open_office(server: Server, *, slots: int = SLOTS, places: int = PLACES) -> list[int]:
    """One fictional office with so many slots of so many places; their ids."""
    with psycopg.connect(server.database_url, autocommit=True) as connection:
        connection.execute(_OFFICE)
        return [row[0] for row in connection.execute(_SLOTS, [places, slots]).fetchall()]


def _wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{address}/health/ready", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError("the server did not become ready")


def _database_url(process: subprocess.Popen[bytes]) -> str:
    for child in psutil.Process(process.pid).children():
        if url := child.environ().get("DATABASE_URL"):
            return url
    raise AssertionError("the server's children know no database")


@dataclass(frozen=True)
class Acknowledged:
    """What one couple was told. confirmed: the partner's consent was acknowledged too."""

    code: str
    key: str
    slot_id: int
    confirmed: bool


@dataclass(frozen=True)
class Asked:
    """A request for a place, and whom it names."""

    body: dict[str, Any]
    headers: dict[str, str]
    partner: FictionalPerson

    def send(self, http: httpx.Client) -> httpx.Response:
        """Ask for it, once."""
        return http.post("/bookings", json=self.body, headers=self.headers)

    def cancel(self, http: httpx.Client, code: str) -> httpx.Response:
        """Cancel the booking that came of it."""
        return http.post(f"/bookings/{code}/cancel", headers=self.headers)


@dataclass
class Clients:
    """Couples who book without pause. Each retries by its key until it is answered."""

    address: str
    slots: list[int]
    stop: threading.Event = field(default_factory=threading.Event)
    acknowledged: list[Acknowledged] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    retries: int = 0
    _keys: Iterator[int] = field(default_factory=itertools.count)

    def run(self) -> None:
        """Book until told to stop; for a thread of its own."""
        with httpx.Client(base_url=f"{self.address}/api/v1", timeout=20) as http:
            while not self.stop.is_set():
                try:
                    self._book(http)
                except AssertionError as surprise:
                    self.surprises.append(str(surprise))
                    return

    def _book(self, http: httpx.Client) -> None:
        asked = self.a_booking(http)
        answer = self._ask(http, "/bookings", asked.body, asked.headers)
        if answer.status_code == 409 and answer.json()["code"] == "slot_full":
            return
        assert answer.status_code == 201, answer.text
        code, confirmed = answer.json()["code"], random.random() < 0.5
        if confirmed:
            consent = self._ask(
                http, f"/bookings/{code}/consent", {}, self._verified(http, asked.partner)
            )
            assert consent.status_code == 200, consent.text
            assert consent.json()["state"] == "confirmed"
        key, slot_id = asked.headers["Idempotency-Key"], asked.body["slot_id"]
        self.acknowledged.append(Acknowledged(code, key, slot_id, confirmed))

    def a_booking(self, http: httpx.Client) -> Asked:
        """What a new couple asks for, one of the slots; the one who asks is verified."""
        one, other = fictional_couple()
        body = {
            "service": "divorce_application",
            "slot_id": random.choice(self.slots),
            "applicant": {"phone": one.phone},
            "partner": {"name": other.name, "id_number": other.id_number},
        }
        headers = {**self._verified(http, one), "Idempotency-Key": f"key-{next(self._keys)}"}
        return Asked(body, headers, partner=other)

    def _verified(self, http: httpx.Client, person: FictionalPerson) -> dict[str, str]:
        claim = {
            "name": person.name,
            "id_number": person.id_number,
            "phone": person.phone,
            "method": "simulated",
        }
        answer = self._ask(http, "/identity/verifications", claim, {})
        assert answer.status_code == 201, answer.text
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    def _ask(
        self, http: httpx.Client, path: str, body: object, headers: dict[str, str]
    ) -> httpx.Response:
        """The answer to a request, sent again with the same key while there is none."""
        until = time.monotonic() + ANSWER_SECONDS_MAX
        while time.monotonic() < until:
            try:
                answer = http.post(path, json=body, headers=headers)
                if answer.status_code != 503:
                    return answer
                assert answer.json()["code"] == "unavailable", answer.text
            except httpx.TransportError:
                pass  # killed while it was answering, or not up again yet
            self.retries += 1
            time.sleep(0.1)
        raise AssertionError(f"{path} was not answered within {ANSWER_SECONDS_MAX} seconds")
