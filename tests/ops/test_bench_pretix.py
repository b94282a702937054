"""The peer as far as it shows without a pretix: what is refused, and what is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from heli.ops.rush.pretix import Answer, check_the_books, measure, orders_among
from heli.ops.rush.pretix_installation import DATABASE, PeerFailed, fresh_database
from tests.ops.running import ROOT, environment, is_running, wait_until

SERVER = os.environ["DATABASE_URL"]
RUN_FOR_LONG = """
import sys
from pathlib import Path
from heli.ops.rush.pretix_installation import Installation

program = "import os, time; open(f'{os.getpid()}.pid', 'x').close(); time.sleep(600)"
Installation(Path(sys.executable), Path(sys.argv[1])).run("-c", program)
"""


def is_there() -> bool:
    with psycopg.connect(SERVER) as server:
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        return found.fetchone() is not None


class TestMeasure:
    def test_a_folder_that_is_no_virtual_environment_is_refused(self, tmp_path: Path):
        with pytest.raises(PeerFailed, match="PEER_PRETIX names no virtual environment"):
            measure(tmp_path, SERVER, clients=1, seconds=1, workers=1)

    def test_an_environment_without_pretix_is_refused(self):
        with pytest.raises(PeerFailed, match="No module named 'pretix'"):
            measure(Path(sys.prefix), SERVER, clients=1, seconds=1, workers=1)


class TestOrdersAmong:
    def test_only_201_is_an_order(self):
        order, full, hung_up = (Answer(status, "", seconds=1, at=1) for status in (201, 400, 0))

        assert orders_among([full, order, hung_up]) == [order]

    def test_when_there_is_none_the_first_answer_is_told(self):
        denied = Answer(403, '{"detail": "No permission."}', seconds=1, at=1)

        with pytest.raises(PeerFailed, match=r"answers 403: .*No permission"):
            orders_among([denied, denied])


class TestFreshDatabase:
    def test_what_a_killed_benchmark_left_is_replaced(self):
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {DATABASE}")
        with psycopg.connect(SERVER, dbname=DATABASE) as left:
            left.execute("CREATE TABLE pretixbase_order ()")

        with fresh_database(SERVER) as database:
            tables = database.execute("SELECT to_regclass('pretixbase_order')").fetchone()

        assert tables == (None,)

    def test_nothing_is_left_of_it_although_somebody_still_uses_it(self):
        with fresh_database(SERVER):
            somebody = psycopg.connect(SERVER, dbname=DATABASE)

        assert not is_there()
        somebody.close()


class TestCheckTheBooks:
    def test_an_acknowledged_order_that_is_not_stored_is_told(self):
        with fresh_database(SERVER) as database:
            database.execute("CREATE TABLE pretixbase_orderposition (order_id int)")
            database.execute("INSERT INTO pretixbase_orderposition VALUES (1), (2), (2)")

            check_the_books(database, acknowledged=2)
            with pytest.raises(PeerFailed, match="acknowledged 3 orders and has 2"):
                check_the_books(database, acknowledged=3)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux ends it")
class TestInstallation:
    def test_what_it_runs_ends_with_a_benchmark_that_is_killed(self, tmp_path: Path):
        bench = subprocess.Popen(
            [sys.executable, "-c", RUN_FOR_LONG, str(tmp_path)], cwd=ROOT, env=environment()
        )
        wait_until(lambda: any(tmp_path.glob("*.pid")))
        pid = int(next(tmp_path.glob("*.pid")).stem)

        bench.kill()
        bench.wait()

        wait_until(lambda: not is_running(pid))
