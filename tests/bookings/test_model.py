"""Random couples do random things in random order; the database agrees with a model at each step.

The model is written from the rules alone: dictionaries, no SQL, no locks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from heli.bookings import deadlines, services
from heli.bookings.books import check_books
from heli.bookings.models import Booking, Lapse, Party, Proposal
from heli.ground.refusals import Refusal
from heli.ops.demo.people import fictional_person
from heli.slots.models import ReturnedPlace, Slot
from heli.slots.services import reappear_places
from tests.bookings.factories import DAY, NOW, Couple, a_slot, hold
from tests.conftest import empty_tables
from tests.people import verified

PEOPLE = [fictional_person(Random(number)) for number in range(4)]
PERSON = st.integers(min_value=0, max_value=len(PEOPLE) - 1)
SLOT_PLACES = (1, 2, 3)
SLOT = st.integers(min_value=0, max_value=len(SLOT_PLACES) - 1)
WHICH = st.integers(min_value=0, max_value=10**6)  # which of the bookings so far


@dataclass
class Proposed:
    """An open proposal in the model."""

    slot: int
    asked_by: int
    deadline: datetime


@dataclass
class Modelled:
    """One booking in the model."""

    applicant: int
    partner: int
    slot: int
    held_since: datetime
    deadline: datetime
    state: str = "held"
    proposal: Proposed | None = None

    def overdue(self, at: datetime) -> bool:
        """Whether only the job is missing."""
        return self.state == "held" and at >= self.deadline


@dataclass
class Model:
    """What should be, by the rules."""

    at: datetime = NOW
    bookings: dict[str, Modelled] = field(default_factory=dict)
    returned: list[int] = field(default_factory=list)
    lapses: list[tuple[int, datetime]] = field(default_factory=list)
    suspended: dict[int, datetime] = field(default_factory=dict)

    def taken(self, slot: int) -> int:
        """Places of a slot that are not free."""
        active = [b for b in self.bookings.values() if b.state in ("held", "confirmed")]
        return (
            sum(b.slot == slot for b in active)
            + sum(b.proposal is not None and b.proposal.slot == slot for b in active)
            + self.returned.count(slot)
        )

    def active_code(self, person: int) -> str | None:
        """The booking in which this person's word counts."""
        for code, booking in self.bookings.items():
            if booking.state == "held" and booking.applicant == person:
                return code
            if booking.state == "confirmed" and person in (booking.applicant, booking.partner):
                return code
        return None

    def end(self, code: str, state: str, *, counts: bool, lapsed_at: datetime) -> None:
        """End a booking and its proposal, give back their places, count the lapse."""
        booking = self.bookings[code]
        booking.state = state
        self.returned.append(booking.slot)
        if booking.proposal is not None:
            self.returned.append(booking.proposal.slot)
            booking.proposal = None
        if counts:
            recent = [
                at
                for person, at in self.lapses
                if person == booking.applicant and lapsed_at - 30 * DAY < at <= lapsed_at
            ]
            self.lapses.append((booking.applicant, lapsed_at))
            if recent:
                until = max(lapsed_at + 15 * DAY, self.suspended.get(booking.applicant, lapsed_at))
                self.suspended[booking.applicant] = until

    def expire(self, code: str) -> None:
        """The deadline has passed."""
        booking = self.bookings[code]
        self.end(code, "expired", counts=True, lapsed_at=booking.deadline)

    def hold(self, applicant: int, slot: int) -> str | None:
        """What stands in the way of a hold, or None."""
        for _ in range(2):
            if self.suspended.get(applicant, self.at) > self.at:
                return "booking_suspended"
            if self.taken(slot) >= SLOT_PLACES[slot]:
                return "slot_full"
            own = self.active_code(applicant)
            if own is None:
                return None
            if not self.bookings[own].overdue(self.at):
                return "already_booked"
            self.expire(own)
        raise AssertionError("an expired booking does not stand in the way")

    def consent(self, code: str, person: int, *, give_back_own: bool) -> str | None:
        """What stands in the way of an answer, or None when it was given."""
        booking = self.bookings[code]
        if person not in (booking.applicant, booking.partner):
            return "not_found"
        proposal = booking.proposal
        if proposal is not None and self.at < proposal.deadline:
            if proposal.asked_by == person:
                return "not_allowed"
            self.returned.append(booking.slot)
            booking.slot, booking.proposal = proposal.slot, None
            return None
        if person == booking.applicant:
            return "not_allowed"
        if booking.state == "confirmed":
            return None
        if booking.state != "held" or booking.overdue(self.at):
            return "consent_closed"
        own = self.active_code(person)
        if own is not None:
            mine = self.bookings[own]
            if mine.overdue(self.at):
                self.expire(own)
            elif mine.state == "held" and mine.partner == booking.applicant and give_back_own:
                self.end(own, "cancelled", counts=False, lapsed_at=self.at)
            else:
                return "already_booked"
        booking.state = "confirmed"
        return None


class CouplesAndPlaces(RuleBasedStateMachine):
    """Every rule does the same to the model and to the services and compares the answers."""

    @initialize()
    def open_the_office(self) -> None:
        empty_tables()
        self.model = Model()
        self.slots = [
            a_slot(places=places, starts_at=NOW + (400 + number) * DAY)
            for number, places in enumerate(SLOT_PLACES)
        ]

    @rule(applicant=PERSON, partner=PERSON, slot=SLOT)
    def hold_place(self, applicant: int, partner: int, slot: int) -> None:
        couple = Couple(PEOPLE[applicant], PEOPLE[partner])
        expected = "invalid_input" if applicant == partner else self.model.hold(applicant, slot)
        held = self._answer(lambda: hold(couple, self.slots[slot], at=self.model.at), expected)
        if held is not None:
            at = self.model.at
            self.model.bookings[held.code] = Modelled(applicant, partner, slot, at, at + DAY)

    @rule(which=WHICH, person=PERSON, give_back_own=st.booleans())
    def consent(self, which: int, person: int, give_back_own: bool) -> None:
        if code := self._pick(which):
            expected = self.model.consent(code, person, give_back_own=give_back_own)
            by, at = verified(PEOPLE[person]), self.model.at
            self._answer(
                lambda: services.give_consent(code, by=by, at=at, give_back_own=give_back_own),
                expected,
            )

    @rule(which=WHICH, person=PERSON)
    def decline(self, which: int, person: int) -> None:
        if code := self._pick(which):
            expected = self._expect_decline(code, person)
            by, at = verified(PEOPLE[person]), self.model.at
            self._answer(lambda: services.refuse_consent(code, by=by, at=at), expected)

    @rule(which=WHICH, person=PERSON)
    def cancel(self, which: int, person: int) -> None:
        if code := self._pick(which):
            expected = self._expect_cancel(code, person)
            by, at = verified(PEOPLE[person]), self.model.at
            self._answer(lambda: services.cancel_booking(code, by=by, at=at), expected)

    @rule(which=WHICH, person=PERSON, slot=SLOT)
    def reschedule(self, which: int, person: int, slot: int) -> None:
        if not (code := self._pick(which)):
            return
        booking = self.model.bookings[code]
        by, at, slot_id = verified(PEOPLE[person]), self.model.at, self.slots[slot].id
        was_held = booking.state == "held" and not booking.overdue(at)
        expected = self._expect_reschedule(code, person, slot)
        view = self._answer(
            lambda: services.reschedule_booking(code, by=by, at=at, slot_id=slot_id), expected
        )
        if view is not None and was_held:
            self.model.bookings[view.code] = Modelled(
                booking.applicant, booking.partner, slot, booking.held_since, at + DAY
            )

    @rule(minutes=st.sampled_from([1, 9, 61, 300, 1439, 1440, 20 * 1440]))
    def time_passes(self, minutes: int) -> None:
        self.model.at += timedelta(minutes=minutes)

    @rule(times=st.integers(min_value=1, max_value=2))
    def deadlines_run(self, times: int) -> None:
        at = self.model.at
        for code in self._by_deadline():
            if self.model.bookings[code].overdue(at):
                self.model.expire(code)
        for booking in self.model.bookings.values():
            if booking.proposal is not None and at >= booking.proposal.deadline:
                self.model.returned.append(booking.proposal.slot)
                booking.proposal = None
        for _ in range(times):
            deadlines.expire_holds(at)
            deadlines.lapse_proposals(at)

    @rule()
    def places_reappear(self) -> None:
        self.model.at += timedelta(minutes=61)  # by now every one of them is due
        reappear_places(self.model.at)
        self.model.returned.clear()

    @invariant()
    def the_database_agrees(self) -> None:
        if not hasattr(self, "model"):
            return
        stored = dict(Booking.objects.values_list("code", "state"))
        assert stored == {code: b.state for code, b in self.model.bookings.items()}
        for number, slot in enumerate(self.slots):
            assert Slot.objects.get(id=slot.id).taken == self.model.taken(number)
        assert ReturnedPlace.objects.count() == len(self.model.returned)
        assert Lapse.objects.count() == len(self.model.lapses)
        assert Proposal.objects.filter(state="open").count() == sum(
            booking.proposal is not None for booking in self.model.bookings.values()
        )
        active = Party.objects.filter(is_active=True, person__isnull=False)
        assert active.count() == active.values("person").distinct().count()
        assert check_books() == []
        assert not Booking.objects.exclude(starts_at=F("slot__starts_at")).exists()

    def _pick(self, which: int) -> str | None:
        codes = list(self.model.bookings)
        return codes[which % len(codes)] if codes else None

    def _by_deadline(self) -> list[str]:
        return sorted(self.model.bookings, key=lambda code: self.model.bookings[code].deadline)

    def _answer(self, deed, expected: str | None):  # type: ignore[no-untyped-def]
        answer, refused = None, None
        try:
            answer = deed()
        except Refusal as refusal:
            refused = refusal.code
        assert refused == expected
        return answer

    def _expect_decline(self, code: str, person: int) -> str | None:
        booking, at = self.model.bookings[code], self.model.at
        if person not in (booking.applicant, booking.partner):
            return "not_found"
        if booking.proposal is not None and at < booking.proposal.deadline:
            if booking.proposal.asked_by == person:
                return "not_allowed"
            self.model.returned.append(booking.proposal.slot)
            booking.proposal = None
            return None
        if person == booking.applicant:
            return "not_allowed"
        if booking.state == "declined":
            return None
        if booking.state != "held" or booking.overdue(at):
            return "consent_closed"
        self.model.end(code, "declined", counts=True, lapsed_at=at)
        return None

    def _expect_cancel(self, code: str, person: int) -> str | None:
        booking, at = self.model.bookings[code], self.model.at
        if person not in (booking.applicant, booking.partner):
            return "not_found"
        if booking.state == "cancelled":
            return None
        if booking.state not in ("held", "confirmed") or booking.overdue(at):
            return "wrong_state"
        late = at - booking.held_since > timedelta(minutes=10)
        counts = booking.state == "held" and person == booking.applicant and late
        self.model.end(code, "cancelled", counts=counts, lapsed_at=at)
        return None

    def _expect_reschedule(self, code: str, person: int, slot: int) -> str | None:
        booking, at = self.model.bookings[code], self.model.at
        if person not in (booking.applicant, booking.partner):
            return "not_found"
        if booking.state == "rescheduled":
            successors = Booking.objects.filter(predecessor__code=code, slot=self.slots[slot])
            return None if successors.exists() else "wrong_state"
        if booking.state not in ("held", "confirmed") or booking.overdue(at):
            return "wrong_state"
        if booking.slot == slot:
            return "invalid_input"
        if booking.state == "held":
            return self._expect_successor(code, person, slot)
        return self._expect_proposal(booking, person, slot)

    def _expect_successor(self, code: str, person: int, slot: int) -> str | None:
        booking, at = self.model.bookings[code], self.model.at
        if person != booking.applicant:
            return "not_allowed"
        if self.model.suspended.get(person, at) > at:
            return "booking_suspended"
        if self.model.taken(slot) >= SLOT_PLACES[slot]:
            return "slot_full"
        self.model.end(code, "rescheduled", counts=False, lapsed_at=at)
        return None

    def _expect_proposal(self, booking: Modelled, person: int, slot: int) -> str | None:
        at, earlier = self.model.at, booking.proposal
        if earlier is not None and at < earlier.deadline:
            if earlier.asked_by != person:
                return "wrong_state"
            if earlier.slot == slot:
                return None
        if self.model.taken(slot) >= SLOT_PLACES[slot]:
            return "slot_full"  # and the earlier proposal stands: nothing was changed
        if earlier is not None:
            self.model.returned.append(earlier.slot)
        booking.proposal = Proposed(slot, person, at + DAY)
        return None


@pytest.mark.usefixtures("database")
def test_random_couples_and_the_model_agree_at_each_step():
    run_state_machine_as_test(
        CouplesAndPlaces,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
