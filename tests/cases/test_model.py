"""Random couples, a random desk and a random clock: no case is ever where the table forbids it.

The clock jumps, its jobs run late, twice or not at all for weeks; couples cancel, move and take
places; the office closes days. After each step every case stands where the model says, by the law's
dates and the table alone, and every kept place lies in its couple's safe window.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from heli.bookings import deadlines as booking_deadlines
from heli.bookings import services as bookings
from heli.bookings.books import check_books
from heli.bookings.models import Booking
from heli.bookings.requests import HoldRequest
from heli.bookings.states import Role, State
from heli.cases import closures, deadlines, services
from heli.cases.models import Case, CaseEvent, CaseParty, CertificatePlace
from heli.ground import clock
from heli.ground.refusals import Refusal
from heli.law.case_steps import CASE_ENDED, CASE_TRANSITIONS, CaseState
from heli.law.periods import Reading, timeline
from heli.law.services import Service
from heli.ops.demo.people import fictional_couple
from heli.slots.models import Slot
from heli.slots.services import reappear_places
from tests.bookings.factories import Couple
from tests.cases.factories import a_case, an_open_office, certificate_slots
from tests.cases.modelled import OPEN, Model, Modelled
from tests.conftest import empty_tables
from tests.people import verified

COUPLES = [Couple(*fictional_couple()) for _ in range(3)]
COUPLE = st.integers(min_value=0, max_value=len(COUPLES) - 1)
WHICH = st.integers(min_value=0, max_value=10**6)  # which of the cases, bookings or slots so far
READING = st.sampled_from([None, *Reading])
ALLOWED = {(row.source, row.target, row.verb) for row in CASE_TRANSITIONS}
VERB_OF_FACT = {
    "WindowOpened": "open_window",
    "CaseLapsed": "close_window",
    "CaseWithdrawn": "withdraw_application",
    "CaseRefused": "refuse_registration",
    "DivorceRegistered": "register_divorce",
}
TARGET_OF_VERB = {row.verb: row.target for row in CASE_TRANSITIONS}


class CasesAndTheClock(RuleBasedStateMachine):
    """Every rule does the same to the model and to the services and compares where cases stand."""

    @initialize()
    def open_the_office(self) -> None:
        empty_tables()
        self.model = Model()
        self.numbers = 0
        self.office = an_open_office()
        tuesdays = [date(2026, 8, 4) + timedelta(days=7 * n) for n in range(30)]
        self.slots = certificate_slots(self.office, *tuesdays, places=1)
        self.give_receipt(couple=0)

    @rule(couple=COUPLE)
    def give_receipt(self, couple: int) -> None:
        own = self.model.of(couple)
        is_free = not any(case.is_open(self.model.at) for case in own)
        case = self._answer(
            lambda: a_case(office=self.office, couple=COUPLES[couple], received_at=self.model.at),
            is_allowed=is_free,
        )
        if case is not None:
            self.model.run_clock_for(own)  # one whose time is over was ended first
            self.model.cases[str(case.id)] = Modelled(couple, clock.day_of(self.model.at))

    @rule(which=WHICH, role=st.sampled_from(Role), reading=READING)
    def withdraw(self, which: int, role: Role, reading: Reading | None) -> None:
        if case_id := self._case(which):
            case, at = self.model.cases[case_id], self.model.at
            self._step(
                case,
                CaseState.WITHDRAWN,
                lambda: services.withdraw_application(case_id, party=role, at=at, reading=reading),
                is_allowed=case.may_withdraw(at, reading),
            )

    @rule(which=WHICH, reading=st.sampled_from(Reading))
    def register(self, which: int, reading: Reading | None) -> None:
        if case_id := self._case(which):
            case, at = self.model.cases[case_id], self.model.at
            self.numbers += 1
            number = f"L440106-2026-{self.numbers:06}"
            self._step(
                case,
                CaseState.REGISTERED,
                lambda: services.register_divorce(
                    case_id, certificate_number=number, at=at, reading=reading
                ),
                is_allowed=case.may_register(at, reading),
            )

    @rule(which=WHICH)
    def refuse(self, which: int) -> None:
        if case_id := self._case(which):
            case, at = self.model.cases[case_id], self.model.at
            self._step(
                case,
                CaseState.REFUSED,
                lambda: services.refuse_registration(case_id, reason="材料不齐", at=at),
                is_allowed=case.may_refuse(at),
            )

    @rule(jump=st.sampled_from([timedelta(hours=8), *(timedelta(days=n) for n in (1, 9, 40))]))
    def time_passes(self, jump: timedelta) -> None:
        self.model.at += jump

    @rule(which=WHICH, moment=WHICH)
    def a_day_comes_that_matters(self, which: int, moment: int) -> None:
        """A day on which a period begins or ends by some reading, or the moment of a job."""
        if case_id := self._case(which):
            case = self.model.cases[case_id]
            moments = [m for m in case.moments() if m > self.model.at]
            if moments:
                self.model.at = moments[moment % len(moments)]

    @rule(
        which=WHICH, moment=WHICH, verb=st.sampled_from(["withdraw", "register"]), reading=READING
    )
    def a_couple_comes_on_such_a_day(
        self, which: int, moment: int, verb: str, reading: Reading | None
    ) -> None:
        self.a_day_comes_that_matters(which=which, moment=moment)
        if verb == "withdraw":
            self.withdraw(which=which, role=Role.PARTNER, reading=reading)
        else:
            self.register(which=which, reading=reading)

    @rule(times=st.integers(min_value=1, max_value=2))
    def the_clock_runs(self, times: int) -> None:
        self.model.run_clock()
        for _ in range(times):
            run_everything_due(self.model.at)
        for case in self.model.cases.values():  # none is stuck
            assert case.state not in OPEN or self.model.at < case.closes_at

    @rule(which=WHICH, role=st.sampled_from(Role))
    def cancel_place(self, which: int, role: Role) -> None:
        if place := self._active_place(which):
            person = self._person(place, role)
            code, at = place.booking.code, self.model.at
            self._attempt(lambda: bookings.cancel_booking(code, by=person, at=at))

    @rule(which=WHICH, role=st.sampled_from(Role), slot=WHICH)
    def take_place(self, which: int, role: Role, slot: int) -> None:
        if case_id := self._case(which):
            couple = COUPLES[self.model.cases[case_id].couple]
            person = couple.applicant if role is Role.APPLICANT else couple.partner
            self.numbers += 1
            request = HoldRequest(
                service=Service.DIVORCE_CERTIFICATE,
                slot_id=self._slot(slot).id,
                phone=person.phone,
                partner=None,
                eligibility_shown=False,
            )
            key, at = f"key {self.numbers}", self.model.at
            self._attempt(lambda: bookings.hold_place(request, by=person, key=key, at=at))

    @rule(which=WHICH, role=st.sampled_from(Role), slot=WHICH, is_agreed=st.booleans())
    def move_place(self, which: int, role: Role, slot: int, is_agreed: bool) -> None:
        if place := self._active_place(which):
            asker = self._person(place, role)
            other = self._person(place, next(r for r in Role if r is not role))
            code, at, slot_id = place.booking.code, self.model.at, self._slot(slot).id
            self._attempt(
                lambda: bookings.reschedule_booking(code, by=asker, at=at, slot_id=slot_id)
            )
            if is_agreed:
                self._attempt(lambda: bookings.give_consent(code, by=other, at=at))

    @rule(which=WHICH, times=st.integers(min_value=1, max_value=2))
    def the_office_closes_on_the_day_of_a_couple(self, which: int, times: int) -> None:
        if place := self._active_place(which):
            self._change(place.booking.slot_id, withdrawn_at=self.model.at, times=times)

    @rule(slot=WHICH, is_closed=st.booleans(), times=st.integers(min_value=1, max_value=2))
    def the_office_changes_a_day(self, slot: int, is_closed: bool, times: int) -> None:
        withdrawn_at = self.model.at if is_closed else None
        self._change(self._slot(slot).id, withdrawn_at=withdrawn_at, times=times)

    @invariant()
    def every_case_stands_where_the_model_says(self) -> None:
        stored = {str(case.id): CaseState(case.state) for case in Case.objects.all()}
        assert stored == {case_id: case.state for case_id, case in self.model.cases.items()}

    @invariant()
    def every_case_came_there_by_rows_of_the_table(self) -> None:
        for case_id in self.model.cases:
            state = CaseState.COOLING_OFF
            facts = CaseEvent.objects.filter(case_id=case_id, kind__in=VERB_OF_FACT).order_by("id")
            for kind in facts.values_list("kind", flat=True):
                verb = VERB_OF_FACT[kind]
                assert (state, TARGET_OF_VERB[verb], verb) in ALLOWED
                state = TARGET_OF_VERB[verb]
            assert state is self.model.cases[case_id].state

    @invariant()
    def every_kept_place_lies_in_the_safe_window_of_an_open_case(self) -> None:
        for place in active_places():
            safe = timeline(place.case.receipt_on).safe
            slot = place.booking.slot
            assert safe.issue_from <= clock.day_of(slot.starts_at) <= safe.issue_until
            assert slot.office_id == place.case.office_id
            assert slot.withdrawn_at is None or slot.starts_at <= self.model.at
            assert place.case.state not in CASE_ENDED

    @invariant()
    def nobody_has_two_and_the_books_agree(self) -> None:
        rows = CaseParty.objects.filter(is_open=True).values_list("person", flat=True)
        people = [bytes(person) for person in rows]
        assert len(people) == len(set(people))
        holders = [place.case_id for place in active_places()]
        assert len(holders) == len(set(holders))
        assert check_books() == []

    def teardown(self) -> None:
        """Long after, the clock alone has ended every case that was left."""
        if not hasattr(self, "model"):
            return
        self.model.at += timedelta(days=100)
        self.the_clock_runs(times=2)
        assert not Case.objects.filter(state__in=OPEN).exists()
        assert not active_places()
        self.every_case_stands_where_the_model_says()
        self.nobody_has_two_and_the_books_agree()

    def _change(self, slot_id: int, *, withdrawn_at: datetime | None, times: int) -> None:
        coming = Slot.objects.filter(id=slot_id, starts_at__gt=self.model.at)
        coming.update(withdrawn_at=withdrawn_at)
        for _ in range(times):
            closures.move_couples(self.office.id, at=self.model.at)

    def _answer(self, deed: Callable[[], Any], *, is_allowed: bool) -> Any:
        answer, refused = None, None
        try:
            answer = deed()
        except Refusal as refusal:
            refused = refusal.code
        assert (refused is None) == is_allowed, f"refused with {refused}"
        return answer

    def _step(
        self, case: Modelled, target: CaseState, deed: Callable[[], Any], *, is_allowed: bool
    ) -> None:
        if self._answer(deed, is_allowed=is_allowed) is not None:
            case.state = target

    def _attempt(self, deed: Callable[[], Any]) -> None:
        """What becomes of places is held by the invariants; a refusal changes nothing."""
        try:
            deed()
        except Refusal:
            return

    def _case(self, which: int) -> str | None:
        ids = sorted(self.model.cases)
        return ids[which % len(ids)] if ids else None

    def _slot(self, which: int) -> Slot:
        return self.slots[which % len(self.slots)]

    def _active_place(self, which: int) -> CertificatePlace | None:
        places = active_places()
        return places[which % len(places)] if places else None

    def _person(self, place: CertificatePlace, role: Role) -> Any:
        couple = COUPLES[self.model.cases[str(place.case_id)].couple]
        by_person = {verified(p).person: verified(p) for p in (couple.one, couple.other)}
        party = place.case.parties.get(role=role)
        return by_person[bytes(party.person)]


def active_places() -> list[CertificatePlace]:
    """Every certificate place that is held, with its case and slot."""
    places = CertificatePlace.objects.select_related("case", "booking__slot")
    return list(places.filter(booking__state=State.CONFIRMED).order_by("booking_id"))


def run_everything_due(at: datetime) -> None:
    """The jobs that have to do with cases and places, as the register runs them."""
    booking_deadlines.lapse_proposals(at)
    deadlines.open_windows(at)
    deadlines.close_windows(at)
    booking_deadlines.close_days(at)
    reappear_places(at)
    assert not Booking.objects.filter(state=State.HELD).exists()


@pytest.mark.usefixtures("database")
def test_random_cases_under_a_random_clock_keep_to_the_table():
    run_state_machine_as_test(
        CasesAndTheClock,
        settings=settings(
            max_examples=30,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
