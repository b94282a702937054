"""Key files of a test's own, for what is done to key files."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from django.conf import settings

from heli.vault import keys


@pytest.fixture
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new key file, which the settings name until the end of the test."""
    path = tmp_path / "keys.json"
    keys.create_key_file(path)
    monkeypatch.setattr(settings, "HELI", dataclasses.replace(settings.HELI, keys=path))
    return path
