"""The mini program's own files, and what is read from them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2] / "miniprogram"
NOT_PACKED = ("node_modules", "miniprogram_npm", "tests")
FOR_DEVELOPERS = ("eslint.config.js", "jest.config.js", "package-lock.json")

_TAG = re.compile(r"<([a-z][\w-]*)((?:\s+[\w:-]+(?:=\"[^\"]*\")?)*)\s*/?>")
_ATTRIBUTE = re.compile(r"([\w:-]+)(?:=\"([^\"]*)\")?")


def document(name: str) -> Any:
    """A JSON file of the mini program."""
    return json.loads((ROOT / name).read_text("utf-8"))


def pages() -> list[str]:
    """The pages that app.json lists: pages/front/front."""
    listed: list[str] = document("app.json")["pages"]
    return listed


def files(*endings: str) -> list[Path]:
    """What is uploaded, by the ends of the names; all of it without one."""
    found = (path for path in sorted(ROOT.rglob("*")) if path.is_file())
    return [
        path
        for path in found
        if path.relative_to(ROOT).parts[0] not in NOT_PACKED
        and path.name not in FOR_DEVELOPERS
        and (not endings or path.suffix.lstrip(".") in endings)
    ]


def tags(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The opening tags of a page's markup, with their attributes."""
    for name, attributes in _TAG.findall(path.read_text("utf-8")):
        yield name, dict(_ATTRIBUTE.findall(attributes))


def words(language: str, part: str) -> dict[str, str]:
    """The sentences of one part, by name, from lib/words."""
    text = (ROOT / "lib" / "words" / f"{language}.js").read_text("utf-8")
    found = re.search(rf"(?ms)^  {part}: \{{\n(.*?)^  \}},", text)
    assert found is not None, part
    return dict(re.findall(r'^    (\w+): "(.*)",$', found[1], re.MULTILINE))


def tokens(selector: str) -> dict[str, str]:
    """The design's tokens and measures in a rule of app.wxss: {"--ink": "#1d2a2c", …}."""
    text = (ROOT / "app.wxss").read_text("utf-8")
    found = re.search(rf"(?ms)^{re.escape(selector)} \{{(.*?)\}}", text)
    assert found is not None, selector
    return dict(re.findall(r"([\w-]+): ([^;]+);", found[1]))
