"""What the page of one office shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from heli.ground import clock
from heli.law.services import Service
from heli.papers.maps import map_link
from heli.places.queries import OfficeView, get_office, office_rules
from heli.places.rules import ClosedDays
from heli.web.availability import FreeDay, Offer, chosen_day, offer_of
from heli.web.finding import CHOSEN_ONLINE
from heli.web.hours import HoursLine, coming_closures, how_sure, week_in_words


@dataclass(frozen=True)
class OfficePage:
    """An office as its page shows it.

    hours: the week in words; () where only the source's own wording is known.
    choices: the services that can be booked here. service: the chosen one of them, or None; then
    offer and day are None too. day: the chosen day, None where nothing is free.
    """

    office: OfficeView
    sure: str
    hours: tuple[HoursLine, ...]
    closures: tuple[ClosedDays, ...]
    choices: tuple[Service, ...]
    service: Service | None
    offer: Offer | None
    day: FreeDay | None

    @property
    def map_url(self) -> str:
        """A page of a map that shows the office."""
        return map_link(self.office)


def office_page(
    office_id: str, service: Service | None, day: str | None, at: datetime
) -> OfficePage:
    """The office with what it has free at this moment (`at`, UTC).

    A service that it does not offer here, or a day without a free place, is passed over.
    Raises NotFound.
    """
    office, rules = get_office(office_id), office_rules(office_id)
    today = clock.day_of(at)
    offered = rules.services_on(today) if office.is_bookable else frozenset()
    choices = tuple(choice for choice in CHOSEN_ONLINE if choice in offered)
    chosen = service if service in choices else None
    offer = offer_of(office_id, chosen, at) if chosen else None
    return OfficePage(
        office=office,
        sure=how_sure(office, today),
        hours=week_in_words(rules, today),
        closures=coming_closures(rules, today),
        choices=choices,
        service=chosen,
        offer=offer,
        day=chosen_day(offer.days, day) if offer else None,
    )
