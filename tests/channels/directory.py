"""Small channels.yaml files, and the collected one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from heli import channels, places
from heli.channels.services import load_directory

COLLECTED = Path(channels.__file__).parent / "data"
OFFICES = Path(places.__file__).parent / "data"


def an_entry(**fields: Any) -> dict[str, Any]:
    """An entry with good defaults: a fictional mini program of Guangzhou that books divorces."""
    return {
        "region": "440100",
        "kind": "wechat_mini_program",
        "name": "演示预约",
        "operator": "演示市民政局",
        "operator_basis": "stated",
        "path": "演示预约 → 婚姻登记",
        "url": None,
        "services": ["divorce_application"],
        "source": "https://example.org/notice",
        "source_kind": "official",
        "as_of": "2026-05-01",
        "confidence": "high",
        "note": None,
    } | fields


def write_channels(folder: Path, *entries: dict[str, Any]) -> Path:
    """A directory with these entries in its channels.yaml."""
    folder.mkdir(exist_ok=True)
    document = {"channels": list(entries)}
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    (folder / "channels.yaml").write_text(text, encoding="utf-8")
    return folder


def load(folder: Path, *entries: dict[str, Any]) -> None:
    """Load these entries."""
    load_directory(write_channels(folder, *entries))


def load_collected() -> None:
    """Load what was collected of the whole country: offices and channels."""
    load_directory(OFFICES)
    load_directory(COLLECTED)
