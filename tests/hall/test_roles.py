"""Who may do what: every role with every verb, asked before anything is looked up."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from uuid import UUID

import pytest

from heli.bookings.states import Role
from heli.channels.keeping import Correction
from heli.ground.refusals import NotAllowed, Refusal
from heli.hall.audit import audit_of
from heli.hall.codes import code_for_screen
from heli.hall.counter import plan_at
from heli.hall.decisions import refuse, register, withdraw
from heli.hall.directory import (
    confirm_entry,
    correct_entry,
    dismiss_report,
    end_entry,
    export_channels,
    import_channels,
    open_reports,
    publish_warning,
    read_report,
    withdraw_warning,
)
from heli.hall.in_person import checks_at, record_in_person
from heli.hall.permit_rules import PermitKind, PermitWhy
from heli.hall.permits import ask_permit, close_permit, grant_permit
from heli.hall.queries import find_cases, today
from heli.hall.roles import DEEDS, Deed, StaffOnDuty, StaffRole
from heli.hall.services import check_in, record_outcome, record_ticket_outcome
from heli.hall.states import Result
from heli.hall.tickets import call_next, issue_ticket
from heli.law.services import Service
from tests.bookings.factories import a_couple, an_office
from tests.hall.factories import NUMBER, SERVICE_DAY, card_of, on_duty

pytestmark = pytest.mark.usefixtures("database")

NO_CASE = "0190f2f0-0000-7000-8000-000000000000"
AT = SERVICE_DAY
NO_DOOR = Correction(
    region=None,
    kind="",
    name="",
    operator=None,
    operator_stated=False,
    path=None,
    url=None,
    services=(),
    source_kind="",
    note=None,
)
NO_FAKE = {"name": None, "host": None, "region": None, "proof": "", "proof_url": None}
Verb = Callable[[StaffOnDuty], object]

VERBS: dict[str, tuple[Deed, Verb]] = {
    "today": (Deed.SEE_TODAY, lambda by: today(by, at=AT)),
    "record_in_person": (
        Deed.VERIFY_IN_PERSON,
        lambda by: record_in_person(card_of(a_couple().applicant), is_seen=True, by=by, at=AT),
    ),
    "checks_at": (Deed.SEE_AUDIT, lambda by: checks_at(by, at=AT)),
    "check_in": (Deed.CHECK_IN, lambda by: check_in("none", by=by, at=AT)),
    "code_for_screen": (Deed.SHOW_HALL_CODE, lambda by: code_for_screen(by)),
    "issue_ticket": (
        Deed.ISSUE_TICKET,
        lambda by: issue_ticket(Service.MARRIAGE, by=by, at=AT, case_id=NO_CASE),
    ),
    "call_next": (Deed.CALL_NEXT, lambda by: call_next(by=by, at=AT)),
    "record_outcome": (
        Deed.RECORD_OUTCOME,
        lambda by: record_outcome("none", result=Result.SERVED, by=by, at=AT),
    ),
    "record_ticket_outcome": (
        Deed.RECORD_OUTCOME,
        lambda by: record_ticket_outcome(1, result=Result.SERVED, cards=(), by=by, at=AT),
    ),
    "find_cases": (
        Deed.FIND_CASES,
        lambda by: find_cases(a_couple().applicant.id_number, by=by, at=AT),
    ),
    "withdraw": (
        Deed.WITHDRAW,
        lambda by: withdraw(NO_CASE, party=Role.PARTNER, by=by, at=AT),
    ),
    "register": (
        Deed.REGISTER,
        lambda by: register(NO_CASE, certificate_number=NUMBER, by=by, at=AT),
    ),
    "refuse": (Deed.REFUSE, lambda by: refuse(NO_CASE, reason="x", by=by, at=AT)),
    "plan": (Deed.SEE_PLAN, lambda by: plan_at(by)),
    "audit": (Deed.SEE_AUDIT, lambda by: audit_of(NO_CASE, by=by, at=AT)),
    "end_entry": (Deed.KEEP_CHANNELS, lambda by: end_entry(0, by=by, at=AT)),
    "confirm_entry": (Deed.KEEP_CHANNELS, lambda by: confirm_entry(0, by=by, at=AT)),
    "correct_entry": (Deed.KEEP_CHANNELS, lambda by: correct_entry(0, NO_DOOR, by=by, at=AT)),
    "export_channels": (Deed.KEEP_CHANNELS, lambda by: export_channels(by)),
    "import_channels": (Deed.KEEP_CHANNELS, lambda by: import_channels("", by=by, at=AT)),
    "open_reports": (Deed.DECIDE_REPORTS, lambda by: open_reports(by, at=AT)),
    "read_report": (Deed.DECIDE_REPORTS, lambda by: read_report(UUID(NO_CASE), by=by, at=AT)),
    "dismiss_report": (Deed.DECIDE_REPORTS, lambda by: dismiss_report(UUID(NO_CASE), by=by)),
    "publish_warning": (
        Deed.DECIDE_REPORTS,
        lambda by: publish_warning(None, **NO_FAKE, by=by, at=AT),
    ),
    "ask_permit": (
        Deed.ASK_PERMIT,
        lambda by: ask_permit(
            PermitKind.LOOK_UP, PermitWhy.INQUIRY, code="", by=by, address="", at=AT
        ),
    ),
    "close_permit": (Deed.ASK_PERMIT, lambda by: close_permit(0, by=by, at=AT)),
    "grant_permit": (
        Deed.GRANT_PERMIT,
        lambda by: grant_permit(0, code="", by=by, address="", at=AT),
    ),
    "withdraw_warning": (Deed.DECIDE_REPORTS, lambda by: withdraw_warning(0, by=by, at=AT)),
}
OF_OPERATORS = {
    name
    for name, (deed, _verb) in VERBS.items()
    if deed in (Deed.KEEP_CHANNELS, Deed.DECIDE_REPORTS)
}
MAY = {
    StaffRole.GUIDE: {
        "today",
        "check_in",
        "code_for_screen",
        "issue_ticket",
        "call_next",
        "ask_permit",
        "close_permit",
    },
    StaffRole.CLERK: set(VERBS) - {"plan", "audit", "checks_at", "grant_permit"} - OF_OPERATORS,
    StaffRole.MANAGER: set(VERBS) - OF_OPERATORS,
    StaffRole.OPERATOR: set(VERBS),
}


def is_allowed(verb: Verb, by: StaffOnDuty) -> bool:
    """Nothing they ask for is there, so that all else but the role is refused otherwise."""
    try:
        verb(by)
    except NotAllowed:
        return False
    except Refusal:
        return True
    return True


class TestRoles:
    @pytest.mark.parametrize("role", list(StaffRole))
    def test_a_guide_receives_a_clerk_decides_a_manager_plans_an_operator_keeps_the_directory(
        self, role
    ):
        by = on_duty(role, an_office())

        allowed = {name for name, (_deed, verb) in VERBS.items() if is_allowed(verb, by)}

        assert allowed == MAY[role]

    def test_every_deed_has_its_verb(self):
        assert {deed for deed, _verb in VERBS.values()} == set(Deed)

    def test_each_may_do_what_the_one_before_may(self):
        ranks = [DEEDS[role] for role in StaffRole]

        assert all(lower <= higher for lower, higher in itertools.pairwise(ranks))
