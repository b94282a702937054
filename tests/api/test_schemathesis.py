"""schemathesis reads the OpenAPI document and looks for an answer that is broken or not in it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from heli.law.services import Service
from heli.ops.demo.people import fictional_couple
from heli.wechat.emulator.running import Emulated
from heli.wsgi import application
from tests.api.desk import a_case, a_ticket, staff
from tests.api.wechat import MiniUser, opens_mini_program
from tests.api.world import Caller, a_slot, an_office, book, claim_of, verified

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES_MAX = 30  # per operation


@dataclass(frozen=True)
class World:
    """What is there: an applicant with a token, their held booking, free slots at an office; its
    clerk, a case and a ticket; somebody in the mini program, and the face check they began."""

    caller: Caller
    code: str
    slots: dict[str, int]
    clerk: Caller
    case: str
    ticket: int
    user: MiniUser
    check: str

    def token_for(self, path: str) -> str:
        """The desk is for staff, and some is for the mini program."""
        if "/desk/" in path:
            return self.clerk.token
        return (self.user if "/wechat/" in path or "/verifications" in path else self.caller).token


@pytest.fixture
def world(database: None, emulator: Emulated) -> World:
    office = an_office()
    slots = {service.value: a_slot(office, service, places=100).id for service in Service}
    applicant, partner = fictional_couple()
    who = verified(applicant)
    clerk = staff(office)
    user = opens_mini_program(emulator)
    begun = user.post("/identity/verifications", claim_of(applicant, method="wechat_face"))
    return World(
        caller=who,
        code=book(who, a_slot(office), partner)["code"],
        slots=slots,
        clerk=clerk,
        case=a_case(clerk)["id"],
        ticket=a_ticket(clerk)["id"],
        user=user,
        check=begun.json()["id"],
    )


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])


@schema.parametrize()
@settings(
    max_examples=EXAMPLES_MAX,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_answer_is_broken_or_undocumented(case, world):
    headers = {"Authorization": f"Bearer {world.token_for(case.path)}"}

    case.call_and_validate(headers=headers, checks=CHECKS)
    if _is_now_about_what_is_there(case, world):
        case.call_and_validate(headers=headers, checks=CHECKS)


def _is_now_about_what_is_there(case: schemathesis.Case, world: World) -> bool:
    """Name the booking, the office or a slot that exists; whether there was one to name."""
    ids = {"/offices/": "test-1", "/cases/": world.case, "/tickets/": world.ticket}
    ids["/verifications/"] = world.check
    there = {"code": world.code}
    there.update(("id", ids[folder]) for folder in ids if folder in case.path)
    named = {name: there[name] for name in case.path_parameters or {} if name in there}
    if named:
        case.path_parameters = dict(case.path_parameters) | named
    has_slot = isinstance(case.body, dict) and "slot_id" in case.body
    if has_slot:
        slot_id = world.slots.get(str(case.body.get("service")), world.slots["divorce_application"])
        case.body = case.body | {"slot_id": slot_id}
    return bool(named) or has_slot
