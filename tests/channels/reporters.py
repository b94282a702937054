"""People who report fakes, and entries of the directory to speak of. All of it is made up."""

from __future__ import annotations

import itertools
import uuid
from datetime import date
from typing import Any

import pytest

from heli.channels.models import ChannelEntry, FakeReport
from heli.channels.reporting import Seen
from heli.channels.reports import report_fake
from heli.channels.warnings import publish_warning
from heli.ground import clock
from heli.ground.refusals import InvalidInput

HERE, THERE = "192.0.2.7", "192.0.2.8"  # addresses for documentation
FAKE = "婚姻登记加急办理，内部名额：https://hunyin.example/vip"
BY = "caozuo"  # an operator
TODAY = date(2026, 12, 1)
_numbers = itertools.count(1)


def report(text: str = FAKE, *, address: str = HERE, **fields: Any) -> FakeReport:
    """A report as it is stored."""
    told: dict[str, Any] = {"remark": "", "region": None, "seen": Seen.WECHAT} | fields
    return FakeReport.objects.get(id=report_fake(text=text, address=address, **told))


def an_entry(**fields: Any) -> ChannelEntry:
    """An entry of Guangzhou that was due long ago, as a load stores it."""
    given: dict[str, Any] = {
        "region_id": "440100",
        "kind": "wechat_mini_program",
        "name": f"演示预约{next(_numbers)}",
        "operator": "演示市民政局",
        "operator_stated": True,
        "path": "演示预约 → 婚姻登记",
        "url": "https://yuyue.example/a",
        "services": ["divorce_application"],
        "source": "https://example.org/notice",
        "source_kind": "press",
        "as_of": "2022-05-01",
        "confidence": "medium",
        "note": None,
        "review_on": "2022-11-01",
        "added_at": clock.now(),
    }
    return ChannelEntry.objects.create(**given | fields)


def publish(report_id: uuid.UUID | None = None, **fields: object) -> int:
    """A warning of a made-up fake."""
    given: dict[str, object] = {
        "name": "婚姻登记加急通",
        "host": "hunyin.example",
        "region": "440100",
        "proof": "收取加急费，登记机关从不收这种费用",
        "proof_url": "https://example.org/notice",
    } | fields
    return publish_warning(report_id, **given, by=BY, on=TODAY)  # type: ignore[arg-type]


def faults(refused: pytest.ExceptionInfo[InvalidInput]) -> dict[str, str]:
    """What is wrong with which field."""
    return {error.field: str(error.text) for error in refused.value.errors}
