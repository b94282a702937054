"""What the desk's templates of the directory ask: its words, and how sure something is."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.translation import gettext_lazy as _

from heli.channels.check.verdicts import Verdict
from heli.channels.kinds import Confidence, Kind, SourceKind
from heli.channels.models import ChannelEntry
from heli.channels.reporting import Seen, Wrong
from heli.channels.rules import Sureness, sureness
from heli.channels.words import (
    KIND_NAMES,
    SEEN_NAMES,
    SOURCE_NAMES,
    as_of_in_words,
    services_in_words,
)
from heli.desk.marks import Mark

register = template.Library()

WRONG_NAMES = {
    Wrong.GONE: _("已经没有了"),
    Wrong.NO_DIVORCE: _("约不了离婚登记"),
    Wrong.OTHER_STEPS: _("步骤不对"),
    Wrong.OTHER_OPERATOR: _("主体不是它"),
}
SURE_MARKS = {
    Sureness.CONFIRMED: Mark("●", _("确认过"), "ok"),
    Sureness.DATED: Mark("◐", _("较旧"), "care"),
    Sureness.WEAK: Mark("○", _("来源不可靠"), "danger"),
}
VERDICT_MARKS = {
    Verdict.OFFICIAL: Mark("●", _("官方"), "ok"),
    Verdict.UNKNOWN: Mark("○", _("没有收录"), "care"),
    Verdict.SUSPICIOUS: Mark("×", _("可疑"), "danger"),
}


@register.filter
def kind_name(kind: str) -> str:
    """What kind of door it is."""
    return str(KIND_NAMES[Kind(kind)])


@register.filter
def source_name(kind: str) -> str:
    """Who says so."""
    return str(SOURCE_NAMES[SourceKind(kind)])


@register.filter
def seen_name(seen: str) -> str:
    """Where somebody met a fake."""
    return str(SEEN_NAMES[Seen(seen)])


@register.filter
def as_of(day: str | None) -> str:
    """The day, month or year of a source; — for none."""
    return as_of_in_words(day) if day else "—"


@register.filter
def books(entry: ChannelEntry) -> str:
    """What the source says is booked there; "" where it says nothing."""
    return services_in_words(tuple(entry.services))


@register.filter
def sure_mark(entry: ChannelEntry, today: date) -> Mark:
    """How sure the entry is on a day."""
    return SURE_MARKS[sureness(Confidence(entry.confidence), entry.as_of, today)]


@register.filter
def verdict_mark(verdict: str) -> Mark:
    """How a verdict of the check is marked."""
    return VERDICT_MARKS[Verdict(verdict)]


@register.filter
def in_words(remarks: dict[Wrong, int]) -> str:
    """What people found wrong, with how many of them: 步骤不对 3 · 已经没有了 1."""
    most_first = sorted(remarks.items(), key=lambda counted: -counted[1])
    return " · ".join(f"{WRONG_NAMES[wrong]} {count}" for wrong, count in most_first)
