"""What Heli is made of: the lock is read whole, known weaknesses are found, parts are listed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scripts.advisories import Advisory, is_affected, known_of, newest
from scripts.audit_dependencies import LOCKS, ROOT, ask_copy
from scripts.locked import Locked, normal_name, read_lock
from scripts.write_sbom import OWN, sbom

LOCK = """
celery==5.4.0 \\
    --hash=sha256:00 \\
    --hash=sha256:01
    # via heli (pyproject.toml)
Typing_Extensions==4.16.0 ; python_full_version < '3.13' \\
    --hash=sha256:02
    # via
    #   celery
    #   heli (pyproject.toml)
"""
ADVISORY = """
id: PYSEC-1899-1
modified: '1899-12-31T00:00:00Z'
details: |
  It opens
  every door.
affected:
- package: {name: Celery, ecosystem: PyPI, purl: 'pkg:pypi/celery'}
  ranges:
  - type: GIT
    events: [{introduced: '0'}]
  - type: ECOSYSTEM
    events: [{introduced: '5.0'}, {fixed: '5.4.1'}]
  versions: ['5.3.10']
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A copy with one advisory."""
    folder = tmp_path / "vulns" / "celery"
    folder.mkdir(parents=True)
    (folder / "PYSEC-1899-1.yaml").write_text(ADVISORY, "utf-8")
    return tmp_path


class TestTheLock:
    def test_is_read_with_who_wants_what(self):
        assert read_lock(LOCK) == [
            Locked("celery", "5.4.0", "", ("heli",)),
            Locked(
                "typing-extensions", "4.16.0", "python_full_version < '3.13'", ("celery", "heli")
            ),
        ]

    @pytest.mark.parametrize("lock", LOCKS)
    def test_of_this_version_is_read_whole(self, lock):
        text = (ROOT / lock).read_text("utf-8")

        packages = read_lock(text)

        assert len(packages) == len(re.findall(r"^[\w.-]+==", text, re.MULTILINE)) > 50
        assert len({package.name for package in packages}) == len(packages)


class TestACopyOfTheDatabase:
    def test_knows_a_package_in_an_affected_version(self, database):
        assert list(known_of(read_lock(LOCK), database)) == [
            Advisory("PYSEC-1899-1", "celery", "5.4.0", ("5.4.1",), "It opens")
        ]

    @pytest.mark.parametrize("version", ["4.9", "5.4.1", "5.5"])
    def test_says_nothing_of_any_other_version(self, database, version):
        assert not list(known_of([Locked("celery", version, "", ())], database))

    def test_says_nothing_that_was_withdrawn(self, database):
        path = database / "vulns" / "celery" / "PYSEC-1899-1.yaml"
        path.write_text(ADVISORY + "withdrawn: '1900-01-01T00:00:00Z'\n", "utf-8")

        assert not list(known_of(read_lock(LOCK), database))

    @pytest.mark.parametrize(
        ("version", "is_in"),
        [("0.9", True), ("1.0", True), ("1.0.1", False), ("2.0rc1", False), ("2.0", True)],
    )
    def test_takes_ranges_as_the_schema_has_them(self, version, is_in):
        events = [{"introduced": "2.0"}, {"last_affected": "1.0"}, {"introduced": "0"}]

        assert is_affected(version, {"ranges": [{"type": "ECOSYSTEM", "events": events}]}) is is_in

    def test_tells_how_old_it_is_and_that_nothing_newer_was_looked_up(self, database, capsys):
        assert newest(database) == "1899-12-31"

        assert ask_copy(database) == 0

        told = capsys.readouterr()
        assert re.search(r"0 known weaknesses in \d+ packages, by a copy of 1899-12-31", told.out)
        assert "NOT looked up" in told.err

    def test_that_is_none_is_no_all_clear(self, tmp_path, capsys):
        assert ask_copy(tmp_path) == 2
        assert "no advisories" in capsys.readouterr().err

    def test_finds_what_is_wrong_with_the_lock_itself(self, database, capsys):
        (package, *_) = read_lock((ROOT / LOCKS[0]).read_text("utf-8"))
        folder = database / "vulns" / package.name
        folder.mkdir()
        text = ADVISORY.replace("Celery", package.name).replace("5.3.10", package.version)
        (folder / "PYSEC-1899-2.yaml").write_text(text, "utf-8")

        assert ask_copy(database) == 1
        assert f"{package.name} {package.version}: PYSEC-1899-1" in capsys.readouterr().out


class TestTheListOfParts:
    def test_names_each_package_once_and_what_it_is_wanted_by(self):
        document = sbom(read_lock(LOCK))

        celery, typing = "pkg:pypi/celery@5.4.0", "pkg:pypi/typing-extensions@4.16.0"
        wants = {each["ref"]: each["dependsOn"] for each in document["dependencies"]}
        assert wants[celery] == [typing]
        assert {celery, typing} <= set(wants[OWN])
        refs = [component["bom-ref"] for component in document["components"]]
        assert len(refs) == len(set(refs))
        assert {celery, typing} <= set(refs)

    def test_of_the_lock_is_whole_and_the_same_each_time(self):
        packages = read_lock((ROOT / LOCKS[0]).read_text("utf-8"))

        document = sbom(packages)

        assert document == sbom(packages)
        assert json.loads(json.dumps(document))["specVersion"] == "1.6"
        refs = {component["bom-ref"] for component in document["components"]} | {OWN}
        for each in document["dependencies"]:
            assert set(each["dependsOn"]) <= refs, each["ref"]
        names = {component["name"] for component in document["components"]}
        assert {package.name for package in packages} <= names
        assert all(normal_name(package.name) == package.name for package in packages)
