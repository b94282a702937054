"""The few threads in which the door reads from the database, so that its loop never waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, close_old_connections

from heli.ground.refusals import Unavailable

T = TypeVar("T")

THREADS = 4
SECONDS_MAX = 8.0

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="reading")


async def in_thread(read: Callable[[], T]) -> T:
    """What `read` answers, in a thread with a connection of its own.

    Raises Unavailable where the database is away or does not answer in SECONDS_MAX; and what
    `read` raises otherwise.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(SECONDS_MAX):
            return await loop.run_in_executor(_threads, _with_connection, read)
    except (TimeoutError, DatabaseError, InterfaceError) as away:
        raise Unavailable() from away


def _with_connection(read: Callable[[], T]) -> T:
    close_old_connections()
    try:
        return read()
    finally:
        close_old_connections()
