"""Who may do what at the desk: one table, from which the services and the tests draw."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from heli.ground.refusals import NotAllowed, NotFound


class StaffRole(StrEnum):
    """What somebody is at the office. Each may do what the one before may, and more."""

    GUIDE = "guide"  # 导办员
    CLERK = "clerk"  # 婚姻登记员
    MANAGER = "manager"  # 登记处负责人
    OPERATOR = "operator"  # 平台运维: of no office, at all of them


class Deed(StrEnum):
    """What can be done at the desk."""

    SEE_TODAY = "see_today"
    CHECK_IN = "check_in"
    SHOW_HALL_CODE = "show_hall_code"
    ISSUE_TICKET = "issue_ticket"
    CALL_NEXT = "call_next"
    RECORD_OUTCOME = "record_outcome"
    FIND_CASES = "find_cases"
    WITHDRAW = "withdraw"
    REGISTER = "register"
    REFUSE = "refuse"
    VERIFY_IN_PERSON = "verify_in_person"
    SEE_PLAN = "see_plan"
    SEE_AUDIT = "see_audit"
    KEEP_CHANNELS = "keep_channels"
    DECIDE_REPORTS = "decide_reports"
    ASK_PERMIT = "ask_permit"
    GRANT_PERMIT = "grant_permit"


_GUIDES = {
    Deed.SEE_TODAY,
    Deed.CHECK_IN,
    Deed.SHOW_HALL_CODE,
    Deed.ISSUE_TICKET,
    Deed.CALL_NEXT,
    Deed.ASK_PERMIT,
}
_MANAGERS = {Deed.SEE_PLAN, Deed.SEE_AUDIT, Deed.GRANT_PERMIT}
_OPERATORS = {Deed.KEEP_CHANNELS, Deed.DECIDE_REPORTS}  # of no office: they concern everybody

DEEDS: dict[StaffRole, frozenset[Deed]] = {
    StaffRole.GUIDE: frozenset(_GUIDES),
    StaffRole.CLERK: frozenset(Deed) - {*_MANAGERS, *_OPERATORS},
    StaffRole.MANAGER: frozenset(Deed) - _OPERATORS,
    StaffRole.OPERATOR: frozenset(Deed),
}


@dataclass(frozen=True)
class StaffOnDuty:
    """A member of staff with a live session. office_id: None for an operator alone."""

    staff_id: int
    session_id: int
    username: str
    role: StaffRole
    office_id: str | None
    office_name: str | None

    def check_may(self, deed: Deed) -> None:
        """Raises NotAllowed. It is asked before anything is looked up."""
        if deed not in DEEDS[self.role]:
            raise NotAllowed()

    def check_at(self, office_id: str) -> None:
        """Raises NotFound for what belongs to another office: as if it were not there."""
        if self.office_id is not None and self.office_id != office_id:
            raise NotFound()
