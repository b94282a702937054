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
        package = postgres_programs._folder_of_wheel().parents[1]
        for folder in (package, package.with_name(f"{package.name}.libs")):
            subprocess.run(["cp", "-r", str(folder), str(tmp_path)], check=True)
        subprocess.run(["chmod", "-R", "go-rwx", str(tmp_path)], check=True)
        closed = tmp_path / package.name / "pginstall18"
        copies = postgres_programs.Path(f"/tmp/heli-copies-{os.getpid()}")
        monkeypatch.setattr(postgres_programs, "COPIES", copies)

        try:
            copy = postgres_programs._copy(closed)
            again = postgres_programs._copy(closed)

            assert copy == again
            assert list(copies.iterdir()) == [copy.parents[1]]
            assert open_to_everybody(copy / "share")
            account = find_programs().account
            programs = Programs(copy / "bin", account)
            assert programs.version().startswith("18.")
            for name in ("initdb", "pg_ctl"):  # which need the wheel's libraries, unlike postgres
                asked = [str(copy / "bin" / name), "--version"]
                done = programs._run(asked, cwd=postgres_programs.Path("/"))
                assert done.returncode == 0, done.stdout
        finally:
            subprocess.run(["rm", "-rf", str(copies)], check=True)
