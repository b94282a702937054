"""`heli serve` under real processes: ready, restarted, drained, and no process left behind."""

from __future__ import annotations

import os
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from heli.ops.errors import PortTaken, ServerFailed
from heli.ops.serve import check_port
from heli.ops.supervision import Repetition
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


class TestServe:
    def test_sigterm_leaves_no_process_behind(self, server, tmp_path):
        address = server.address()
        wait_until(lambda: is_ready(address))
        children = descendants(server.process.pid)

        server.process.terminate()

        assert server.process.wait(40) == 0
        assert len(children) >= 3
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
