"""`heli serve`: the doors, the web processes behind them and the job worker, watched over; and
the database with them.
"""

from __future__ import annotations

import errno
import fcntl
import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import heli
from heli.door.changes import Changes
from heli.ops import postgres
from heli.ops.closed import made_closed
from heli.ops.errors import CommandRefused, DatabaseFailed, PortTaken, ServerFailed
from heli.ops.supervision import Child, Repetition, Supervisor, attached, attached_command
from heli.ops.world import World

HOST, PORT, WORKERS = "127.0.0.1", 8000, 2
WEB_SOCKET, CHANGES = "web.sock", "changes"
READY_SECONDS_MAX = 60
LOOK_AT_DATABASE_EVERY_SECONDS = 0.5
STOP_SECONDS_MAX = 45  # those at the front drain first, then those behind them


def check_port(host: str, port: int) -> int:
    """The port, free a moment ago; 0 finds one. Raises PortTaken, or ServerFailed for a bad host.

    It is bound alone, without SO_REUSEPORT, which the doors use among themselves and which would
    let a second server share the port unnoticed.
    """
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
            return int(probe.getsockname()[1])
    except PermissionError:
        raise PortTaken(f"Port {port} is not for this user; choose one with --port.") from None
    except socket.gaierror:
        raise ServerFailed(f"{host!r} is no address of this machine.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(
                f"Port {port} on {host} is in use by another program (a Heli that runs already?); "
                "choose another with --port."
            ) from None
        raise ServerFailed(f"Heli cannot listen on {host}: {error.strerror}.") from None


def address_of(host: str, port: int) -> str:
    """What a browser on this machine opens.

    >>> address_of("0.0.0.0", 8000), address_of("::1", 80)
    ('http://127.0.0.1:8000', 'http://[::1]:80')
    """
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


@contextmanager
def serving(
    world: World,
    *,
    host: str = HOST,
    port: int = PORT,
    workers: int = WORKERS,
    beside: Sequence[Child] = (),
) -> Iterator[str]:
    """The server, up and answering at the address that is yielded, for the length of the block.

    beside: what else is kept running with it.
    The embedded database is migrated first and started again when it dies; somebody's own has to
    be migrated already. At the end requests under way are finished, within a bound.
    Raises PortTaken, DatabaseFailed (migrations are missing), ServerFailed (it does not come up).
    """
    _prepare_tables(world)
    check_port(host, port)
    run_directory = world.configuration.run or own_directory(
        Path("/tmp") / f"heli-{os.geteuid()}-port-{port}"
    )
    with alone_in(run_directory, port=port):
        check_port(host, port)  # by now nobody else is about to take it
        numeric = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0]
        children = [_server(run_directory, str(numeric), port, workers), *beside]
        with _running(world, run_directory, str(numeric), port, children):
            yield address_of(host, port)


@contextmanager
def _running(
    world: World, run_directory: Path, host: str, port: int, children: Sequence[Child]
) -> Iterator[None]:
    supervisor = Supervisor(children)
    watch = _watch_over_database(world)
    try:
        if watch:
            watch.start()
        supervisor.start()
        _wait_for_web(supervisor, run_directory / WEB_SOCKET)
        _wait_until_live(supervisor, host, port, name=_name(world))
        yield
    finally:
        if watch:
            watch.stop()  # else it would start the database that is about to be stopped
        supervisor.stop()
        _remove(run_directory, is_own=world.configuration.run is None)


def _prepare_tables(world: World) -> None:
    """See to the tables in another process: what that needs would stay in this one's memory."""
    prepared = subprocess.run(
        attached_command("prepare", "embedded" if world.server else "own"),
        cwd=Path(heli.__file__).parents[1],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if prepared.returncode:
        *before, sentence = prepared.stderr.strip().splitlines() or ["The tables are not ready."]
        print("\n".join(before), end="\n" if before else "", file=sys.stderr)
        raise DatabaseFailed(sentence)


def own_directory(path: Path) -> Path:
    """A directory that nobody else can enter, made or found as such.

    A short path: that of a socket in it must stay under 107 bytes. Raises ServerFailed where
    somebody else has it.
    """
    if made_closed(path, owners=(os.geteuid(),)) is None:
        raise ServerFailed(f"{path} belongs to somebody else; remove it or have it removed.")
    return path


@contextmanager
def alone_in(run_directory: Path, *, port: int) -> Iterator[None]:
    """Keep other servers out of the directory until the end of the block, or of this process.

    The port cannot keep them out: the doors share it among themselves, so that two servers that
    are started together would both find it free and then share it, too, each with its own books.
    Raises PortTaken, or ServerFailed where it is no directory (HELI_RUN).
    """
    try:
        held = os.open(run_directory, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise ServerFailed(
            f"The directory {run_directory} (HELI_RUN) cannot be used: {error.strerror}; "
            "the operator makes it, see docs/behind-a-proxy.md."
        ) from None
    try:
        if not _is_locked_by_us(held, run_directory):
            raise PortTaken(
                f"A Heli that uses {run_directory} is just starting, running or ending; "
                f"choose another port than {port} with --port."
            )
        yield
    finally:
        os.close(held)


def _is_locked_by_us(held: int, path: Path) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(held), path.stat())  # else its last server removed it
    except (BlockingIOError, FileNotFoundError):
        return False


def _remove(run_directory: Path, *, is_own: bool) -> None:
    for name in (WEB_SOCKET, CHANGES):
        (run_directory / name).unlink(missing_ok=True)
    if is_own:
        run_directory.rmdir()


def _server(run_directory: Path, host: str, port: int, workers: int) -> Child:
    """All that answers, and the job worker; see heli.ops.prefork."""
    web, changes = run_directory / WEB_SOCKET, run_directory / CHANGES
    Changes.prepare(changes, doors=workers)
    begin = attached("server", host, str(port), str(web), str(changes), str(workers))
    return Child("the server", begin, is_front=True, stop_seconds_max=STOP_SECONDS_MAX)


def serve(world: World, *, host: str, port: int, workers: int) -> int:
    """Serve until SIGTERM or Ctrl-C; 0."""
    with serving(world, host=host, port=port, workers=workers) as address:
        print(f"Heli listens at {address} ({world.configuration.environment}).", flush=True)
        threading.Event().wait()  # the command's signal handler ends it by KeyboardInterrupt
    return 0


def _watch_over_database(world: World) -> Repetition | None:
    server = world.server
    if server is None:
        return None

    def look() -> None:
        if postgres.answers(server):
            return
        try:
            postgres.revive(server)
        except (CommandRefused, OSError) as refused:
            print(f"heli: {refused}", file=sys.stderr, flush=True)

    return Repetition(look, every_seconds=LOOK_AT_DATABASE_EVERY_SECONDS)


def _name(world: World) -> str:
    """The name by which people reach it; production answers to no other."""
    return urlsplit(world.configuration.base_url).netloc


def _wait_for_web(supervisor: Supervisor, path: Path) -> None:
    """Until the web processes listen: a door that asked them sooner would complain."""

    def listens() -> bool:
        with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
            probe.connect(str(path))
            return True
        return False

    _wait_until(listens, supervisor)


def _wait_until_live(supervisor: Supervisor, host: str, port: int, *, name: str) -> None:
    _wait_until(lambda: _is_live(host, port, name), supervisor)


def _wait_until(is_so: Callable[[], bool], supervisor: Supervisor) -> None:
    until = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < until:
        if supervisor.most_deaths():
            raise ServerFailed("The server ended as soon as it was started; see above why.")
        if is_so():
            return
        time.sleep(0.05)
    raise ServerFailed(f"The web server did not answer within {READY_SECONDS_MAX} seconds.")


def _is_live(host: str, port: int, name: str) -> bool:
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    connection = http.client.HTTPConnection(reached, port, timeout=5)
    try:
        connection.request("GET", "/health/live", headers={"Host": name})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
