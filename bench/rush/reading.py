"""Readers: of what is free, and of ordinary pages; alone, and beside those who book."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx

from heli.ops.rush.bench import Bench, Size
from heli.ops.rush.load import Answers, Load
from heli.ops.rush.measuring import measure_bookings
from heli.ops.rush.requests import AGENT, write_requests
from heli.ops.rush.server import Served, running, wait_until_live
from heli.ops.serve import HOST, check_port

OFFICE = "bench-pages"
AVAILABILITY = f"/api/v1/offices/{OFFICE}/availability?service=divorce_application"
NOOP = "/api/v1/demo/noop"
PAGES = ("/", "/two-visits", "/places", "/places?region=440100", f"/offices/{OFFICE}")
READERS = 8

_OFFICE = """
INSERT INTO places_office (id, name, region_id, address, hours_text, services, source, as_of,
    confidence, is_bookable)
VALUES (%s, '演示婚姻登记处', '440106', '演示路2号', '周一至周五', '{divorce_application}',
    'bench', '2026-11-24', 'high', false)
"""
_A_MONTH = """
INSERT INTO slots_slot (office_id, service, starts_at, ends_at, places, opens_at, closes_at,
    consent_closes_at, change_closes_at)
SELECT %s, 'divorce_application', at, at + interval '30 minutes', 4,
    now() - interval '9 days', at - interval '10 hours', at - interval '2 hours',
    at - interval '24 hours'
FROM generate_series(1, 30) AS day, generate_series(2, 13) AS half_hour,
    LATERAL (
        SELECT date_trunc('day', now()) + day * interval '1 day' + half_hour * interval '30 minutes'
    ) AS t(at)
"""


def open_office(bench: Bench) -> None:
    """An office with twelve slots on each of thirty days: what readers look at."""
    bench.database.execute(_OFFICE, [OFFICE])
    bench.database.execute(_A_MONTH, [OFFICE])


def read(
    bench: Bench,
    server: Served,
    size: Size,
    paths: Sequence[str],
    *,
    headers: Sequence[str] = (),
) -> Answers:
    """Clients who read these paths in turn."""
    folder = bench.new_folder()
    lines = "".join(f"{line}\r\n" for line in (f"Host: {server.netloc}", *headers))
    prepared = [
        f"GET {path} HTTP/1.1\r\n{lines}User-Agent: {AGENT}\r\n"
        "Accept-Language: zh-CN,zh;q=0.9\r\n\r\n".encode()
        for path in paths
    ]
    for file in bench.requests_files(folder):
        write_requests(file, prepared * 20)
    return bench.program.run(Load(server.host, server.port, folder, size.clients, size.seconds))


def measure_availability(bench: Bench, server: Served, size: Size) -> dict[str, Any]:
    """What is free (a day, a month, nothing new), beside the same server's no-op GET."""
    month = httpx.get(f"{server.address}{AVAILABILITY}", trust_env=False).raise_for_status()
    first_on = month.json()["days"][3]["date"]
    a_day = f"{AVAILABILITY}&from={first_on}&to={first_on}"
    day = httpx.get(f"{server.address}{a_day}", trust_env=False).raise_for_status()
    known = (f"If-None-Match: {month.headers['etag']}",)
    return {
        "noop_get_per_s": _per_s(read(bench, server, size, [NOOP])),
        "day_per_s": _per_s(read(bench, server, size, [a_day])),
        "day_bytes": len(day.content),
        "month_per_s": _per_s(read(bench, server, size, [AVAILABILITY])),
        "month_bytes": len(month.content),
        "not_modified_per_s": _per_s(read(bench, server, size, [AVAILABILITY], headers=known)),
    }


def measure_pages(bench: Bench, server: Served, size: Size) -> dict[str, Any]:
    """An ordinary page through the door, and from granian alone; eight readers each."""
    readers = Size(size.places, READERS, size.seconds, size.workers)
    figures: dict[str, float] = {}
    for name, paths in (("page", PAGES[:1]), ("pages", PAGES)):
        through = read(bench, server, readers, paths)
        with granian_alone(bench, workers=size.workers) as alone:
            straight = read(bench, alone, readers, paths)
        figures |= {
            f"{name}_through_the_door_per_s": _per_s(through),
            f"{name}_from_granian_alone_per_s": _per_s(straight),
        }
    return figures


def measure_beside_readers(bench: Bench, server: Served, size: Size) -> dict[str, Any]:
    """Bookings alone, and beside eight clients who read pages all the time."""
    readers = Size(size.places, READERS, size.seconds + 1, size.workers)
    heard: list[Answers] = []

    @contextmanager
    def reading() -> Iterator[None]:
        with ThreadPoolExecutor(1) as pool:
            pages = pool.submit(read, bench, server, readers, PAGES)
            time.sleep(0.5)
            yield
            heard.append(pages.result())

    alone = measure_bookings(bench, server, size).answers
    beside = measure_bookings(bench, server, size, beside=reading).answers
    return {
        "alone_per_s": alone.taken / alone.seconds,
        "alone_p99_ms": alone.p99_ms,
        "beside_per_s": beside.taken / beside.seconds,
        "beside_p99_ms": beside.p99_ms,
        "pages_per_s": _per_s(heard[-1]),
    }


@contextmanager
def granian_alone(bench: Bench, *, workers: int) -> Iterator[Served]:
    """Heli's web processes as behind the door, on a port of their own."""
    port, log = check_port(HOST, 0), bench.folder / "granian.log"
    command = ["-m", "bench.rush.granian", str(os.getpid()), str(port), str(workers)]
    with running(command, env=os.environ, log=log) as process:
        wait_until_live(process, port, log)
        yield Served(HOST, port, process.pid)


def _per_s(answers: Answers) -> float:
    assert not answers.refused, answers.refused
    return answers.fine / answers.seconds
