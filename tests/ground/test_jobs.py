"""The worker: wakes when something waits, survives a lost database, stops when told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from heli.ground import clock, due, events, jobs
from heli.ground.models import OutboxEvent

WORKER = "import django; django.setup(); from heli.ground.jobs import run_worker; run_worker()"
ENDLESS = """
import time, django
django.setup()
from heli.ground import jobs
jobs.app.task(name="tests.endless", retry=True)(lambda: time.sleep(3600))
jobs.run_worker()
"""


@events.declare
@dataclass(frozen=True, kw_only=True)
class BellRung(events.Event):
    """Nobody listens to it, so that any process can deliver it."""


def ring() -> OutboxEvent:
    """An event that waits. The worker's process knows no event of the tests: it tries and fails."""
    events.emit(BellRung(at=clock.now()))
    return OutboxEvent.objects.latest("id")


def was_tried(event: OutboxEvent) -> bool:
    event.refresh_from_db()
    return event.attempts > 0


def seconds_until(condition: Callable[[], bool], *, at_most: float) -> float:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < at_most, "it took too long"
        time.sleep(0.02)
    return time.monotonic() - began


@contextmanager
def a_worker(keys: Path | None, program: str = WORKER) -> Iterator[subprocess.Popen[bytes]]:
    name = connection.settings_dict["NAME"]
    environment = {
        **os.environ,
        "HELI_ENV": "test",
        "HELI_KEYS": str(keys),
        "DJANGO_SETTINGS_MODULE": "heli.settings",
        "DATABASE_URL": _url(name),
    }
    process = subprocess.Popen([sys.executable, "-c", program], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _url(name: str) -> str:
    there = connection.settings_dict
    credentials = f"{there['USER']}:{there['PASSWORD']}@" if there["PASSWORD"] else ""
    user = credentials or (f"{there['USER']}@" if there["USER"] else "")
    return f"postgresql://{user}/{name}?host={there['HOST']}&port={there['PORT'] or 5432}"


def beats() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers")
        (count,) = cursor.fetchone()
    return int(count)


@contextmanager
def no_connections() -> Iterator[None]:
    """The database throws everybody out and lets nobody in: a restart, as its clients see it."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.close_pool()
    with psycopg.connect(_url("postgres"), autocommit=True) as outside:
        outside.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
        outside.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            yield
        finally:
            outside.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')


@pytest.fixture(autouse=True)
def no_old_workers(database: None) -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")


class TestWake:
    def test_it_does_what_is_due_and_delivers_what_waits(self, monkeypatch):
        monkeypatch.setattr(due, "_register", {})
        done = []
        at = clock.now()
        due.register(due.DueWork("once", lambda: None if done else at, done.append))
        event = ring()

        jobs.wake()

        event.refresh_from_db()
        assert event.delivered_at is not None
        assert done == [at]

    def test_however_many_ask_it_is_queued_once(self):
        for _ in range(3):
            jobs.wake_soon()

        assert ProcrastinateJob.objects.filter(task_name="heli.wake", status="todo").count() == 1

    def test_nothing_waits_where_nothing_happened(self, monkeypatch):
        monkeypatch.setattr(due, "_register", {})

        assert not jobs.is_anything_waiting()
        ring()
        assert jobs.is_anything_waiting()

    def test_asking_writes_nothing(self, django_assert_max_num_queries):
        jobs.is_anything_waiting()  # the first time may connect

        with django_assert_max_num_queries(30) as asked:
            jobs.is_anything_waiting()

        assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)


class TestWorkOff:
    def test_the_queue_is_empty_afterwards(self):
        event = ring()
        jobs.wake_soon()

        jobs.work_off()

        event.refresh_from_db()
        assert event.delivered_at is not None
        assert not ProcrastinateJob.objects.filter(task_name="heli.wake").exists()

    def test_a_job_whose_worker_was_killed_is_done_by_the_next(self):
        jobs.wake_soon()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) "
                "VALUES (now() - interval '1 minute') RETURNING id"
            )
            (dead,) = cursor.fetchone()
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, "
                "queueing_lock = NULL",
                [dead],
            )
        event = ring()

        jobs.work_off()

        event.refresh_from_db()
        assert event.delivered_at is not None


class TestRunWorker:
    def test_it_hears_within_two_seconds_and_stops_within_five(self):
        with a_worker(settings.HELI.keys) as worker:
            seconds_until(lambda: beats() == 1, at_most=20)

            event = ring()
            heard_after = seconds_until(lambda: was_tried(event), at_most=10)

            worker.send_signal(signal.SIGTERM)
            began = time.monotonic()
            assert worker.wait(timeout=10) == 0

        assert heard_after < 2.0
        assert time.monotonic() - began < 5.0
        assert beats() == 0

    def test_it_survives_a_database_that_goes_away_and_comes_back(self):
        with a_worker(settings.HELI.keys) as worker:
            seconds_until(lambda: beats() == 1, at_most=20)

            with no_connections():
                time.sleep(3)
                assert worker.poll() is None
            event = ring()

            assert seconds_until(lambda: was_tried(event), at_most=15) < 10.0

    def test_it_stops_within_five_seconds_while_the_database_is_away(self):
        with a_worker(settings.HELI.keys) as worker:
            seconds_until(lambda: beats() == 1, at_most=20)

            with no_connections():
                time.sleep(1)
                worker.send_signal(signal.SIGTERM)
                began = time.monotonic()
                assert worker.wait(timeout=10) == 0
                assert time.monotonic() - began < 5.0

    def test_a_job_that_waits_for_somebody_outside_does_not_keep_it(self):
        with a_worker(settings.HELI.keys, ENDLESS) as worker:
            jobs.app.configure_task("tests.endless").defer()
            job = ProcrastinateJob.objects.filter(task_name="tests.endless")
            seconds_until(job.filter(status="doing").exists, at_most=60)

            worker.terminate()

            assert worker.wait(timeout=60) == 0  # the job would take an hour
            assert job.get().status in ("todo", "doing")  # and is taken up by the next

    def test_what_happened_while_no_worker_ran_is_heard_by_the_next(self):
        event = ring()
        with a_worker(settings.HELI.keys) as worker:
            seconds_until(lambda: was_tried(event), at_most=20)
            worker.kill()
        second = ring()

        with a_worker(settings.HELI.keys):
            seconds_until(lambda: was_tried(second), at_most=20)
