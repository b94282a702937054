"""The data directory: what is accepted, what is refused, and that a refusal changes nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from heli.ground.configuration import Environment
from heli.ops.data_directory import create_keys, default_for_demo, open_directory
from heli.ops.errors import DirectoryMissing, DirectoryRefused


def marked(path: Path, **changes: object) -> Path:
    """A directory of Heli's whose heli.json says something else."""
    open_directory(path, create_for=Environment.DEMO)
    mark = path / "heli.json"
    mark.write_text(json.dumps(json.loads(mark.read_text()) | changes))
    return path


class TestOpenDirectory:
    def test_a_new_one_is_closed_to_others_and_remembers_what_it_is_for(self, tmp_path):
        path = tmp_path / "deep" / "new"

        open_directory(path, create_for=Environment.DEMO)

        assert path.stat().st_mode & 0o777 == 0o700
        assert open_directory(path).environment is Environment.DEMO
        assert json.loads((path / "heli.json").read_text())["postgres"] == 18

    def test_an_empty_directory_becomes_ours(self, tmp_path):
        assert open_directory(tmp_path, create_for=Environment.TEST).path == tmp_path

    def test_what_it_was_made_for_stays(self, tmp_path):
        open_directory(tmp_path, create_for=Environment.DEMO)

        again = open_directory(tmp_path, create_for=Environment.PRODUCTION)

        assert again.environment is Environment.DEMO

    def test_a_start_that_was_cut_short_is_begun_again(self, tmp_path):
        (tmp_path / "heli.json.new").write_text("{")

        assert open_directory(tmp_path, create_for=Environment.TEST)

    def test_one_left_open_to_others_is_closed(self, tmp_path):
        open_directory(tmp_path, create_for=Environment.TEST)
        tmp_path.chmod(0o755)

        open_directory(tmp_path)

        assert tmp_path.stat().st_mode & 0o777 == 0o700

    def test_a_missing_one_is_made_only_where_asked(self, tmp_path):
        with pytest.raises(DirectoryMissing, match="no directory"):
            open_directory(tmp_path / "missing")

        assert not (tmp_path / "missing").exists()

    def test_somebody_elses_files_are_left_alone(self, tmp_path):
        (tmp_path / "thesis.txt").write_text("years of work")

        with pytest.raises(DirectoryRefused, match="not empty and not a data directory"):
            open_directory(tmp_path, create_for=Environment.DEMO)

        assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]

    def test_a_file_is_no_directory(self, tmp_path):
        (tmp_path / "file").write_text("")

        for path in (tmp_path / "file", tmp_path / "file" / "below"):
            with pytest.raises(DirectoryRefused, match="not a directory"):
                open_directory(path, create_for=Environment.DEMO)

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"format": 2}, "newer version of Heli"),
            ({"format": 2, "environment": "moon"}, "newer version of Heli"),
            ({"postgres": 19}, "PostgreSQL 19, which is newer"),
            ({"postgres": 17}, "PostgreSQL 17, which is older"),
            ({"environment": "moon"}, "not what Heli wrote"),
            ({"format": "one"}, "not what Heli wrote"),
        ],
    )
    def test_a_directory_of_another_version_is_refused(self, tmp_path, changes, sentence):
        path = marked(tmp_path, **changes)

        with pytest.raises(DirectoryRefused, match=sentence):
            open_directory(path, create_for=Environment.DEMO)

    def test_a_cluster_of_a_newer_postgresql_is_refused(self, tmp_path):
        open_directory(tmp_path, create_for=Environment.DEMO)
        (tmp_path / "pg").mkdir()
        (tmp_path / "pg" / "PG_VERSION").write_text("19\n")

        with pytest.raises(DirectoryRefused, match="PostgreSQL 19"):
            open_directory(tmp_path)

    @pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 1}', "\x00\xff"])
    def test_a_broken_mark_is_said_to_be_broken(self, tmp_path, text):
        open_directory(tmp_path, create_for=Environment.DEMO)
        (tmp_path / "heli.json").write_text(text, encoding="latin-1")

        with pytest.raises(DirectoryRefused, match="not what Heli wrote"):
            open_directory(tmp_path)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
    def test_a_directory_of_another_user_is_refused(self, tmp_path):
        open_directory(tmp_path, create_for=Environment.DEMO)
        os.chown(tmp_path, 65534, 65534)

        with pytest.raises(DirectoryRefused, match="belongs to the user"):
            open_directory(tmp_path, create_for=Environment.DEMO)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may enter everywhere")
    def test_the_directory_of_root_is_refused_to_an_ordinary_user(self):
        with pytest.raises(DirectoryRefused, match="belongs to the user root"):
            open_directory(Path("/usr"), create_for=Environment.DEMO)


def test_the_demo_lives_with_the_users_own_files():
    assert default_for_demo({}) == Path.home() / ".local" / "share" / "heli" / "demo"


class TestCreateKeys:
    def test_a_new_world_gets_keys_and_keeps_them(self, tmp_path):
        directory = open_directory(tmp_path, create_for=Environment.DEMO)

        create_keys(directory)
        before = directory.keys.read_text()
        create_keys(directory)

        assert directory.keys.read_text() == before

    def test_one_that_lost_them_gets_no_others(self, tmp_path):
        directory = open_directory(tmp_path, create_for=Environment.DEMO)
        directory.cluster.mkdir()

        create_keys(directory)

        assert not directory.keys.exists()

    def test_production_keeps_its_own_elsewhere(self, tmp_path):
        directory = open_directory(tmp_path, create_for=Environment.PRODUCTION)

        create_keys(directory)

        assert not directory.keys.exists()
