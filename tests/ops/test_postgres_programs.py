"""PostgreSQL's programs for root: readable by the system user, else a copy that is."""

from __future__ import annotations

import os
import subprocess

import pytest

from heli.ops import postgres_programs
from heli.ops.postgres_programs import Programs, find_programs, open_to_everybody


class TestOpenToEverybody:
    def test_a_closed_parent_or_file_closes_it(self, tmp_path):
        assert open_to_everybody(postgres_programs.Path("/usr/share/zoneinfo"))
        assert not open_to_everybody(tmp_path)  # pytest's own folders are closed


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user needs no copy")
class TestCopy:
    def test_a_copy_is_made_once_and_everybody_can_run_it(self, tmp_path, monkeypatch):
        closed = tmp_path / "pginstall18"
        installation = postgres_programs._folder_of_wheel().parent
        subprocess.run(["cp", "-r", str(installation), str(closed)], check=True)
        subprocess.run(["chmod", "-R", "go-rwx", str(closed)], check=True)
        copies = postgres_programs.Path(f"/tmp/heli-copies-{os.getpid()}")
        monkeypatch.setattr(postgres_programs, "COPIES", copies)

        try:
            copy = postgres_programs._copy(closed)
            again = postgres_programs._copy(closed)

            assert copy == again
            assert [entry.name for entry in copies.iterdir()] == [copy.name]
            assert open_to_everybody(copy / "share")
            account = find_programs().account
            assert Programs(copy / "bin", account).version().startswith("18.")
        finally:
            subprocess.run(["rm", "-rf", str(copies)], check=True)
