"""`heli serve` under real processes: ready, restarted, drained, and no process left behind."""

from __future__ import annotations

import os
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from heli.ops.errors import PortTaken, ServerFailed
from heli.ops.prefork import DOOR
from heli.ops.serve import check_port
from heli.ops.supervision import Repetition
from tests.faults.world import Clients, open_office, served
from tests.ops.running import Server, descendants, heli, is_running, wait_until
from tests.ops.test_postgres import postmaster, running


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path / "world")
    yield started
    if started.process.poll() is None:
        started.process.terminate()
    started.process.wait(60)
    heli("migrate", "--data", tmp_path / "world")  # stops a database that a test left running


def is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def doors_of(server: Server) -> list[int]:
    """The processes of its doors."""
    everybody = psutil.Process(server.process.pid).children(recursive=True)
    return [process.pid for process in everybody if process.name() == DOOR]


class TestServe:
    def test_sigterm_leaves_no_process_behind(self, server, tmp_path):
        address = server.address()
        wait_until(lambda: is_ready(address))
        children = descendants(server.process.pid)
        own_directory = Path(f"/tmp/heli-{os.geteuid()}-port-{address.rpartition(':')[2]}")
        assert (own_directory / "web.sock").is_socket()

        server.process.terminate()

        assert server.process.wait(40) == 0
        assert not own_directory.exists()
        assert len(children) >= 7  # two doors, two web processes, who keeps those, the job worker
        assert [pid for pid in children if is_running(pid)] == []
        assert running(tmp_path / "world") == []
        assert not is_ready(address)

    def test_kill_9_of_the_supervisor_leaves_no_child_and_the_next_one_goes_on(
        self, server, tmp_path
    ):
        server.address()
        children = descendants(server.process.pid)

        server.process.kill()
        server.process.wait()

        wait_until(lambda: not any(map(is_running, children)))
        again = Server(tmp_path / "world")
        address = again.address()
        wait_until(lambda: is_ready(address))
        again.process.send_signal(signal.SIGINT)
        assert again.process.wait(40) == 0
        assert running(tmp_path / "world") == []

    def test_what_dies_is_started_again(self, server, tmp_path):
        address = server.address()
        wait_until(lambda: is_ready(address))
        before = descendants(server.process.pid)

        os.kill(postmaster(tmp_path / "world"), signal.SIGKILL)
        for pid in before:
            os.kill(pid, signal.SIGKILL)

        wait_until(lambda: is_ready(address), seconds=40)
        assert descendants(server.process.pid).isdisjoint(before)

    def test_a_killed_door_is_missed_by_nobody_and_started_again(self, server):
        address = server.address()
        wait_until(lambda: is_ready(address))
        killed, other = doors_of(server)

        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: not is_running(killed))

        assert [is_ready(address) for _ in range(20)] == [True] * 20
        wait_until(lambda: len(doors_of(server)) == 2)
        assert other in doors_of(server)
        assert killed not in doors_of(server)

    def test_other_commands_join_its_database_and_a_second_server_its_port_cannot(
        self, server, tmp_path
    ):
        address = server.address()
        port = address.rpartition(":")[2]

        second = heli("serve", "--data", tmp_path / "world", "--port", port)
        elsewhere = heli("serve", "--data", tmp_path / "other", "--port", port)
        joined = heli("migrate", "--data", tmp_path / "world")

        for done in (second, elsewhere):
            assert done.returncode == 1
            assert f"Port {port} on 127.0.0.1 is in use" in done.stderr
            assert len(done.stderr.splitlines()) == 1
        assert not (tmp_path / "other").exists()
        assert joined.stdout == "Nothing to do.\n"
        wait_until(lambda: is_ready(address))


class TestTheDirectoryOfTheSocket:
    @pytest.mark.parametrize("is_file", [False, True])
    def test_one_that_is_none_is_said_in_one_line(self, tmp_path, is_file):
        run = tmp_path / "run"
        if is_file:
            run.touch()

        done = heli(
            "serve", "--port", "0", "--data", tmp_path / "world", HELI_ENV="demo", HELI_RUN=str(run)
        )

        assert done.returncode == 1
        assert "HELI_RUN" in done.stderr
        assert done.stderr.count("\n") == 1


class TestDraining:
    def test_who_is_being_answered_at_sigterm_is_answered(self, tmp_path):
        """A booking at the door and one that is cancelled behind it, while PostgreSQL waits."""
        run = tmp_path / "run"
        run.mkdir()
        with served(tmp_path / "world", HELI_RUN=str(run)) as server:
            clients = Clients(server.address, open_office(server, slots=1))
            with (
                httpx.Client(base_url=f"{server.address}/api/v1", timeout=60) as http,
                psycopg.connect(server.database_url) as session,
                psycopg.connect(server.database_url, autocommit=True) as onlooker,
                ThreadPoolExecutor() as threads,
            ):
                first, second = clients.a_booking(http), clients.a_booking(http)
                code = first.send(http).json()["code"]
                session.execute("SELECT FROM bookings_booking FOR UPDATE")
                session.execute("SELECT FROM slots_slot FOR UPDATE")
                answers = [
                    threads.submit(second.send, http),
                    threads.submit(first.cancel, http, code),
                ]
                wait_until(lambda: waiting_for_locks(onlooker) == len(answers))

                server.process.terminate()
                wait_until(lambda: not takes_connections(server.port))
                session.rollback()

                assert [answer.result().status_code for answer in answers] == [201, 200]
            assert server.process.wait(40) == 0
        assert run.is_dir()  # it is the operator's
        assert list(run.iterdir()) == []


def waiting_for_locks(onlooker: psycopg.Connection) -> int:
    """How many statements wait for another session; in a transaction it would not change."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    (number,) = onlooker.execute(query).fetchone() or (0,)
    return int(number)


def takes_connections(port: int) -> bool:
    """Whether a door listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class TestTwoAtOnce:
    def test_one_of_two_that_start_on_one_port_serves_and_the_other_says_why_not(self, tmp_path):
        port = str(check_port("127.0.0.1", 0))
        both = [Server(tmp_path / name, "--port", port) for name in ("one", "other")]
        try:
            wait_until(lambda: any(one.process.poll() is not None for one in both), seconds=60)
            refused = next(one for one in both if one.process.poll() is not None)
            serving = next(one for one in both if one is not refused)

            assert refused.process.returncode == 1
            assert f"port than {port}" in refused.log.read_text()
            address = serving.address()
            wait_until(lambda: is_ready(address))
        finally:
            for one in both:
                one.process.terminate()
                one.process.wait(60)


class TestCheckPort:
    def test_a_free_one_is_found_for_0(self):
        assert check_port("127.0.0.1", 0) > 1024

    @pytest.mark.parametrize("shares", [False, True])
    def test_one_in_use_is_refused_even_if_its_owner_would_share_it(self, shares):
        with socket.socket() as other:
            if shares:
                other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            other.bind(("127.0.0.1", 0))
            other.listen()

            with pytest.raises(PortTaken, match="in use"):
                check_port("127.0.0.1", other.getsockname()[1])

    @pytest.mark.parametrize("host", ["no such host", "203.0.113.1"])
    def test_a_host_that_is_not_this_machine(self, host):
        with pytest.raises(ServerFailed):
            check_port(host, 0)


class TestRepetition:
    def test_after_stop_nothing_is_under_way_any_more(self):
        began, ended = [], []

        def deed() -> None:
            began.append(1)
            time.sleep(0.3)
            ended.append(1)

        repetition = Repetition(deed, every_seconds=0.01)
        repetition.start()
        wait_until(lambda: bool(began))

        repetition.stop()

        assert len(began) == len(ended) == 1
