"""One office's year: who applies, who holds which certificate place, who gets the certificate.

Four ways to run it. Without the guarantee couples book the second visit themselves, first come,
within the public horizon. With it Heli keeps a place with the receipt and moves couples after
a closure. With the plan, too, the office offers no more application places than the plan says. And
for comparison, the guarantee by the least loaded day alone, the window's last week included.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from functools import cache

from bench.simulation.city import (
    FIRST_DAY,
    LAST_DAY,
    LAST_WINDOW_DAY,
    ONE_DAY,
    Couple,
    Office,
    Seeks,
    Will,
    days,
)
from heli.cases.plan import Applications, plan_days
from heli.cases.rules import LAST_DAYS, DayLoad, Seeking, SlotLoad, choose_place, tightest_first
from heli.law.periods import SafeDays, timeline

PUBLIC_HORIZON = timedelta(days=30)
WALK_INS_MAX = 0.4  # of the application places, on one day
PLAN_EVERY = 5  # days


class Way(Enum):
    """How an office treats the second visit."""

    WITHOUT = "without the guarantee"
    GUARANTEE = "with the guarantee"
    PLAN = "with the guarantee and the plan"
    ANY_DAY = "with the guarantee, the last days like any other"


@dataclass
class Case:
    """A couple with its receipt. place_on: the day of its certificate place, if it has one."""

    couple: Couple
    receipt_on: date
    safe: SafeDays
    place_on: date | None = None
    has_missed: bool = False
    is_withdrawn: bool = False
    registered_on: date | None = None
    could_come_from: date | None = None  # the first day for which it has looked for a place
    found_none: bool = False  # the office opened on a day on which it could have come
    was_moved: bool = False

    @property
    def is_open(self) -> bool:
        """Whether a certificate can still come of it."""
        return self.registered_on is None and not self.is_withdrawn

    def seeks_from(self) -> date:
        """The day on which the couple begins to look for a place itself."""
        match self.couple.seeks:
            case Seeks.AT_ONCE:
                return self.receipt_on
            case Seeks.WHEN_IT_OPENS:
                return self.safe.issue_from
            case Seeks.LATE:
                return self.safe.issue_until - 10 * ONE_DAY


@cache
def safe_days(receipt_on: date) -> SafeDays:
    """As the law says for every reading."""
    return timeline(receipt_on).safe


class Places:
    """The certificate places of an office, day by day."""

    def __init__(self, office: Office, places_a_day: int) -> None:
        every = days(FIRST_DAY, LAST_WINDOW_DAY)
        self._days = {
            day: DayLoad(day, (SlotLoad(0, places_a_day, 0),)) for day in every if office.opens(day)
        }
        self.added = 0
        self.offered = sum(day.slots[0].places for day in self._days.values())
        self.used = 0

    def within(self, first: date, last: date) -> list[DayLoad]:
        """The days with slots from first to last, both included."""
        return [self._days[day] for day in days(first, last) if day in self._days]

    def free(self) -> dict[date, int]:
        """Places left, by day."""
        return {day: load.slots[0].places - load.slots[0].taken for day, load in self._days.items()}

    def take(self, day: date, *, is_added: bool = False) -> None:
        """One place more is held on this day."""
        self._change(day, taken=1, places=int(is_added))
        self.added += is_added

    def give_back(self, day: date) -> None:
        """One place is held no more."""
        if day in self._days:
            self._change(day, taken=-1, places=0)

    def close(self, day: date) -> None:
        """The office does not open on this day."""
        self.offered -= self._days.pop(day).slots[0].places

    def _change(self, day: date, *, taken: int, places: int) -> None:
        slot = self._days[day].slots[0]
        self._days[day] = DayLoad(day, (SlotLoad(0, slot.places + places, slot.taken + taken),))


@dataclass
class Year:
    """An office's year as it went."""

    cases: list[Case]
    places: Places
    waited_to_apply: list[int] = field(default_factory=list)


def run_year(office: Office, way: Way, *, certificate_places: int) -> Year:
    """Play the year, day by day, until the last window has passed."""
    return _Run(office, way, certificate_places).play()


class _Run:
    def __init__(self, office: Office, way: Way, certificate_places: int) -> None:
        self._office, self._way = office, way
        self._places = Places(office, certificate_places)
        self._cases: list[Case] = []
        self._on_day: defaultdict[date, list[Case]] = defaultdict(list)
        self._withdrawing: defaultdict[date, list[Case]] = defaultdict(list)
        self._seeking_from: defaultdict[date, list[Case]] = defaultdict(list)
        self._seeking: list[Case] = []
        self._queue: deque[Couple] = deque()
        self._closed: set[date] = set()
        self._can_take: dict[date, int] = {}
        self._waited: list[int] = []

    def play(self) -> Year:
        for number, day in enumerate(days(FIRST_DAY, LAST_WINDOW_DAY)):
            for closed, known_on in self._office.closures.items():
                if known_on == day:
                    self._lose(closed, day)
            for case in self._withdrawing.pop(day, []):
                self._withdraw(case)
            self._let_seek(day)
            if self._way is Way.PLAN and number % PLAN_EVERY == 0:
                self._plan(day)
            if self._office.opens(day) and day not in self._closed:
                self._give_certificates(day)
                self._take_applications(day)
        for case in self._cases:
            case.found_none = self._found_none(case)
        return Year(self._cases, self._places, self._waited)

    def _found_none(self, case: Case) -> bool:
        if not case.is_open or case.could_come_from is None:
            return False
        first = max(case.could_come_from, case.safe.issue_from)
        return bool(self._places.within(first, case.safe.issue_until))

    def _lose(self, closed: date, day: date) -> None:
        """A day is lost: with the guarantee the couples are moved, the tightest first."""
        self._closed.add(closed)
        self._places.close(closed)
        hit = [case for case in self._on_day.pop(closed, []) if case.place_on == closed]
        for case in hit:
            case.place_on, case.was_moved = None, True
        if self._way is Way.WITHOUT:
            self._seek_again(hit, day)
            return
        loads = {case.couple.number: self._window(case, day) for case in hit}
        by_key = {str(case.couple.number): case for case in hit}
        couples = [
            Seeking(
                key=key,
                free_places=sum(
                    slot.places - slot.taken
                    for load in loads[case.couple.number]
                    for slot in load.slots
                ),
                window_last=case.safe.issue_until,
            )
            for key, case in by_key.items()
        ]
        for couple in tightest_first(couples):
            self._keep_place(by_key[couple.key], day)

    def _withdraw(self, case: Case) -> None:
        case.is_withdrawn = True
        if case.place_on is not None:
            self._places.give_back(case.place_on)
            case.place_on = None

    def _let_seek(self, day: date) -> None:
        """Couples without a place try the earliest free day of their window, first come."""
        self._seeking += self._seeking_from.pop(day, [])
        still = []
        for case in self._seeking:
            if not case.is_open or day >= case.safe.issue_until:
                continue
            case.could_come_from = case.could_come_from or day + ONE_DAY
            if not self._take_earliest(case, day, until=day + PUBLIC_HORIZON):
                still.append(case)
        self._seeking = still

    def _plan(self, day: date) -> None:
        """What the coming days can take, as an office that follows the plan offers it."""
        coming = []
        for ahead in days(day, day + PUBLIC_HORIZON):
            if self._office.opens(ahead) and ahead <= LAST_DAY and ahead not in self._closed:
                safe = safe_days(ahead)
                coming.append(
                    Applications(
                        ahead, self._office.application_places, safe.issue_from, safe.issue_until
                    )
                )
        planned = plan_days(coming, self._places.free())
        self._can_take.update((row.applications.day, row.can_take) for row in planned)

    def _give_certificates(self, day: date) -> None:
        missed = []
        for case in self._on_day.pop(day, []):
            if case.place_on != day or not case.is_open:
                continue
            if case.couple.will is Will.STAYS_AWAY:
                case.place_on = None
            elif case.couple.misses_certificate and not case.has_missed:
                case.has_missed, case.place_on = True, None
                case.could_come_from = None
                missed.append(case)
            else:
                case.registered_on = day
                self._places.used += 1
        if self._way is Way.WITHOUT:
            self._seek_again(missed, day)
        else:
            for case in missed:
                self._keep_place(case, day)

    def _take_applications(self, day: date) -> None:
        arrivals = self._office.couples.get(day, [])
        walk_ins = [couple for couple in arrivals if couple.is_walk_in]
        self._queue += [couple for couple in arrivals if not couple.is_walk_in]
        places = self._office.application_places
        offered = self._can_take.get(day, places) if self._way is Way.PLAN else places
        booked = [self._queue.popleft() for _ in range(min(offered, len(self._queue)))]
        came = [couple for couple in booked if not couple.misses_application]
        for couple in [*came, *walk_ins[: round(places * WALK_INS_MAX)]]:
            self._waited.append((day - couple.wants_on).days)
            self._give_receipt(couple, day)

    def _give_receipt(self, couple: Couple, day: date) -> None:
        if day > LAST_DAY:
            return
        case = Case(couple, day, safe_days(day))
        self._cases.append(case)
        if couple.will is Will.WITHDRAWS:
            self._withdrawing[day + couple.withdraws_after * ONE_DAY].append(case)
        if self._way is not Way.WITHOUT:
            self._keep_place(case, day)
        elif couple.will is Will.COMES:
            self._seeking_from[max(case.seeks_from(), day + ONE_DAY)].append(case)

    def _keep_place(self, case: Case, day: date) -> None:
        """Heli's rule; then some couples move to the earliest free day, if it is earlier."""
        case.could_come_from = case.could_come_from or day + ONE_DAY
        last_days = timedelta() if self._way is Way.ANY_DAY else LAST_DAYS
        window = self._window(case, day)
        choice = choose_place(window, case.safe.issue_until, last_days=last_days)
        if choice is None:
            return
        if case.couple.wants_soon and not choice.is_added:
            self._take_earliest(case, day, until=choice.day)
        else:
            self._hold(case, choice.day, is_added=choice.is_added)

    def _take_earliest(self, case: Case, day: date, *, until: date) -> bool:
        last = min(until, case.safe.issue_until)
        for load in self._places.within(max(case.safe.issue_from, day + ONE_DAY), last):
            if load.slots[0].taken < load.slots[0].places:
                self._hold(case, load.day)
                return True
        return False

    def _hold(self, case: Case, day: date, *, is_added: bool = False) -> None:
        self._places.take(day, is_added=is_added)
        case.place_on = day
        self._on_day[day].append(case)

    def _window(self, case: Case, day: date) -> list[DayLoad]:
        first = max(case.safe.issue_from, day + ONE_DAY)
        return self._places.within(first, case.safe.issue_until)

    def _seek_again(self, cases: Iterable[Case], day: date) -> None:
        self._seeking_from[day + ONE_DAY] += [
            case for case in cases if case.couple.will is Will.COMES
        ]
