"""`heli bench rush`: a short rush, real in everything but its length."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from heli.ops.rush.couples import COUPLES_MAX, couple
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
