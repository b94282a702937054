"""Published warnings, as the first reason of all."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from heli.channels.check.findings import Finding, suspicious
from heli.channels.check.known import KnownFake
from heli.channels.check.signs import Sign


def warned(part: str, fake: KnownFake) -> Finding:
    """It has been published that this is a fake: the sentence gives the day and the proof."""
    on = fake.published_on
    day = format_lazy(_("{year}年{month}月{day}日"), year=on.year, month=on.month, day=on.day)
    return suspicious(part, Sign.PUBLISHED_WARNING, day=day, proof=fake.proof)
