"""What the desk decides in a case: withdrawal, registration, refusal. `cases` asks the law.

Each is judged by the moment at which those who ask had come today, and recorded at its own.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heli.bookings.errors import WrongState
from heli.bookings.states import Role
from heli.cases import queries as cases
from heli.cases import services
from heli.cases.models import Case
from heli.ground import clock
from heli.ground.audit.recording import Subject
from heli.hall.coming import couple_came_at, party_came_at
from heli.hall.deeds import record_deed
from heli.hall.models import Ticket
from heli.hall.queries import DeskCase, are_both_here, desk_case
from heli.hall.readings import record_reading
from heli.hall.roles import Deed, StaffOnDuty
from heli.hall.tickets import close_tickets
from heli.law.periods import Reading

NOT_BOTH_HERE = _(
    "两个人今天还没有都签到，不能登记。请先用领证预约签到，或为两人取一个领证的排队号。"
)


@transaction.atomic
def withdraw(
    case_id: str,
    *,
    party: Role,
    by: StaffOnDuty,
    at: datetime,
    reading: Reading | None = None,
) -> DeskCase:
    """One of the two takes the application back, in person, alone. Both see that it has ended.

    at: UTC. Emits and raises as `cases.services.withdraw_application`, and NotAllowed.
    """
    case = _check_here(case_id, by, Deed.WITHDRAW)
    came_at = party_came_at(case, party, at)
    case = services.withdraw_application(
        case_id, party=party, at=at, reading=reading, came_at=came_at
    )
    return _decided(case, Deed.WITHDRAW, by=by, at=at)


@transaction.atomic
def register(
    case_id: str,
    *,
    certificate_number: str,
    by: StaffOnDuty,
    at: datetime,
    reading: Reading | None = None,
) -> DeskCase:
    """Both have come in the window: the divorce is registered and the certificate given.

    at: UTC. Emits and raises as `cases.services.register_divorce`, and NotAllowed, and WrongState
    where the two have not both checked in today.
    """
    case = _check_here(case_id, by, Deed.REGISTER)
    are_here = are_both_here(case, clock.day_of(at))
    state = cases.state_at(case, at)
    case = services.register_divorce(
        case_id,
        certificate_number=certificate_number,
        at=at,
        reading=reading,
        came_at=couple_came_at(case, at),
    )
    if not are_here:  # asked last: who comes too early is told the window; all of it is undone
        raise WrongState(NOT_BOTH_HERE, state=state.value)
    return _decided(case, Deed.REGISTER, by=by, at=at)


@transaction.atomic
def refuse(case_id: str, *, reason: str, by: StaffOnDuty, at: datetime) -> DeskCase:
    """At review the office finds that it cannot register; the case ends with the reason.

    at: UTC. Emits and raises as `cases.services.refuse_registration`, and NotAllowed.
    """
    case = _check_here(case_id, by, Deed.REFUSE)
    came_at = couple_came_at(case, at)
    case = services.refuse_registration(case_id, reason=reason, at=at, came_at=came_at)
    return _decided(case, Deed.REFUSE, by=by, at=at)


def _check_here(case_id: str, by: StaffOnDuty, deed: Deed) -> Case:
    by.check_may(deed)
    case = cases.find_case(case_id)
    by.check_at(case.office_id)
    return case


def _decided(case: Case, deed: Deed, *, by: StaffOnDuty, at: datetime) -> DeskCase:
    of_case = Q(case=case) | Q(booking__certificate_place__case=case)
    close_tickets(Ticket.objects.filter(of_case), at=at)
    record_reading(by, deed, at=at, case=case)
    record_deed(by, deed, at=at, subject=Subject("case", str(case.id)), office_id=case.office_id)
    return desk_case(case, at=at)
