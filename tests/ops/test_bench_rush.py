"""`heli bench rush`: a short rush, real in everything but its length."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from heli.ops.rush.couples import COUPLES_MAX, couple
from heli.ops.rush.telling import tell
from tests.ops.running import HELI, ROOT, environment, heli

WITHOUT_WRK = os.pathsep.join(
    folder
    for folder in os.environ["PATH"].split(os.pathsep)
    if not os.path.exists(os.path.join(folder, "wrk"))
)
SHORT = ["--places", "20", "--clients", "8", "--seconds", "2"]
needs_wrk = pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")


class TestCouples:
    def test_nobody_is_in_two_couples(self):
        numbers = [*range(2_000), *range(COUPLES_MAX - 2_000, COUPLES_MAX)]

        people = [person.id_number for number in numbers for person in couple(number)]

        assert len(set(people)) == len(people)


class TestBenchRush:
    @pytest.mark.parametrize(
        ("program", "path"),
        [
            pytest.param("wrk", os.environ["PATH"], marks=needs_wrk, id="wrk"),
            pytest.param("built in", WITHOUT_WRK, id="built in"),
        ],
    )
    def test_a_short_rush_measures_all_and_leaves_the_books_right(self, program, path):
        done = subprocess.run(
            [*HELI, "bench", "rush", "--json", *SHORT],
            cwd=ROOT,
            env=environment(PATH=path),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert told["load_program"].startswith(program)
        assert (told["places"], told["clients"], told["seconds"]) == (20, 8, 2)
        assert (told["oversold"], told["lost"], told["doubled"], told["miscounted"]) == (0, 0, 0, 0)
        assert told["bookings"] > 20  # else no slot has opened after the first one
        assert set(told["refused"]) <= {"slot_full"}
        assert told["broken"] == 0
        assert told["consents"] == told["consents_asked"] > 0
        for rate in ("bookings_per_s", "noop_per_s", "storage_per_s", "baseline_per_s"):
            assert told[rate] > 0
        assert 0 < told["p50_ms"] <= told["p99_ms"]

    @pytest.mark.parametrize(
        "arguments",
        [[], ["rush", "--places", "0"], ["rush", "--clients", "x"], ["rush", "--seconds", "-1"]],
    )
    def test_wrong_usage_is_2(self, arguments):
        done = heli("bench", *arguments)

        assert done.returncode == 2
        assert "Traceback" not in done.stderr


class TestTell:
    def test_each_rate_comes_with_how_many_times_the_bookings_are_of_it(self, capsys):
        measured = {"bookings_per_s": 6_000.0, "storage_per_s": 12_000.0, "baseline_per_s": 240.0}
        counted = {"oversold": 0, "doubled": 0, "lost": 0, "miscounted": 0, "broken": 0}

        tell(
            measured
            | counted
            | {"places": 500, "clients": 64, "seconds": 10, "workers": 2, "load_program": "wrk"}
            | {"p50_ms": 8.0, "p99_ms": 20.5, "server_cpu_us_per_booking": 120.0}
            | {"memory_mb": 280.0, "refused": {"slot_full": 700}}
            | {"consents": 50, "consents_asked": 50}
        )

        rows = [line.split() for line in capsys.readouterr().out.splitlines()]
        assert rows_of("storage", rows) == ["12,000", "0.50"]
        assert rows_of("SELECT", rows) == ["240", "25.00"]
        assert not any("pretix," in row for row in rows)


def rows_of(word: str, rows: list[list[str]]) -> list[str]:
    """The figures of the one row with this word."""
    (row,) = (row for row in rows if word in row)
    return row[-2:]
