"""Directories of facts as an operator writes them, for the tests."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml

REGIONS_HEADER = "code,name,path,pinyin,initials,latitude,longitude\n"
HOURS = {"mon": ["09:00-12:00", "13:00-17:00"], "fri": ["09:00-12:00"]}


def an_office(id: str = "demo-1", **fields: Any) -> dict[str, Any]:
    """An entry of offices.yaml; fields that are None are written as null."""
    return {
        "id": id,
        "name": "天河演示婚姻登记处",
        "region_code": "440106",
        "address": "演示路1号",
        "phone": "020-00000000",
        "hours_text": "周一、周五",
        "hours": copy.deepcopy(HOURS),
        "services": ["marriage", "divorce", "reissue"],
        "source_url": "https://example.org/",
        "as_of": "2026-11-24",
        "confidence": "high",
        **fields,
    }


def some_rules(**parts: Any) -> dict[str, Any]:
    """An entry of rules.yaml."""
    return {
        "timetable": {"starts_on": "2026-01-01", "mon-fri": ["09:00-12:00", "13:00-17:00"]},
        "services": {
            "divorce_application": {"starts_on": "2026-01-01", "minutes": 30, "places": 2}
        },
        "policy": {"starts_on": "2026-01-01", "release_at": "08:30"},
        **parts,
    }


def write(path: Path, offices: list[Any] | None = None, rules: Any = None, **texts: str) -> Path:
    """Write a directory. texts: file names with _ for the dot, and what stands in them."""
    path.mkdir(exist_ok=True)
    for name, content in (("offices", offices), ("rules", rules)):
        if content is not None:
            text = yaml.safe_dump({name: content}, allow_unicode=True, sort_keys=False)
            (path / f"{name}.yaml").write_text(text, encoding="utf-8")
    for name, text in texts.items():
        stem, _underscore, ending = name.rpartition("_")
        (path / f"{stem}.{ending}").write_text(text, encoding="utf-8")
    return path


def every_part() -> dict[str, Any]:
    """An entry of rules.yaml in which every part stands, nothing in order."""
    return some_rules(
        timetable=[
            {"starts_on": "2027-01-01", "tue-sat": ["10:00-18:00"]},
            {"starts_on": "2026-01-01", "mon": ["13:00-17:00", "09:00-12:00"]},
        ],
        services={
            "divorce_application": [
                {"starts_on": "2027-01-01", "minutes": 30, "places": 0},
                {"starts_on": "2026-01-01", "minutes": 30, "places": 2},
            ]
        },
        closures=[
            {"first_on": "2027-01-04", "last_on": "2027-01-05", "reason": "搬迁"},
            {"first_on": "2026-12-31", "reason": "年终盘点"},
        ],
        extra_days=[
            {
                "on": "2027-05-20",
                "hours": ["13:00-20:00", "08:00-12:00"],
                "services": ["marriage"],
                "reason": 520,
            }
        ],
    )
