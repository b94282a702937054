"""kill -9 in the middle of bookings: nothing acknowledged is lost, doubled or oversold."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from heli.ops.prefork import DOOR, WEB
from tests.faults.world import Acknowledged, Clients, Server, open_office, served

KILLS = 20
CLIENTS = 6
BOOKINGS_BETWEEN_KILLS = 8
RECOVERY_SECONDS_MAX = 60


def test_nothing_acknowledged_is_lost_doubled_or_oversold(tmp_path: Path):
    with served(tmp_path / "heli") as server:
        clients = Clients(server.address, open_office(server))
        threads = [threading.Thread(target=clients.run) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            for number in range(KILLS):
                _wait_for_bookings(clients)
                KINDS_OF_DEATH[number % len(KINDS_OF_DEATH)](server)
            _wait_for_bookings(clients)
        finally:
            clients.stop.set()
            for thread in threads:
                thread.join()

        assert clients.surprises == []
        assert clients.retries > 0  # else nothing was killed in the middle of anything
        assert len(clients.acknowledged) >= KILLS * BOOKINGS_BETWEEN_KILLS
        _check_books(server, clients.acknowledged)


def _wait_for_bookings(clients: Clients) -> None:
    before = len(clients.acknowledged)
    until = time.monotonic() + RECOVERY_SECONDS_MAX
    while len(clients.acknowledged) < before + BOOKINGS_BETWEEN_KILLS:
        assert time.monotonic() < until, "nobody was answered any more after the last kill"
        assert clients.surprises == []
        time.sleep(0.02)


def _kill_one_door(server: Server) -> None:
    server.called(DOOR)[0].send_signal(signal.SIGKILL)


def _kill_everything_but_the_database(server: Server) -> None:
    _kill_with_children(server.prefork())


def _kill_web_server(server: Server) -> None:
    _kill_with_children(server.called(WEB)[0])


def _kill_with_children(process: psutil.Process) -> None:
    for each in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):  # they end with their parent
            each.send_signal(signal.SIGKILL)


def _kill_one_web_process(server: Server) -> None:
    server.called(WEB)[1].send_signal(signal.SIGKILL)  # the first keeps the others


def _kill_postmaster(server: Server) -> None:
    server.postmaster().send_signal(signal.SIGKILL)


def _kill_postgresql(server: Server) -> None:
    _kill_with_children(server.postmaster())


KINDS_OF_DEATH = (
    _kill_one_door,
    _kill_postmaster,
    _kill_everything_but_the_database,
    _kill_web_server,
    _kill_postgresql,
    _kill_one_web_process,
)


def _check_books(server: Server, acknowledged: list[Acknowledged]) -> None:
    with psycopg.connect(server.database_url) as connection:
        stored = {
            key: (code, slot_id, state)
            for key, code, slot_id, state in connection.execute(
                "SELECT idempotency_key, code, slot_id, state FROM bookings_booking"
            )
        }
        disagreeing = connection.execute(
            "SELECT s.id, s.taken, count(b.id) FROM slots_slot s"
            " LEFT JOIN bookings_booking b ON b.slot_id = s.id"
            " GROUP BY s.id HAVING s.taken <> count(b.id) OR s.taken > s.places"
        ).fetchall()
        words = connection.execute(
            "SELECT count(*), count(DISTINCT (service, person)) FROM bookings_party"
            " WHERE is_active AND person IS NOT NULL"
        ).fetchone()
    assert stored == {
        told.key: (told.code, told.slot_id, "confirmed" if told.confirmed else "held")
        for told in acknowledged
    }
    assert disagreeing == []
    assert words is not None
    assert words[0] == words[1]
