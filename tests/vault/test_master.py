"""The key file under a master key: in a file, in the environment, or in a KMS."""

from __future__ import annotations

import base64
import json
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from signal import SIGHUP, SIGINT, SIGTERM
from typing import Any

import pytest

from heli.ground.configuration import ConfigurationError
from heli.ground.sealing_settings import SealingSettingWrong, read_master, read_sealing
from heli.ops.cli import main
from heli.vault.key_file import create_key_file, read_key_file, replace_key_file
from heli.vault.master import CommandMaster, LocalMaster, MasterFailed, MasterKey, master_key

SECRET = base64.b64encode(bytes(range(100, 132))).decode()

# A KMS that turns bytes around, as a program of the operator's.
KMS = f"""#!{sys.executable}
import base64, sys
given = base64.b64decode(sys.stdin.read())
assert sys.argv[1] in ("wrap", "unwrap")
print(base64.b64encode(given[::-1]).decode())
"""


@pytest.fixture(params=["environment", "file", "command"])
def said(request: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """HELI_MASTER, for each place where a master key can be."""
    monkeypatch.setenv("HELI_MASTER_KEY", SECRET if request.param == "environment" else "")
    if request.param == "environment":
        return "environment"
    path = tmp_path / request.param
    path.write_text(KMS if request.param == "command" else SECRET + "\n")
    path.chmod(0o700 if request.param == "command" else 0o600)
    return f"{request.param}:{path}"


def a_master(said: str) -> MasterKey:
    found = read_master(said, {"HELI_MASTER_KEY": SECRET})
    assert found is not None
    return master_key(found, is_production=True)


def a_program(path: Path, body: str) -> CommandMaster:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o700)
    return CommandMaster(path)


class TestMasterKey:
    def test_what_was_wrapped_is_unwrapped(self, said: str) -> None:
        key = bytes(range(32))
        wrapped = a_master(said).wrap(key)
        assert wrapped != key
        assert a_master(said).unwrap(wrapped) == key

    def test_another_key_unwraps_nothing(self) -> None:
        wrapped = LocalMaster(bytes(32)).wrap(bytes(range(32)))
        for other, tried in ((bytes([1] * 32), wrapped), (bytes(32), wrapped[:9])):
            with pytest.raises(MasterFailed, match="under another master key"):
                LocalMaster(other).unwrap(tried)

    @pytest.mark.parametrize(
        ("body", "sentence"),
        [
            ("exit 3", r"unwrap failed \(3\)"),
            ("echo secret-thing", "something else than base64"),
            ("true", "something else than base64"),
        ],
    )
    def test_a_program_that_fails_is_named_and_what_it_said_is_not(
        self, tmp_path: Path, body: str, sentence: str
    ) -> None:
        with pytest.raises(MasterFailed, match=sentence) as failed:
            a_program(tmp_path / "kms", body).unwrap(b"x")
        assert "secret-thing" not in str(failed.value)

    def test_a_program_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(MasterFailed, match="cannot be run"):
            CommandMaster(tmp_path / "nothing").wrap(b"x")

    def test_a_file_open_to_others_is_refused_in_production(self, tmp_path: Path) -> None:
        path = tmp_path / "master"
        path.write_text(SECRET)
        path.chmod(0o644)
        with pytest.raises(MasterFailed, match="open to others"):
            a_master(f"file:{path}")

    def test_a_key_of_another_length_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "master"
        path.write_text("c2hvcnQ=")
        path.chmod(0o600)
        with pytest.raises(MasterFailed, match="is not 32 bytes in base64"):
            a_master(f"file:{path}")


class TestSettings:
    @pytest.mark.parametrize(
        "env",
        [
            {"HELI_CIPHER": "aes"},
            {"HELI_RECORD_KEYS": "yes"},
            {"HELI_MASTER": "environment"},
            {"HELI_MASTER": "file:relative"},
            {"HELI_MASTER": "command:"},
            {"HELI_MASTER": "vault:/x"},
        ],
    )
    def test_a_wrong_one_is_refused_by_its_name(self, env: dict[str, str]) -> None:
        with pytest.raises(SealingSettingWrong, match=next(iter(env))):
            read_sealing(env)

    def test_a_master_key_is_not_printed(self) -> None:
        assert SECRET not in repr(read_master("environment", {"HELI_MASTER_KEY": SECRET}))


class TestKeyFile:
    def test_under_a_master_key_it_shows_no_key_and_opens_with_it_alone(
        self, tmp_path: Path, said: str
    ) -> None:
        path = tmp_path / "keys.json"
        create_key_file(path, master=a_master(said))
        keys = read_key_file(path, is_production=True, master=lambda: a_master(said))

        shown = path.read_text()
        for key in (*keys.sealing.values(), keys.index, keys.token, keys.voucher):
            assert base64.b64encode(key).decode() not in shown
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with pytest.raises(ConfigurationError, match="nothing says where that is"):
            read_key_file(path, is_production=True)
        with pytest.raises(ConfigurationError, match=r"HELI_MASTER|does not hold 32 bytes"):
            read_key_file(path, is_production=True, master=lambda: LocalMaster(bytes(32)))

    def test_a_key_moved_to_another_name_does_not_open(self, tmp_path: Path) -> None:
        path, master = tmp_path / "keys.json", LocalMaster(bytes(32))
        create_key_file(path, master=master)
        content = json.loads(path.read_text())
        content["index"], content["token"] = content["token"], content["index"]
        path.write_text(json.dumps(content))

        with pytest.raises(ConfigurationError, match="'index' does not open"):
            read_key_file(path, is_production=True, master=lambda: master)

    def test_replacing_keeps_its_mode_and_leaves_nothing_beside_it(self, tmp_path: Path) -> None:
        path = tmp_path / "keys.json"
        create_key_file(path)
        path.chmod(0o400)
        keys = read_key_file(path, is_production=True).with_key("k2")

        replace_key_file(path, keys, master=None)

        assert list(read_key_file(path, is_production=True).sealing) == ["k1", "k2"]
        assert stat.S_IMODE(path.stat().st_mode) == 0o400
        assert list(tmp_path.iterdir()) == [path]

    def test_one_without_more_is_as_an_earlier_version_reads_it(self, tmp_path: Path) -> None:
        create_key_file(tmp_path / "keys.json")
        content = json.loads((tmp_path / "keys.json").read_text())
        assert content["format"] == 1
        assert set(content) == {"format", "sealing", "index", "token", "voucher"}


@pytest.fixture
def signals() -> Iterator[None]:
    """The command takes the signals that end it; afterwards they are pytest's again."""
    before = {number: signal.getsignal(number) for number in (SIGTERM, SIGHUP, SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals")
class TestCommand:
    def test_new_makes_a_file_and_never_a_second_one_in_its_place(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "keys.json"

        assert main(["keys", "new", str(path), "--index", "sm3"]) == 0
        before = path.read_text()
        assert main(["keys", "new", str(path)]) == 1

        assert "exists already" in capsys.readouterr().err
        assert path.read_text() == before
        assert read_key_file(path, is_production=True).index_hash == "sm3"

    def test_wrap_seals_it_under_a_master_key_and_under_another_and_lays_it_open(
        self, tmp_path: Path, said: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path, other = tmp_path / "keys.json", tmp_path / "other"
        other.write_text(base64.b64encode(bytes(range(32))).decode())
        main(["keys", "new", str(path)])
        keys = vars(read_key_file(path, is_production=True))

        monkeypatch.setenv("HELI_MASTER", said)
        assert main(["keys", "wrap", str(path)]) == 0
        read = read_key_file(path, is_production=True, master=lambda: a_master(said))
        assert vars(read) == keys

        monkeypatch.setenv("HELI_MASTER", f"file:{other}")
        assert main(["keys", "wrap", str(path), "--from", said]) == 0
        assert main(["keys", "wrap", str(path), "--from", said]) == 1
        monkeypatch.delenv("HELI_MASTER")
        assert main(["keys", "wrap", str(path), "--from", f"file:{other}"]) == 0
        assert vars(read_key_file(path, is_production=True)) == keys

    def test_without_a_file_it_asks_for_one(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.delenv("HELI_KEYS", raising=False)
        assert main(["keys", "new"]) == 1
        assert "Say which file" in capsys.readouterr().err
