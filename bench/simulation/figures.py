"""What a year comes to, in figures."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from bench.simulation.city import Office, Will
from bench.simulation.year import Way, Year, run_year


@dataclass(frozen=True)
class Figures:
    """The city's year. Shares in percent, waits in days.

    lost: couples that wanted the certificate, could have come on a day on which the office gave
    some, and found no place in their window. missed: those who let the last possible day pass
    themselves. waited: from the first safe day to the certificate. unused: of the certificate
    places offered. lost_by_month: by the month of the receipt.
    """

    way: str
    certificate_share: float
    cases: int
    registered: int
    lost: int
    missed: int
    waited_mean: float
    waited_p95: float
    waited_to_apply_mean: float
    places_offered: int
    unused_percent: float
    places_added: int
    moved_after_closures: int
    lost_by_month: dict[int, int]

    def as_row(self) -> dict[str, object]:
        """For the file of results."""
        return asdict(self)


def year_of_the_city(city: Iterable[Office], way: Way, *, share: float) -> Figures:
    """Every office's year, one after the other, put together.

    share: certificate places for each application place of an office.
    """
    years = [
        run_year(office, way, certificate_places=round(office.application_places * share))
        for office in city
    ]
    return _figures(years, way, share)


def _figures(years: list[Year], way: Way, share: float) -> Figures:
    cases = [case for year in years for case in year.cases]
    wanted = [case for case in cases if case.couple.will is Will.COMES]
    lost = [case for case in wanted if case.found_none]
    waits = [(c.registered_on - c.safe.issue_from).days for c in wanted if c.registered_on]
    offered = sum(year.places.offered + year.places.added for year in years)
    used = sum(year.places.used for year in years)
    return Figures(
        way=way.value,
        certificate_share=share,
        cases=len(cases),
        registered=len(waits),
        lost=len(lost),
        missed=len(wanted) - len(waits) - len(lost),
        waited_mean=round(statistics.fmean(waits), 1),
        waited_p95=statistics.quantiles(waits, n=20)[-1],
        waited_to_apply_mean=round(
            statistics.fmean(wait for year in years for wait in year.waited_to_apply), 1
        ),
        places_offered=offered,
        unused_percent=round(100 * (offered - used) / offered, 1),
        places_added=sum(year.places.added for year in years),
        moved_after_closures=sum(case.was_moved for case in cases),
        lost_by_month=dict(sorted(Counter(case.receipt_on.month for case in lost).items())),
    )
