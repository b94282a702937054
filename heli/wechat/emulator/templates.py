"""The message templates that the two emulated apps have; templates.yaml says so to Heli."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

TEMPLATES_FILE = Path(__file__).with_name("templates.yaml")
KEYS = ("thing1", "time2", "thing3", "thing4")


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
        Template(MINI_ID, Way.MINI, "预约进度提醒", KEYS),
        Template(ACCOUNT_ID, Way.ACCOUNT, "预约进度提醒", KEYS),
        Template(CLASSIC_ID, Way.CLASSIC, "政务预约通知", KEYS),
    )
}


def templates_file() -> str:
    """What HELI_WECHAT_TEMPLATES names when Heli talks to the emulator: YAML."""
    return TEMPLATES_FILE.read_text("utf-8")
