"""The worker: it asks every second whether something waits, wakes, and does the jobs in the queue.

Asking only reads. What is due is done, and the events are delivered, by the job `wake`; it is
queued once however many processes ask. Everything in here may be killed at any moment: what was
not finished is found again by its row and done by the next process.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from contextlib import suppress
from datetime import datetime
from typing import Any

import django.db
import procrastinate
import psycopg
from asgiref.sync import sync_to_async
from django.db import close_old_connections, connections
from procrastinate import exceptions, jobs
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from heli.ground import clock, due, events

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0  # between two looks whether something waits
EVENTS_PER_JOB_MAX = 500  # so that a stop does not wait for a long backlog
CONCURRENT_JOBS = 4
POLL_SECONDS = 0.5  # a job queued before the worker listens announces itself to nobody
HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 20.0  # without a heartbeat for so long a worker counts as dead
STALLED_EVERY_LOOKS = 30
RECONNECT_SECONDS = (0.25, 2.0)  # the first and the longest wait for a lost database
CONNECTION_WAIT_SECONDS_MAX = 2.0
STOP_SECONDS_MAX = 4.0  # for jobs in hand, once told to stop
LEAVE_SECONDS = STOP_SECONDS_MAX + 1  # then the process ends, whatever is still in hand

LOST = (
    exceptions.ConnectorException,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    django.db.OperationalError,
    django.db.InterfaceError,
)

_stopping = threading.Event()
_is_awake = threading.Lock()


@app.task(name="heli.wake", queueing_lock="heli.wake")
def wake() -> None:
    """Do what is due and deliver the events that wait. May run twice and at once."""
    with _is_awake:
        due.run_due(clock.now(), keep_going=_is_to_go_on)
        events.deliver(EVENTS_PER_JOB_MAX, keep_going=_is_to_go_on)


def _is_to_go_on() -> bool:
    return not _stopping.is_set()


def is_anything_waiting() -> bool:
    """Whether events wait or work is due. Only reads: a few lookups in partial indexes."""
    return events.is_any_waiting() or due.is_any_due(clock.now())


def wake_soon() -> None:
    """Queue the job `wake`, unless it is queued already."""
    with suppress(exceptions.AlreadyEnqueued):
        wake.defer()


def work_off() -> None:
    """Do the jobs in the queue, and those they queue, one after the other; then return.

    For the demo's story and for tests, which have no worker.
    """
    worker_app = _worker_app()

    async def once() -> None:
        async with worker_app.open_async():
            await _take_up_stalled_jobs(worker_app)
            await worker_app.run_worker_async(wait=False, **_options() | {"concurrency": 1})

    asyncio.run(once())


def run_worker() -> None:
    """Work until SIGTERM or SIGINT, in a process of its own. A database that goes away and comes
    back is waited for. Jobs in hand are finished, within about five seconds: one that waits longer
    than that for somebody outside is left to the next worker, as after a kill."""
    asyncio.run(_until_signalled())


async def _until_signalled() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _told_to_stop, stop)
    await work_until(stop)


def _told_to_stop(stop: asyncio.Event) -> None:
    if not stop.is_set():
        # A thread cannot be broken off, and neither the loop nor Python ends before its threads.
        last = threading.Timer(LEAVE_SECONDS, _leave)
        last.daemon = True
        last.start()
    stop.set()


def _leave() -> None:
    log.warning("worker: what is still in hand is left to the next one")
    logging.shutdown()
    os._exit(0)


async def work_until(stop: asyncio.Event) -> None:
    """Work until the event is set; see `run_worker`."""
    _stopping.clear()
    wait, longest = RECONNECT_SECONDS
    while not stop.is_set():
        began = time.monotonic()
        lost = await _live(stop)
        if stop.is_set():
            break
        if time.monotonic() - began > longest:
            wait = RECONNECT_SECONDS[0]
        log.warning("worker: no database (%s); again in %.2f s", lost, wait)
        await _sleep(wait, stop)
        wait = min(wait * 2, longest)


async def _live(stop: asyncio.Event) -> str:
    """Work until told to stop or until the database is lost; answers why."""
    life = asyncio.create_task(_work())
    told = asyncio.create_task(stop.wait())
    await asyncio.wait((life, told), return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if not life.done():
        _stopping.set()
        life.cancel()
        await asyncio.wait((life,), timeout=STOP_SECONDS_MAX)
    if not life.done() or life.cancelled():
        return "stopped"
    error = life.exception()
    if error is None:
        return "the worker gave up"  # a heartbeat or the like failed; procrastinate has logged it
    if not isinstance(error, LOST):
        raise error
    return type(error).__name__


async def _work() -> None:
    """One life of the worker, from a connection to its loss, which raises one of LOST."""
    await _knock()
    await sync_to_async(_fresh_connections, thread_sensitive=False)()
    worker_app = _worker_app()
    async with worker_app.open_async():
        tasks = [
            asyncio.create_task(worker_app.run_worker_async(**_options())),
            asyncio.create_task(_look_every_second(worker_app)),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()


async def _knock() -> None:
    """Find out whether the database answers at all: a pool would keep trying in the dark."""
    conninfo = connector_params() | {"connect_timeout": int(CONNECTION_WAIT_SECONDS_MAX)}
    connection = await psycopg.AsyncConnection.connect(**conninfo)
    await connection.close()


async def _look_every_second(worker_app: procrastinate.App) -> None:
    server = await _server_started_at(worker_app)
    looks = 0
    while True:
        if looks % STALLED_EVERY_LOOKS == 0:
            await _take_up_stalled_jobs(worker_app)
        await sync_to_async(_look, thread_sensitive=False)()
        await asyncio.sleep(LOOK_SECONDS)
        looks += 1
        if await _server_started_at(worker_app) != server:
            # Pools hide a restart; procrastinate's heartbeat and listener do not survive one.
            raise psycopg.OperationalError("the database server was restarted")


async def _server_started_at(worker_app: procrastinate.App) -> datetime:
    row = await worker_app.connector.execute_query_one_async(
        "SELECT pg_postmaster_start_time() AS started_at"
    )
    started_at: datetime = row["started_at"]
    return started_at


async def _take_up_stalled_jobs(worker_app: procrastinate.App) -> None:
    """Put jobs back into the queue whose worker was killed while it did them."""
    manager = worker_app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        if job.queueing_lock is None:
            await manager.retry_job(job)
        else:  # `wake`, which is asked for again every second
            await manager.finish_job(job, status=jobs.Status.ABORTED, delete_job=True)


def _look() -> None:
    if _is_awake.locked():
        return
    close_old_connections()
    try:
        if is_anything_waiting():
            wake_soon()
    finally:
        close_old_connections()


def _worker_app() -> procrastinate.App:
    # The tasks stay bound to Django's connection: what a job defers is part of its transaction.
    connector = procrastinate.PsycopgConnector(
        kwargs=connector_params(), min_size=1, max_size=4, timeout=CONNECTION_WAIT_SECONDS_MAX
    )
    return app.with_connector(connector)


def _options() -> dict[str, Any]:
    return {
        "concurrency": CONCURRENT_JOBS,
        "fetch_job_polling_interval": POLL_SECONDS,
        "delete_jobs": "successful",
        "install_signal_handlers": False,
        "shutdown_graceful_timeout": STOP_SECONDS_MAX - 1,
        "update_heartbeat_interval": HEARTBEAT_SECONDS,
        "stalled_worker_timeout": STALLED_SECONDS,
    }


def _fresh_connections() -> None:
    """Forget Django's pooled connections: after a loss they are dead. Nor does a worker that is
    to stop sit long in the queue for a new one."""
    wrapper: Any = connections[django.db.DEFAULT_DB_ALIAS]
    pool = wrapper.settings_dict["OPTIONS"].get("pool")
    if isinstance(pool, dict):
        pool["timeout"] = CONNECTION_WAIT_SECONDS_MAX
        wrapper.close_pool()


async def _sleep(seconds: float, stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), timeout=seconds)
