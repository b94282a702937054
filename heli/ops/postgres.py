"""The embedded PostgreSQL: started by the first command that needs it, stopped by the last.

    with embedded(directory) as database_url:
        ...

Each command holds a shared lock on DIR/in-use.lock. Starting and stopping happen under an
exclusive lock on DIR/start.lock. At its end a command tries to turn its shared lock into an
exclusive one: if it gets it, it was the last and stops the server. The kernel drops the locks of a
killed command, so nothing stale is ever believed: whether the server runs is asked of the server,
and whether an old one is quite gone is asked of the list of processes.

The server listens on a unix socket only, in a directory of mode 0700 that belongs to its user;
that, and nothing else, is why it trusts whoever connects.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.pq import PGconn, Ping

from heli.ops import processes
from heli.ops.closed import made_closed
from heli.ops.data_directory import DataDirectory
from heli.ops.errors import DatabaseFailed
from heli.ops.postgres_programs import Programs, find_programs

ROLE = DATABASE = "heli"
OLDEST_MAJOR = 16  # of somebody's own server
START_SECONDS_MAX = 120  # recovery after a crash of a large database takes its time
START_ATTEMPTS_MAX = 8
ORPHANS_QUIT_AFTER_SECONDS = 3
ORPHANS_KILLED_AFTER_SECONDS = 8
LOG_BYTES_MAX = 10_000_000

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "cluster_name": "heli",
}


@dataclass(frozen=True)
class Server:
    """One cluster, the programs that run it and the directory of its socket.

    is_durable: whether what is acknowledged survives a power cut; a kill -9 it always survives.
    """

    directory: DataDirectory
    programs: Programs
    sockets: Path
    is_durable: bool = True

    @property
    def url(self) -> str:
        """What DATABASE_URL would be."""
        return f"postgresql://{ROLE}@/{DATABASE}?host={self.sockets}"


@contextmanager
def embedded(directory: DataDirectory) -> Iterator[str]:
    """The URL of the running database, which stays up at least as long as the block.

    Raises DatabaseFailed when it cannot be started.
    """
    with joined(directory) as server:
        yield server.url


@contextmanager
def joined(directory: DataDirectory, *, is_durable: bool = True) -> Iterator[Server]:
    """Like `embedded`, for who watches over the server and may have to `revive` it."""
    programs = find_programs()
    sockets = socket_directory(directory.path, programs.uid)
    server = Server(directory, programs, sockets, is_durable)
    with _lock(directory.path / "in-use.lock") as in_use:
        try:
            with _starting(directory):
                fcntl.flock(in_use, fcntl.LOCK_SH)
                _ensure_running(server)
            yield server
        finally:
            with _starting(directory):
                _stop_if_last(server, in_use)


def revive(server: Server) -> None:
    """Start the server again if it has died; nothing is done while it runs."""
    with _starting(server.directory):
        _ensure_running(server)


def answers(server: Server) -> bool:
    """Whether the server takes connections this moment."""
    return _ping(server) is Ping.OK


def socket_directory(path: Path, uid: int) -> Path:
    """A short name for the data directory: a socket's path must stay under 107 bytes.

    >>> len(str(socket_directory(Path("/" + "long/" * 100), 1000) / ".s.PGSQL.5432")) < 60
    True
    """
    name = hashlib.sha256(os.path.realpath(path).encode()).hexdigest()[:16]
    return Path("/tmp") / f"heli-{uid}-{name}"


def check_own_server(url: str) -> str:
    """The version of somebody's own server. Raises DatabaseFailed: out of reach, or too old."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            number = connection.info.server_version
    except (psycopg.Error, UnicodeError) as error:
        reason = (str(error).strip().splitlines() or ["no reason given"])[0].rstrip(".")
        raise DatabaseFailed(f"The database of DATABASE_URL cannot be used: {reason}.") from None
    return checked_version(number)


def checked_version(number: int) -> str:
    """The server's version number as people write it. Raises DatabaseFailed for one too old.

    >>> checked_version(180004)
    '18.4'
    """
    version = f"{number // 10_000}.{number % 10_000}"
    if number < OLDEST_MAJOR * 10_000:
        raise DatabaseFailed(
            f"The database of DATABASE_URL is PostgreSQL {version}; "
            f"Heli needs {OLDEST_MAJOR} or newer."
        )
    return version


@contextmanager
def _lock(path: Path) -> Iterator[int]:
    """The file to lock; closing it drops the lock, and no child inherits it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _starting(directory: DataDirectory) -> Iterator[None]:
    with _lock(directory.path / "start.lock") as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def _ensure_running(server: Server) -> None:
    """Under start.lock: come back with a server that answers, whatever state it is found in."""
    _make_cluster(server)
    _own_socket_directory(server)
    began, attempts = time.monotonic(), 0
    while time.monotonic() - began < START_SECONDS_MAX:
        state, postmaster = _ping(server), _postmaster(server)
        if state is Ping.OK and postmaster is not None and _has_database(server):
            return
        # A server that rejects is starting, stopping or recovering; one that answers without
        # being ours belonged to a directory that was removed, and ends by itself.
        is_down = state is Ping.NO_RESPONSE and postmaster is None
        if is_down and _orphans_are_gone(server, waited=time.monotonic() - began):
            if attempts == START_ATTEMPTS_MAX:
                break
            attempts += 1
            if _launch(server):
                continue
        time.sleep(0.1 * (1 + attempts))
    raise DatabaseFailed(_why_it_did_not_start(server))


def _make_cluster(server: Server) -> None:
    """initdb, whole or not at all: an unfinished one is thrown away and begun again."""
    cluster, new = server.directory.cluster, server.directory.path / "pg.new"
    if (cluster / "PG_VERSION").exists():
        owner = cluster.stat().st_uid
        if owner != server.programs.uid:
            raise DatabaseFailed(
                f"{cluster} belongs to the user number {owner}, but PostgreSQL would run as "
                f"{server.programs.uid}; give it to that user with chown -R, "
                "or run heli as you did when it was made."
            )
        return
    if new.exists():
        shutil.rmtree(new)
    new.mkdir(mode=0o700)
    if server.programs.account:
        os.chown(new, server.programs.account.pw_uid, server.programs.account.pw_gid)
    arguments = ["-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C", "--data-checksums"]
    arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
    done = server.programs.run("initdb", *arguments, cluster=new)
    if done.returncode != 0:
        lines = done.stdout.decode(errors="replace").strip().splitlines()
        told = next((line for line in lines if "error" in line or "FATAL" in line), "no reason")
        raise DatabaseFailed(f"The database could not be created in {new}: {told}.")
    (new / "pg_hba.conf").write_text(
        "# The socket's directory has mode 0700.\nlocal all all trust\n"
    )
    new.rename(cluster)


def _own_socket_directory(server: Server) -> None:
    """Make the socket's directory, or make sure that the one there is ours and closed."""
    sockets, uid = server.sockets, server.programs.uid
    found = made_closed(sockets, owners=(uid, os.geteuid()))
    if found is None:
        raise DatabaseFailed(
            f"{sockets} belongs to somebody else, and the database's socket must be there; "
            "remove it or have it removed."
        )
    if found.st_uid != uid and server.programs.account:
        os.chown(sockets, uid, server.programs.account.pw_gid, follow_symlinks=False)


def _ping(server: Server) -> Ping:
    conninfo = f"host={server.sockets} user={ROLE} dbname=postgres connect_timeout=5"
    return Ping(PGconn.ping(conninfo.encode()))


def _postmaster(server: Server) -> int | None:
    """The process of this cluster's server, if it lives: not a zombie, not a number used again."""
    try:
        text = (server.directory.cluster / "postmaster.pid").read_text(encoding="ascii")
        pid = int(text.splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if processes.works_in(pid, server.directory.cluster, name="postgres") else None


def _orphans_are_gone(server: Server, *, waited: float) -> bool:
    """Whether nothing of a killed server is left. Its children see its death and end by
    themselves; one deep in a query may not, and would keep the new server from starting."""
    orphans = processes.working_in(server.directory.cluster, name="postgres")
    if waited > ORPHANS_QUIT_AFTER_SECONDS:
        killed = waited > ORPHANS_KILLED_AFTER_SECONDS
        for pid in orphans:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if killed else signal.SIGQUIT)
    return not orphans


def _launch(server: Server) -> bool:
    """pg_ctl start, after the leftovers of a server that is surely gone are taken away."""
    if processes.CAN_SEE_DIRECTORIES:
        (server.directory.cluster / "postmaster.pid").unlink(missing_ok=True)
        (server.sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
    log = server.directory.postgres_log
    if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
        log.replace(log.with_suffix(".log.1"))
    settings = SETTINGS | {"unix_socket_directories": str(server.sockets)}
    if not server.is_durable:
        settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    arguments = ["-w", "-t", str(START_SECONDS_MAX), "-s", "-o", options, "start"]
    with open(log, "ab", opener=_private) as output:
        done = server.programs.run(
            "pg_ctl", *arguments, cluster=server.directory.cluster, log=output
        )
    return done.returncode == 0


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _has_database(server: Server) -> bool:
    """Whether there is a database of ours now; it is created when missing. False: ask again."""
    conninfo = f"host={server.sockets} user={ROLE} dbname=postgres connect_timeout=10"
    try:
        with psycopg.connect(conninfo, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if known.fetchone() is None:
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
    except psycopg.OperationalError:
        return False
    return True


def _stop_if_last(server: Server, in_use: int) -> None:
    """Under start.lock: stop the server unless another command still uses it."""
    try:
        fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    if _postmaster(server) is not None:
        arguments = ["-m", "fast", "-w", "-t", "60", "-s", "stop"]
        done = server.programs.run("pg_ctl", *arguments, cluster=server.directory.cluster)
        if done.returncode != 0 and _postmaster(server) is not None:
            said = done.stdout.decode(errors="replace").strip()
            raise DatabaseFailed(f"PostgreSQL did not stop within a minute: {said}.")
    with suppress(OSError):
        server.sockets.rmdir()


def _why_it_did_not_start(server: Server) -> str:
    log = server.directory.postgres_log
    lines = log.read_text(errors="replace").splitlines()[-200:] if log.exists() else []
    told = [line for line in lines if "FATAL" in line or "PANIC" in line]
    reason = told[-1].split("  ", 1)[-1].strip() if told else "it gave no reason"
    return f"PostgreSQL did not start: {reason.rstrip('.')}; see {log}."
