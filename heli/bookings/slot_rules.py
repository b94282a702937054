"""What the office of a slot asks of whoever acts on a booking there.

The one place that says by which real-name checks somebody may have proven who they are at an
office. `heli.door.slot_rules` keeps the same rules for the door.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from heli.bookings.errors import ProofNotAccepted, ProofOfAnotherOffice
from heli.identity.verification import believes, offered_methods
from heli.identity.verified import VerifiedIdentity, is_good_at

_OF_THE_DAY = """
LEFT JOIN LATERAL (
    SELECT real_name_checks, asks_household_address FROM places_policy
    WHERE office_id = asked.office_id AND starts_on <= asked.on_day
    ORDER BY starts_on DESC LIMIT 1
) policy ON true
"""
_RULES = "policy.real_name_checks, coalesce(policy.asks_household_address, false)"
_ON_DAY = "(starts_at AT TIME ZONE 'Asia/Shanghai')::date AS on_day"
_OF_SLOTS = f"""
SELECT asked.id, asked.office_id, {_RULES}
FROM (SELECT id, office_id, {_ON_DAY} FROM slots_slot WHERE id = ANY(%s)) AS asked
{_OF_THE_DAY}
"""
_OF_DAYS = f"""
SELECT slot.id, asked.office_id, {_RULES}
FROM (SELECT DISTINCT office_id, service, {_ON_DAY} FROM slots_slot WHERE id = ANY(%s)) AS asked
{_OF_THE_DAY}
JOIN slots_slot AS slot ON slot.office_id = asked.office_id AND slot.service = asked.service
    AND slot.starts_at >= asked.on_day::timestamp AT TIME ZONE 'Asia/Shanghai'
    AND slot.starts_at < (asked.on_day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
"""


class SlotRules(NamedTuple):
    """The rules of a slot's office for the slot's day.

    real_name_checks: the methods it accepts, the first offered first; None: all that there are.
    asks_household_address: whether it needs to know where the two are registered.
    """

    office_id: str
    real_name_checks: tuple[str, ...] | None
    asks_household_address: bool

    def accepts(self, by: VerifiedIdentity) -> bool:
        """Whether this proof is good enough here."""
        return is_accepted(by, office_id=self.office_id, accepted=self.real_name_checks)


def is_accepted(by: VerifiedIdentity, *, office_id: str, accepted: Sequence[str] | None) -> bool:
    """Whether a proof is good enough at an office that accepts these methods; None: all of them.

    A check that believes people, of the demo and the tests, is good everywhere there. What the
    desk of the office itself has seen is good whatever it accepts online.
    """
    if by.at_office:
        return by.at_office == office_id
    return accepted is None or by.method in accepted or believes(by.method)


def rules_of_slots(slot_ids: Sequence[int]) -> dict[int, SlotRules]:
    """The rules for each of these slots as they stand now; one that is not there is left out."""
    return _read(_OF_SLOTS, slot_ids)


def rules_of_days(slot_ids: Sequence[int]) -> dict[int, SlotRules]:
    """The same for these slots and for all others of their office, service and day (Shanghai).

    Who finds a slot full goes on to the next one of that day.
    """
    return _read(_OF_DAYS, slot_ids)


def asks_where_registered(slot_id: int) -> bool:
    """Whether the office's rules ask who books this slot where they are registered.

    What it does not ask is not stored (Personal Information Protection Law art. 6).
    """
    rules = rules_of_slots([slot_id]).get(slot_id)
    return rules is not None and rules.asks_household_address


def check_proof(by: VerifiedIdentity, *slot_ids: int) -> None:
    """Refuse a proof that the office of one of these slots does not accept.

    Raises ProofNotAccepted, ProofOfAnotherOffice. A slot that is not there is somebody else's to
    refuse.
    """
    for rules in rules_of_slots(slot_ids).values():
        if rules.accepts(by):
            continue
        accepted = rules.real_name_checks or offered_methods()
        refusal = ProofNotAccepted if is_good_at(by, rules.office_id) else ProofOfAnotherOffice
        raise refusal(accepted=accepted, office_id=rules.office_id)


def _read(query: str, slot_ids: Sequence[int]) -> dict[int, SlotRules]:
    with connection.cursor() as cursor:
        cursor.execute(query, [list(slot_ids)])
        return {
            slot_id: SlotRules(office_id, None if checks is None else tuple(checks), asks_address)
            for slot_id, office_id, checks, asks_address in cursor.fetchall()
        }
