"""Browsers of people who have proven who they are, and what a page shows them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

from django.http import HttpResponse
from django.test import Client

from heli.bookings.queries import BookingView
from heli.ground import clock
from heli.identity.verified import VerifiedIdentity, issue_token
from heli.law.services import Service
from heli.places.models import Office
from heli.slots.models import Slot
from heli.web.visitor import IDENTITY_COOKIE
from tests.bookings import factories
from tests.bookings.factories import DAY, Couple

WEEK = timedelta(days=7)


def browser(identity: VerifiedIdentity | None = None, language: str = "zh-CN") -> Client:
    """A browser of its own; with an identity it has passed the check just now."""
    client = Client(headers={"Accept-Language": language})
    if identity is not None:
        client.cookies[IDENTITY_COOKIE] = issue_token(identity)[0]
    return client


def html(response: HttpResponse, status: int = 200) -> str:
    """The page as it was sent."""
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def text(response: HttpResponse, status: int = 200) -> str:
    """What a person reads of the page, the frame included."""
    without_head = re.sub(r"(?s)<head>.*?</head>|<svg.*?</svg>", "", html(response, status))
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", without_head)).split())


def title(response: HttpResponse) -> str:
    """What stands in the tab and in the history."""
    return unescape(re.search(r"(?s)<title>(.*?)</title>", response.content.decode())[1])


def a_coming_slot(
    *,
    office: Office | None = None,
    service: Service = Service.DIVORCE_APPLICATION,
    starts_at: datetime | None = None,
    places: int = 3,
) -> Slot:
    """A slot in a week of business time."""
    starts_at = starts_at or clock.now() + WEEK
    return factories.a_slot(
        office=office,
        service=service,
        starts_at=starts_at,
        places=places,
        opens_at=clock.now() - 30 * DAY,
    )


def held(couple: Couple, slot: Slot | None = None) -> BookingView:
    """A place held by the couple now."""
    return factories.hold(couple, slot or a_coming_slot(), at=clock.now())


def confirmed(couple: Couple, slot: Slot | None = None) -> BookingView:
    """A booking of the couple that both have agreed to."""
    return factories.hold_and_agree(couple, slot or a_coming_slot(), at=clock.now())
