"""The embedded PostgreSQL under real processes: sharing, kills, leftovers, odd places."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from heli.ground.configuration import Environment
from heli.ops import processes
from heli.ops.data_directory import DataDirectory, open_directory
from heli.ops.errors import DatabaseFailed
from heli.ops.postgres import (
    check_own_server,
    checked_version,
    embedded,
    joined,
    revive,
    socket_directory,
)
from tests.ops.running import HOLD, Holder, environment

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[DataDirectory]:
    path = tmp_path / "world"
    yield open_directory(path, create_for=Environment.TEST)
    with embedded(open_directory(path)):  # whatever a test left running ends here
        pass
    assert running(path) == []


def running(path: Path) -> list[int]:
    """The living processes of the cluster."""
    cluster = path / "pg"
    return processes.working_in(cluster, name="postgres") if cluster.exists() else []


def postmaster(path: Path) -> int:
    return int((path / "pg" / "postmaster.pid").read_text().splitlines()[0])


def write(url: str, word: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS words (word text)")
        connection.execute("INSERT INTO words VALUES (%s)", [word])


def words(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM words ORDER BY word")]


class TestEmbedded:
    def test_it_is_postgresql_18_with_checksums_on_a_private_socket(self, directory):
        with embedded(directory) as url, psycopg.connect(url) as connection:
            settings = dict(
                connection.execute(
                    "SELECT name, setting FROM pg_settings WHERE name IN ('data_checksums', "
                    "'fsync', 'listen_addresses', 'server_encoding', 'TimeZone')"
                ).fetchall()
            )
            sockets = Path(connection.info.host)

            assert connection.info.server_version // 10_000 == 18
            assert settings == {
                "data_checksums": "on",
                "fsync": "on",
                "listen_addresses": "",
                "server_encoding": "UTF8",
                "TimeZone": "UTC",
            }
            assert sockets.stat().st_mode & 0o777 == 0o700

    def test_at_the_end_nothing_is_left_but_the_directory(self, directory):
        with embedded(directory) as url:
            sockets = Path(url.partition("host=")[2])
            write(url, "kept")

        assert running(directory.path) == []
        assert not sockets.exists()
        with embedded(directory) as url:
            assert words(url) == ["kept"]

    def test_a_second_command_joins_and_never_stops_it(self, directory):
        first = Holder(directory.path)
        write(first.url(), "first")

        with embedded(directory) as url:
            assert words(url) == ["first"]

        assert words(url) == ["first"]
        assert first.let_go() == 0
        assert running(directory.path) == []

    def test_the_last_one_stops_it_even_if_it_did_not_start_it(self, directory):
        first = Holder(directory.path)
        first.url()

        with embedded(directory) as url:
            assert first.let_go() == 0
            write(url, "still there")

        assert running(directory.path) == []

    def test_many_commands_at_once_on_a_new_directory_share_one_server(self, directory):
        holders = [Holder(directory.path) for _ in range(5)]

        urls = {holder.url() for holder in holders}

        assert len(urls) == 1
        assert [holder.let_go() for holder in holders] == [0] * 5
        assert running(directory.path) == []

    def test_two_directories_never_touch_each_other(self, directory, tmp_path):
        other = open_directory(tmp_path / "other", create_for=Environment.TEST)

        with embedded(directory) as url, embedded(other) as other_url:
            write(url, "here")
            write(other_url, "there")

            assert words(url) == ["here"]
            assert words(other_url) == ["there"]


class TestAfterAKill:
    def test_the_next_command_joins_the_server_of_a_killed_one_and_stops_it(self, directory):
        owner = Holder(directory.path)
        write(owner.url(), "kept")
        before = postmaster(directory.path)

        owner.kill()

        with embedded(directory) as url:
            assert words(url) == ["kept"]
            assert postmaster(directory.path) == before
        assert running(directory.path) == []

    @pytest.mark.parametrize("with_children", [False, True])
    def test_a_killed_server_comes_back_with_its_data(self, directory, with_children):
        owner = Holder(directory.path)
        write(owner.url(), "kept")
        owner.kill()
        killed = postmaster(directory.path)

        for pid in running(directory.path) if with_children else [killed]:
            os.kill(pid, signal.SIGKILL)

        with embedded(directory) as url:
            assert words(url) == ["kept"]
            assert postmaster(directory.path) != killed

    def test_who_holds_the_database_can_revive_it(self, directory):
        with joined(directory) as server:
            write(server.url, "kept")
            os.kill(postmaster(directory.path), signal.SIGKILL)

            revive(server)

            assert words(server.url) == ["kept"]

    def test_a_query_that_outlives_its_server_does_not_keep_it_from_coming_back(self, directory):
        owner = Holder(directory.path)
        busy = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import sys, psycopg\n"
                "with psycopg.connect(sys.argv[1]) as c:\n"
                "    print('busy', flush=True)\n"
                "    c.execute('SELECT count(*) FROM generate_series(1, 100000000000)')",
                owner.url(),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert busy.stdout is not None
        busy.stdout.readline()
        owner.kill()
        os.kill(postmaster(directory.path), signal.SIGKILL)

        with embedded(directory) as url:
            write(url, "back")

        busy.kill()
        busy.communicate()

    def test_a_process_number_that_was_used_again_is_not_believed(self, directory):
        with embedded(directory) as url:
            write(url, "kept")
        stale = directory.cluster / "postmaster.pid"
        stale.write_text(f"{os.getpid()}\n/proc/self/cwd\n1\n5432\n\n\n\nready\n")
        os.chown(stale, directory.cluster.stat().st_uid, -1)

        with embedded(directory) as url:
            assert words(url) == ["kept"]

    def test_an_unfinished_cluster_is_made_anew(self, directory):
        unfinished = directory.path / "pg.new"
        unfinished.mkdir()
        (unfinished / "PG_VERSION").write_text("18\n")

        with embedded(directory) as url:
            write(url, "whole")

        assert not unfinished.exists()

    def test_a_server_that_cannot_start_is_said_in_one_line(self, directory):
        with embedded(directory):
            pass
        control = directory.cluster / "global" / "pg_control"
        kept = control.read_bytes()
        control.write_bytes(b"")

        with pytest.raises(DatabaseFailed, match="did not start: ") as failed, embedded(directory):
            pass

        assert "pg_control" in str(failed.value)
        assert "\n" not in str(failed.value)
        control.write_bytes(kept)


class TestOddPlaces:
    def test_a_path_longer_than_a_socket_may_have(self, tmp_path):
        path = tmp_path / ("long" * 20) / ("längere" * 10) / "with 'quotes' $and spaces"

        with embedded(open_directory(path, create_for=Environment.TEST)) as url:
            write(url, "far")

        assert running(path) == []

    def test_parents_closed_to_others_stay_as_they_are(self, tmp_path):
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        path = closed / "world"

        with embedded(open_directory(path, create_for=Environment.TEST)) as url:
            write(url, "inside")

        assert closed.stat().st_mode & 0o777 == 0o700
        assert path.stat().st_mode & 0o777 == 0o700
        assert path.stat().st_uid == os.geteuid()

    def test_a_socket_directory_that_is_not_ours_is_refused(self, directory, tmp_path):
        with joined(directory) as server:
            sockets = server.sockets
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        sockets.symlink_to(elsewhere)

        with pytest.raises(DatabaseFailed, match="to somebody else"), embedded(directory):
            pass

        sockets.unlink()

    @pytest.mark.skipif(not AS_ROOT, reason="needs root and another user")
    def test_root_leaves_the_server_to_a_system_user(self, directory):
        with embedded(directory):
            owner = os.stat(f"/proc/{postmaster(directory.path)}").st_uid

            assert owner != 0
            assert directory.cluster.stat().st_uid == owner

    @pytest.mark.skipif(not AS_ROOT, reason="is an ordinary user already")
    def test_an_ordinary_user_runs_it_as_themselves(self):
        python, paths = interpreter_for_everybody()
        user, path = 65534, Path(f"/tmp/heli-test-{os.getpid()}")

        done = subprocess.run(
            [python, "-c", HOLD, str(path / "world")],
            user=user,
            group=user,
            extra_groups=[],
            cwd=_given_to(path, user),
            env=environment(PYTHONPATH=paths),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        try:
            assert done.stdout.startswith("postgresql://heli@/heli?host=/tmp/heli-65534-")
            assert done.returncode == 0, done.stderr
            assert (path / "world" / "pg").stat().st_uid == user
            assert running(path / "world") == []
        finally:
            subprocess.run(["rm", "-rf", str(path)], check=True)

    def test_the_socket_directory_follows_the_directory_not_its_name(self, tmp_path):
        (tmp_path / "real").mkdir()
        (tmp_path / "link").symlink_to(tmp_path / "real")

        assert socket_directory(tmp_path / "real", 1) == socket_directory(tmp_path / "link", 1)


def interpreter_for_everybody() -> tuple[str, str]:
    """A Python of this version that an ordinary user may run, and where its modules are."""
    here = [entry for entry in sys.path if "site-packages" in entry]
    paths = os.pathsep.join([*here, str(Path(__file__).parents[2])])
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/python{version}", f"/usr/local/bin/python{version}"):
        tried = "import heli.ops.postgres_programs as p, psycopg; p.find_programs().version()"
        try:
            done = subprocess.run(
                [python, "-c", tried],
                user=65534,
                group=65534,
                extra_groups=[],
                cwd="/",
                env={"PYTHONPATH": paths},
                capture_output=True,
                check=False,
            )
        except OSError:
            continue
        if done.returncode == 0:
            return python, paths
    pytest.skip("no Python and no PostgreSQL here that an ordinary user may run")


def _given_to(path: Path, user: int) -> Path:
    path.mkdir(mode=0o700)
    os.chown(path, user, user)
    return path


class TestCheckOwnServer:
    def test_a_server_that_is_there_says_its_version(self, directory):
        with embedded(directory) as url:
            assert check_own_server(url).startswith("18.")

    @pytest.mark.parametrize(
        "url", ["postgresql://heli:s3cret@127.0.0.1:1/heli", "postgresql:///heli?host=/nowhere"]
    )
    def test_one_that_is_not_there_is_said_in_one_line_without_the_password(self, url):
        with pytest.raises(DatabaseFailed, match="cannot be used") as failed:
            check_own_server(url)

        assert "s3cret" not in str(failed.value)
        assert "\n" not in str(failed.value)

    def test_what_is_no_address_is_refused(self):
        with pytest.raises(DatabaseFailed, match="cannot be used"):
            check_own_server("mysql://heli")

    def test_one_older_than_16_is_refused(self):
        assert checked_version(160_000) == "16.0"

        with pytest.raises(DatabaseFailed, match="Heli needs 16 or newer"):
            checked_version(150_014)
