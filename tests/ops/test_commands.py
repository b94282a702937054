"""The command line: exit codes, one line for what is refused, and no traceback."""

from __future__ import annotations

import json
import os
import re
from urllib.parse import urlsplit

import pytest

from heli.ops.doctor import MEANINGS
from tests.ops.running import heli

OWN = os.environ["DATABASE_URL"]


def refused(done) -> str:
    """The one line on stderr of a command that was refused."""
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    [line] = done.stderr.splitlines()
    assert line.startswith("heli: ")
    return line


class TestUsage:
    def test_help_lists_the_commands(self):
        done = heli("--help")

        assert done.returncode == 0
        assert re.findall(r"^    ([a-z-]+)(?: |$)", done.stdout, re.M) == [
            "demo",
            "serve",
            "migrate",
            "load",
            "timeline",
            "channels",
            "verify",
            "doctor",
            "audit",
            "keys",
            "backup",
            "restore",
            "staff",
            "bench",
            "wechat-emulator",
            "wechat",
        ]

    @pytest.mark.parametrize(
        "arguments",
        [
            [],
            ["fly"],
            ["serve", "--port", "many"],
            ["serve", "--port", "65536"],
            ["serve", "--workers", "0"],
            ["load"],
            ["migrate", "--data", ""],
        ],
    )
    def test_wrong_usage_is_2(self, arguments):
        done = heli(*arguments)

        assert done.returncode == 2
        assert "Traceback" not in done.stderr


class TestRefusals:
    def test_where_the_data_is_has_to_be_said(self):
        assert "say where the data is with --data DIR" in refused(heli("migrate"))

    def test_production_without_keys_leaves_nothing_behind(self, tmp_path):
        done = heli("serve", "--port", "0", "--data", tmp_path / "new", HELI_ENV="")

        assert "HELI_KEYS" in refused(done)
        assert not (tmp_path / "new").exists()

    def test_a_key_file_that_is_not_there_leaves_nothing_behind(self, tmp_path):
        done = heli("serve", "--port", "0", "--data", tmp_path / "new", HELI_ENV="production",
                    HELI_KEYS=str(tmp_path / "none.json"))  # fmt: skip

        assert "is not there" in refused(done)
        assert not (tmp_path / "new").exists()

    def test_an_unknown_environment(self, tmp_path):
        done = heli("migrate", "--data", tmp_path / "new", HELI_ENV="moon")

        assert "HELI_ENV is 'moon'" in refused(done)

    def test_a_directory_that_is_not_ours(self, tmp_path):
        (tmp_path / "thesis.txt").write_text("")

        assert "not empty" in refused(heli("migrate", "--data", tmp_path))

    def test_a_demo_is_never_opened_as_production(self, tmp_path):
        assert heli("migrate", "--data", tmp_path / "demo", HELI_ENV="demo").returncode == 0
        keys = tmp_path / "demo" / "keys.json"

        done = heli("serve", "--port", "0", "--data", tmp_path / "demo", HELI_ENV="production",
                    HELI_KEYS=str(keys), HELI_BASE_URL="https://heli.example")  # fmt: skip

        assert "was made for demo and cannot be used for production" in refused(done)

    def test_a_server_of_ones_own_that_is_not_there(self):
        done = heli("migrate", DATABASE_URL="postgresql://heli:s3cret@127.0.0.1:1/heli")

        assert "cannot be used" in refused(done)
        assert "s3cret" not in done.stderr

    def test_a_server_of_ones_own_is_not_migrated_by_serve(self, tmp_path):
        empty = urlsplit(OWN)._replace(path="/postgres").geturl()

        done = heli("serve", "--port", "0", "--data", tmp_path / "w", DATABASE_URL=empty)

        assert "run heli migrate first" in refused(done)

    def test_load_of_what_is_not_there(self, tmp_path):
        done = heli("load", tmp_path / "none", "--data", tmp_path / "world")

        assert "no directory" in refused(done)
        assert not (tmp_path / "world").exists()

    def test_the_demo_is_not_for_production(self, tmp_path):
        done = heli("demo", "--once", "--data", tmp_path / "world", HELI_ENV="production")

        assert "no demo in production" in refused(done)


class TestMigrate:
    def test_the_second_time_there_is_nothing_to_do(self, tmp_path):
        first = heli("migrate", "--data", tmp_path / "world")
        second = heli("migrate", "--data", tmp_path / "world")

        assert "bookings.0001_initial" in first.stdout
        assert second.stdout == "Nothing to do.\n"


class TestLoad:
    def test_each_bad_line_is_named_and_nothing_is_loaded(self, tmp_path):
        (tmp_path / "files").mkdir()
        (tmp_path / "files" / "offices.yaml").write_text("offices: [ {bad: 1\n")

        done = heli("load", tmp_path / "files", "--data", tmp_path / "world")

        assert done.returncode == 1
        assert "offices.yaml" in done.stderr
        assert "Traceback" not in done.stderr

    def test_a_directory_with_none_of_the_files_is_told_all_that_there_could_be(self, tmp_path):
        (tmp_path / "files").mkdir()

        done = heli("load", tmp_path / "files", "--data", tmp_path / "world", LANG="en_US.UTF-8")

        assert done.returncode == 1
        assert "regions.csv, offices.yaml, rules.yaml, channels.yaml." in done.stderr


class TestKeys:
    def test_a_missing_file_is_asked_for_by_the_deed_itself(self):
        assert "heli keys wrap FILE" in refused(heli("keys", "wrap"))


class TestAudit:
    def test_a_new_world_has_a_whole_audit_without_a_tail(self, tmp_path):
        heli("migrate", "--data", tmp_path / "world", HELI_ENV="demo")

        done = heli("audit", "verify", "--json", "--data", tmp_path / "world", HELI_ENV="")

        told = json.loads(done.stdout)
        assert done.returncode == 0, done.stderr
        assert (told["ok"], told["tail"]["length"], told["problems"]) == (True, 0, [])

    def test_with_another_databases_keys_nobody_is_told_that_it_was_tampered_with(self, tmp_path):
        heli("keys", "new", tmp_path / "own.json")
        heli("keys", "new", tmp_path / "other.json")
        own = {"HELI_ENV": "demo", "HELI_KEYS": str(tmp_path / "own.json")}
        heli("migrate", "--data", tmp_path / "world", **own)
        assert heli("keys", "rotate", "--data", tmp_path / "world", **own).returncode == 0

        other = own | {"HELI_KEYS": str(tmp_path / "other.json")}
        done = heli("audit", "verify", "--data", tmp_path / "world", **other)

        assert "not the one that this database was sealed with" in refused(done)


class TestDoctor:
    def test_a_sound_world_is_ok_and_each_setting_is_explained(self, tmp_path):
        heli("migrate", "--data", tmp_path / "world", HELI_ENV="demo")

        done = heli("doctor", "--json", "--data", tmp_path / "world", HELI_ENV="")

        told = json.loads(done.stdout)
        assert done.returncode == 0, done.stdout
        assert told["ok"] is True
        assert {check["name"]: check["verdict"] for check in told["checks"]} == {
            "settings": "ok",
            "data": "ok",
            "database": "ok",
            "keys": "ok",
            "migrations": "ok",
            "jobs": "ok",
            "outbox": "ok",
            "audit": "ok",
            "four eyes": "ok",
            "logins": "ok",
            "clock": "ok",
            "account": "ok",
            "mini": "ok",
            "pushes": "ok",
            "templates": "ok",
            "check files": "ok",
            "sms": "ok",
            "identity": "ok",
            "faceid": "ok",
        }
        assert {setting["name"] for setting in told["settings"]} == set(MEANINGS)

    def test_lost_keys_are_bad(self, tmp_path):
        heli("migrate", "--data", tmp_path / "world")
        keys = tmp_path / "world" / "keys.json"
        keys.write_text("{}")

        done = heli("doctor", "--data", tmp_path / "world")

        assert done.returncode == 1
        assert re.search(r"^bad +keys ", done.stdout, re.M)

    def test_checkpoints_that_can_go_nowhere_are_bad(self, tmp_path):
        heli("migrate", "--data", tmp_path / "world")

        done = heli("doctor", "--data", tmp_path / "world",
                    HELI_AUDIT_CHECKPOINTS=str(tmp_path / "none" / "file.jsonl"))  # fmt: skip

        assert done.returncode == 1
        assert re.search(r"^bad +audit +its checkpoints cannot be written", done.stdout, re.M)

    def test_a_directory_that_is_not_there_is_bad_and_not_made(self, tmp_path):
        done = heli("doctor", "--data", tmp_path / "none")

        assert done.returncode == 1
        assert re.search(r"^bad +data +There is no directory", done.stdout, re.M)
        assert not (tmp_path / "none").exists()

    def test_a_wrong_setting_is_bad(self):
        done = heli("doctor", HELI_ENV="moon")

        assert done.returncode == 1
        assert re.search(r"^bad +settings ", done.stdout, re.M)
