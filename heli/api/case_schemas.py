"""The shapes of the two clocks and of a case."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from heli.api.moments import Day, Moment
from heli.api.schemas import BookingOut, OfficeBrief
from heli.api.shape import Shape
from heli.bookings.states import Role
from heli.cases.dates import Here, OfficeTimeline
from heli.cases.queries import CaseView
from heli.law.case_steps import CaseState
from heli.law.periods import Clocks, Reading, SafeDays, Timeline


class PeriodOut(Shape):
    """Days in Shanghai, both included."""

    first: Day
    last: Day


class SafeOut(Shape):
    """The days on which all readings of the law agree; all included."""

    withdraw_until: Day
    issue_from: Day
    issue_until: Day

    @classmethod
    def of(cls, safe: SafeDays) -> SafeOut:
        """The safe days as the contract shapes them."""
        return cls.reading(safe)


class HereOut(Shape):
    """The last open moments of an office not after the safe days; null where it does not open."""

    withdraw_by: Moment | None
    certificate_by: Moment | None


class ReadingOut(Shape):
    """Both periods under one reading of the law. `name` is what the desk names as `reading`."""

    name: Reading
    cooling_off: PeriodOut
    window: PeriodOut

    @classmethod
    def of(cls, read: Clocks) -> ReadingOut:
        """One reading as the contract shapes it."""
        return cls(
            name=read.reading,
            cooling_off=PeriodOut.reading(read.cooling_off),
            window=PeriodOut.reading(read.window),
        )


class TimelineOut(Shape):
    """The statutory dates of a receipt: the default reading's, and the days all readings agree on.

    `provisional`: a year's holiday notice is missing, so that an end may still move.
    """

    receipt: Day
    cooling_off: PeriodOut
    window: PeriodOut
    safe: SafeOut
    here: HereOut | None = Field(description="With an office: its last open moments.")
    provisional: bool
    readings: list[ReadingOut]

    @classmethod
    def of(cls, dates: Timeline, here: Here | None) -> TimelineOut:
        """The dates as the contract shapes them."""
        return cls(
            receipt=dates.receipt_on,
            cooling_off=PeriodOut.reading(dates.cooling_off),
            window=PeriodOut.reading(dates.window),
            safe=SafeOut.of(dates.safe),
            here=HereOut.reading(here) if here else None,
            provisional=dates.is_provisional,
            readings=[ReadingOut.of(read) for read in dates.readings],
        )

    @classmethod
    def at_office(cls, found: OfficeTimeline) -> TimelineOut:
        """The dates, with the last open moments where an office was named."""
        return cls.of(found.dates, found.here)


class CaseOut(Shape):
    """A case as one of the spouses sees it: never who withdrew, when or why. `me`: who is asking.

    `receipt` is the date on the receipt. `certificate_booking`: the second visit, or null.
    """

    id: UUID
    state: CaseState
    office: OfficeBrief
    receipt: Day
    timeline: TimelineOut
    certificate_booking: BookingOut | None
    me: Role

    @classmethod
    def of(cls, view: CaseView) -> CaseOut:
        """The case as the contract shapes it."""
        return cls(
            id=UUID(view.id),
            state=view.state,
            office=OfficeBrief(id=view.office_id, name=view.office_name),
            receipt=view.receipt_on,
            timeline=TimelineOut.of(view.dates, view.here),
            certificate_booking=(
                BookingOut.of(view.certificate_booking) if view.certificate_booking else None
            ),
            me=view.me,
        )
