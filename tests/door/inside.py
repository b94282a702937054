"""A door in a thread of the test's process, before an upstream that the test writes itself."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from heli.door.app import Door
from heli.door.changes import Changes
from heli.door.place import Place
from heli.door.protocol import StrictProtocol
from heli.ops.servers import uvicorn_config

WAIT_SECONDS_MAX = 20

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]
Pairs = list[tuple[bytes, bytes]]


@dataclass
class Upstream:
    """What stands behind the door. answers: an ASGI application; asked: the requests it got."""

    answers: Application
    asked: list[Message] = field(default_factory=list)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Note the request and let `answers` answer it."""
        self.asked.append(scope)
        await self.answers(scope, receive, send)

    def headers(self, name: str) -> list[str]:
        """The values of a header of the last request, in order."""
        return [v.decode("latin-1") for n, v in self.asked[-1]["headers"] if n == name.encode()]


@dataclass
class InsideDoor:
    """Where the door listens, and what stands behind it."""

    port: int
    upstream: Upstream

    @property
    def address(self) -> str:
        """For a client."""
        return f"http://127.0.0.1:{self.port}"

    def connected(self) -> socket.socket:
        """A connection for raw bytes."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_SECONDS_MAX)
        line.settimeout(WAIT_SECONDS_MAX)
        return line

    def said_to(self, raw: bytes) -> bytes:
        """All that is answered to these bytes, until the door closes the connection."""
        with self.connected() as line:
            line.sendall(raw)
            return rest_of(line)


@contextmanager
def door_before(answers: Application) -> Iterator[InsideDoor]:
    """A door before an upstream that answers like this."""
    upstream = Upstream(answers)
    with directory() as path, server(upstream, uds=path / "web.sock"), door(path) as port:
        yield InsideDoor(port, upstream)


@contextmanager
def directory() -> Iterator[Path]:
    """A directory whose path is short enough for a socket in it."""
    path = Path(tempfile.mkdtemp(prefix="door-"))
    try:
        yield path
    finally:
        shutil.rmtree(path)


@contextmanager
def door(path: Path, *, doors: int = 1, own: int = 0, drain_seconds: int = 1) -> Iterator[int]:
    """A door that passes on to web.sock in this directory, whether anybody is there or not.

    drain_seconds: at the end, for those who are not answered yet.
    """
    if own == 0:
        Changes.prepare(path / "changes", doors=doors)
    place = Place(web=path / "web.sock", changes=path / "changes", doors=doors, own=own)
    listening = socket.create_server(("127.0.0.1", 0))
    with server(Door(place), sockets=[listening], drain_seconds=drain_seconds):
        yield listening.getsockname()[1]


@contextmanager
def server(
    app: Any,
    *,
    uds: Path | None = None,
    sockets: list[socket.socket] | None = None,
    drain_seconds: int = 1,
) -> Iterator[None]:
    """Uvicorn as `heli serve` runs it, in a thread."""
    config = uvicorn_config(
        app,
        uds=str(uds) if uds else None,
        http=StrictProtocol if sockets else "httptools",
        lifespan="on" if sockets else "off",
        timeout_graceful_shutdown=drain_seconds,
    )
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": sockets})
    thread.start()
    try:
        wait_until(lambda: running.started or not thread.is_alive())
        assert running.started, "it ended before it began"
        yield
    finally:
        running.should_exit = True
        thread.join(WAIT_SECONDS_MAX)
        assert not thread.is_alive()


@contextmanager
def raw_upstream(path: Path, answer: Callable[[socket.socket, bytes], None]) -> Iterator[None]:
    """An upstream that does with each connection, and the head of what came, as it likes."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.listen()

    def serve() -> None:
        with suppress(OSError):
            while True:
                line, _address = listening.accept()
                with line:
                    answer(line, line.recv(65_536))

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(WAIT_SECONDS_MAX)


def rest_of(line: socket.socket) -> bytes:
    """What comes until the other side closes the connection."""
    pieces = []
    with suppress(ConnectionResetError):
        while piece := line.recv(65_536):
            pieces.append(piece)
    return b"".join(pieces)


def read_until(line: socket.socket, mark: bytes) -> bytes:
    """What comes, up to the mark at least."""
    found = b""
    while mark not in found:
        piece = line.recv(65_536)
        assert piece, f"closed after {found!r}"
        found += piece
    return found


def wait_until(is_so: Callable[[], bool]) -> None:
    """Until it is so; fails where it never is."""
    until = time.monotonic() + WAIT_SECONDS_MAX
    while not is_so():
        assert time.monotonic() < until, "it never came to be"
        time.sleep(0.01)


async def echo(scope: Message, receive: Receive, send: Send) -> None:
    """An upstream that says what it was asked."""
    digest, length, more = hashlib.sha256(), 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return  # gone
        digest.update(message["body"])
        length += len(message["body"])
        more = message["more_body"]
    said = {
        "method": scope["method"],
        "path": scope["raw_path"].decode("latin-1"),
        "query": scope["query_string"].decode("latin-1"),
        "headers": [[n.decode("latin-1"), v.decode("latin-1")] for n, v in scope["headers"]],
        "length": length,
        "digest": digest.hexdigest(),
    }
    await say(send, 200, [(b"content-type", b"application/json")], json.dumps(said).encode())


async def say(send: Send, status: int, headers: Pairs, *pieces: bytes) -> None:
    """An answer in these pieces; without a content-length unless the headers name it."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def answering(status: int, headers: Pairs, *pieces: bytes) -> Application:
    """An upstream that always answers the same, without looking at the body."""

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        await say(send, status, headers, *pieces)

    return answer
