"""The message templates that the two emulated apps have, and the file that says so to Heli."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FIELDS = {"what": "thing1", "when": "time2", "where": "thing3", "note": "thing4"}


class Way(StrEnum):
    """By which call a template is sent."""

    MINI = "mini_subscribe"
    ACCOUNT = "account_subscribe"
    CLASSIC = "template"


@dataclass(frozen=True)
class Template:
    """A template that the app has. title: what stands above a message. keys: of its fields."""

    id: str
    way: Way
    title: str
    keys: tuple[str, ...]


MINI_ID = "emulated-mini-template-000000000000000000001"
ACCOUNT_ID = "emulated-account-template-000000000000000001"
CLASSIC_ID = "emulated-classic-template-000000000000000001"

TEMPLATES = {
    template.id: template
    for template in (
        Template(MINI_ID, Way.MINI, "预约进度提醒", tuple(FIELDS.values())),
        Template(ACCOUNT_ID, Way.ACCOUNT, "预约进度提醒", tuple(FIELDS.values())),
        Template(CLASSIC_ID, Way.CLASSIC, "政务预约通知", tuple(FIELDS.values())),
    )
}


def templates_file() -> str:
    """What HELI_WECHAT_TEMPLATES names when Heli talks to the emulator: YAML."""
    fields = "".join(f"    {meaning}: {key}\n" for meaning, key in FIELDS.items())
    return "".join(
        f"{section}:\n  id: {id}\n  fields:\n{fields}"
        for section, id in (("mini", MINI_ID), ("subscribe", ACCOUNT_ID), ("template", CLASSIC_ID))
    )
