"""The key file: made once, read once, and refused in one sentence when it is not right."""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from heli.ground.configuration import ConfigurationError, Environment
from heli.vault import keys


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "keys.json"
    keys.create_key_file(made)
    return made


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Point the settings at another key file, in another environment."""

    def point(path: Path | None, environment: Environment = Environment.TEST) -> None:
        heli = dataclasses.replace(settings.HELI, keys=path, environment=environment)
        monkeypatch.setattr(settings, "HELI", heli)

    return point


def change(path: Path, **parts: Any) -> None:
    content = json.loads(path.read_text()) | parts
    path.write_text(json.dumps(content))


class TestCreateKeyFile:
    def test_only_its_owner_can_read_it(self, path: Path) -> None:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_an_existing_file_is_not_overwritten_and_nothing_is_left_beside_it(
        self, path: Path
    ) -> None:
        before = path.read_text()

        with pytest.raises(ConfigurationError, match="exists already"):
            keys.create_key_file(path)

        assert path.read_text() == before
        assert list(path.parent.iterdir()) == [path]

    def test_a_folder_that_is_not_there_is_said_in_one_sentence(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match="cannot be written: No such file"):
            keys.create_key_file(tmp_path / "nowhere" / "keys.json")

    def test_two_files_have_no_key_in_common(self, path: Path, tmp_path: Path) -> None:
        keys.create_key_file(tmp_path / "other.json")

        one, other = (json.loads(p.read_text()) for p in (path, tmp_path / "other.json"))

        assert one["sealing"]["keys"]["k1"] != other["sealing"]["keys"]["k1"]
        assert not {one[name] for name in ("index", "token", "voucher")} & {
            other[name] for name in ("index", "token", "voucher")
        }


class TestKeyring:
    def test_it_is_read_once(self, path: Path, use: Any) -> None:
        use(path)
        assert keys.keyring() is keys.keyring()

    def test_it_prints_no_key(self, path: Path, use: Any) -> None:
        use(path)
        assert "index" not in repr(keys.keyring())

    def test_no_setting(self, use: Any) -> None:
        use(None)
        with pytest.raises(ConfigurationError, match="HELI_KEYS is not set"):
            keys.keyring()

    def test_a_file_that_is_not_there(self, tmp_path: Path, use: Any) -> None:
        use(tmp_path / "keys.json")
        with pytest.raises(ConfigurationError, match="is not there"):
            keys.keyring()

    def test_a_folder_in_its_place(self, tmp_path: Path, use: Any) -> None:
        use(tmp_path)
        with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
            keys.keyring()

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
    def test_in_production_a_file_open_to_others_is_refused(
        self, path: Path, use: Any, mode: int
    ) -> None:
        path.chmod(mode)
        use(path, Environment.PRODUCTION)
        with pytest.raises(ConfigurationError, match="run `chmod 600"):
            keys.keyring()

    def test_in_production_a_private_file_is_read(self, path: Path, use: Any) -> None:
        use(path, Environment.PRODUCTION)
        assert keys.keyring().current == "k1"

    def test_in_production_a_key_that_is_not_random_is_refused(self, path: Path, use: Any) -> None:
        change(path, token=base64.b64encode(b"0" * 32).decode())
        use(path, Environment.PRODUCTION)
        with pytest.raises(ConfigurationError, match="'token' is no random key"):
            keys.keyring()

    @pytest.mark.parametrize(
        ("parts", "sentence"),
        [
            ({"format": 3}, "its format is not 1 or 2"),
            ({"format": "1"}, "its format is not 1 or 2"),
            ({"index_hash": "sm3"}, "are of format 2"),
            ({"format": 2, "index_hash": "md5"}, "'index_hash' is not sha256 or sm3"),
            ({"sealing": []}, "'sealing' holds no keys"),
            ({"sealing": {"current": "k1", "keys": {}}}, "names none of its keys"),
            ({"sealing": {"current": ["k1"], "keys": {}}}, "names none of its keys"),
            ({"sealing": {"current": "K", "keys": {"K": ""}}}, "a key id in 'sealing'"),
            ({"sealing": {"current": "k1", "keys": {"k1": "x"}}}, "'sealing.keys.k1' is not 32"),
            ({"index": None}, "'index' is not 32 bytes"),
            ({"token": "AAAA"}, "'token' is not 32 bytes"),
            ({"voucher": "*" * 44}, "'voucher' is not 32 bytes"),
        ],
    )
    def test_a_broken_part_is_named(
        self, path: Path, use: Any, parts: dict[str, Any], sentence: str
    ) -> None:
        change(path, **parts)
        use(path)
        with pytest.raises(ConfigurationError, match=sentence):
            keys.keyring()

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
    def test_a_file_that_is_no_key_file_at_all(self, path: Path, use: Any, content: bytes) -> None:
        path.write_bytes(content)
        use(path)
        with pytest.raises(ConfigurationError, match="is broken: it is no JSON"):
            keys.keyring()

    def test_no_refusal_shows_a_key(self, path: Path, use: Any) -> None:
        secret = base64.b64encode(os.urandom(31)).decode()
        change(path, index=secret)
        use(path)
        with pytest.raises(ConfigurationError) as refused:
            keys.keyring()
        assert secret not in str(refused.value)
