"""The divorce case's states and the one table of what may follow what, by whom, on which article.

The diagram in docs/cases.md and the guard in the database are drawn from this table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from heli.law.periods import Clocks, Reading, Timeline


class CaseState(StrEnum):
    """Where a case stands. The first two are open; the others have ended."""

    COOLING_OFF = "cooling_off"  # 冷静期
    WINDOW_OPEN = "window_open"  # 领证期
    REGISTERED = "registered"  # 予以登记
    WITHDRAWN = "withdrawn"  # 撤回
    DEEMED_WITHDRAWN = "deemed_withdrawn"  # 视为撤回
    REFUSED = "refused"  # 不予办理


@dataclass(frozen=True)
class CaseTransition:
    """One row: from, to, the verb that does it, who may, and the article that says so."""

    source: CaseState
    target: CaseState
    verb: str
    who: str
    article: str


# A registration or a refusal out of `cooling_off`, and a withdrawal out of `window_open`, happen on
# the days on which the readings differ: the registrar decides, and the reading is recorded.
CASE_TRANSITIONS = (
    CaseTransition(
        CaseState.COOLING_OFF,
        CaseState.WITHDRAWN,
        "withdraw_application",
        "either party alone",
        "Civil Code art. 1077(1)",
    ),
    CaseTransition(
        CaseState.COOLING_OFF,
        CaseState.WINDOW_OPEN,
        "open_window",
        "clock",
        "Civil Code art. 1077(2)",
    ),
    CaseTransition(
        CaseState.COOLING_OFF,
        CaseState.REGISTERED,
        "register_divorce",
        "registrar, both parties present",
        "Civil Code art. 1078; Regulations (2025) art. 16(1)",
    ),
    CaseTransition(
        CaseState.COOLING_OFF,
        CaseState.REFUSED,
        "refuse_registration",
        "registrar",
        "Regulations (2025) art. 16; Civil Code art. 1078",
    ),
    CaseTransition(
        CaseState.WINDOW_OPEN,
        CaseState.WITHDRAWN,
        "withdraw_application",
        "either party alone",
        "Civil Code art. 1077(1)",
    ),
    CaseTransition(
        CaseState.WINDOW_OPEN,
        CaseState.REGISTERED,
        "register_divorce",
        "registrar, both parties present",
        "Civil Code art. 1078; Regulations (2025) art. 16(1)",
    ),
    CaseTransition(
        CaseState.WINDOW_OPEN,
        CaseState.REFUSED,
        "refuse_registration",
        "registrar",
        "Regulations (2025) art. 16; Civil Code art. 1078",
    ),
    CaseTransition(
        CaseState.WINDOW_OPEN,
        CaseState.DEEMED_WITHDRAWN,
        "close_window",
        "clock",
        "Civil Code art. 1077(2); Regulations (2025) art. 16(2)",
    ),
)

CASE_ENDED = frozenset(CaseState) - {row.source for row in CASE_TRANSITIONS}

Closing = Callable[[date], datetime]


def readings_for_withdrawal(
    timeline: Timeline, *, at: datetime, day: date, closing: Closing
) -> tuple[Reading, ...]:
    """The readings under which either party may still withdraw at this moment.

    day: the day of `at` in Shanghai. closing: the moment at which a day ends at the office.
    From the moment of the receipt until the office closes on the cooling-off's last day.
    Sources: Civil Code arts 203(2), 1077(1).
    """
    return tuple(
        read.reading
        for read in timeline.readings
        if timeline.receipt_on <= day and at < closing(read.cooling_off.last)
    )


def readings_for_registration(
    timeline: Timeline, *, at: datetime, day: date, closing: Closing
) -> tuple[Reading, ...]:
    """The readings under which the certificate may be given at this moment.

    Sources: Civil Code arts 203(2), 1077(2), 1078; Regulations (2025) art. 16.
    """
    return tuple(
        read.reading for read in timeline.readings if _is_in_window(read, at, day, closing)
    )


def _is_in_window(read: Clocks, at: datetime, day: date, closing: Closing) -> bool:
    return read.window.first <= day and at < closing(read.window.last)
