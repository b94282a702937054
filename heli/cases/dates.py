"""The statutory dates of a receipt, and the last open moments of an office within them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from heli.ground.refusals import FieldError, InvalidInput
from heli.law.calendar import STATE_COUNCIL
from heli.law.case_steps import Closing
from heli.law.periods import IN_FORCE_FROM, Timeline, timeline
from heli.places.closing import closing_moment, last_open_moment
from heli.places.queries import office_rules
from heli.places.rules import OfficeRules

LAST_YEAR_WITH_FACTS = max(STATE_COUNCIL.years)


@dataclass(frozen=True)
class Here:
    """The last open moments (UTC) of an office not after the safe days; None: it does not open."""

    withdraw_by: datetime | None
    certificate_by: datetime | None


@dataclass(frozen=True)
class OfficeTimeline:
    """The statutory dates, and what they mean at one office (None where no office was named)."""

    dates: Timeline
    here: Here | None


def timeline_of(receipt_on: date, office_id: str | None = None) -> OfficeTimeline:
    """The dates that follow from a receipt. Raises InvalidInput outside of 2021-01-01 to the last
    year with facts, NotFound for an unknown office."""
    check_receipt_date(receipt_on)
    dates = timeline(receipt_on)
    if office_id is None:
        return OfficeTimeline(dates, None)
    return OfficeTimeline(dates, here(dates, office_rules(office_id)))


def check_receipt_date(receipt_on: date) -> None:
    """Raises InvalidInput for a day before the cooling-off existed or beyond what is known."""
    if receipt_on < IN_FORCE_FROM:
        raise InvalidInput(
            FieldError("receipt", _("2021年1月1日以前没有离婚冷静期，请检查受理日期。"))
        )
    if receipt_on.year > LAST_YEAR_WITH_FACTS:
        raise InvalidInput(FieldError("receipt", _("这一年的节假日还没有资料，现在算不出来。")))


def here(dates: Timeline, rules: OfficeRules) -> Here:
    """The last moments at which this office is open, not after the safe days."""
    return Here(
        withdraw_by=last_open_moment(
            rules,
            not_before=dates.receipt_on,
            not_after=dates.safe.withdraw_until,
            calendar=STATE_COUNCIL,
        ),
        certificate_by=last_open_moment(
            rules,
            not_before=dates.safe.issue_from,
            not_after=dates.safe.issue_until,
            calendar=STATE_COUNCIL,
        ),
    )


def closing_of(rules: OfficeRules) -> Closing:
    """When a day ends at this office, as the law's decisions ask it."""
    return lambda day: closing_moment(rules, day, STATE_COUNCIL)
