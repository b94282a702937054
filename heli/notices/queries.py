"""What a person reads of their notices. Nobody reads anybody else's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from heli.bookings.models import Booking
from heli.bookings.states import State
from heli.identity.verified import VerifiedIdentity
from heli.law.services import Service
from heli.notices.kinds import CARRYING_THE_LINK, Kind
from heli.notices.models import Notice
from heli.notices.texts import Subject, Words, in_words
from heli.places.models import Office


@dataclass(frozen=True)
class NoticeView:
    """A notice as its reader sees it, in the active language.

    created_at: business time, UTC. link: what to pass on to the other, while it is awaited.
    """

    id: int
    kind: Kind
    title: str
    text: str
    booking_code: str
    created_at: datetime
    is_read: bool
    link: str | None


def inbox(by: VerifiedIdentity, *, limit: int = 50) -> list[NoticeView]:
    """This person's notices, the latest first."""
    notices = list(Notice.objects.filter(person=by.person).order_by("-created_at", "-id")[:limit])
    words = words_of(notices)
    awaited = _awaiting_an_answer(notices)
    return [
        NoticeView(
            id=notice.id,
            kind=Kind(notice.kind),
            title=words[notice.id].title,
            text=words[notice.id].text,
            booking_code=notice.booking_code,
            created_at=notice.created_at,
            is_read=notice.read_at is not None,
            link=_link(notice) if notice.booking_code in awaited else None,
        )
        for notice in notices
    ]


def words_of(notices: Iterable[Notice]) -> dict[int, Words]:
    """Title and text of each notice, by its id, in the active language."""
    notices = list(notices)
    keys = ("office", "new_office")
    ids = {notice.facts[key] for notice in notices for key in keys if key in notice.facts}
    names = dict(Office.objects.filter(id__in=ids).values_list("id", "name"))
    return {notice.id: in_words(_subject(notice, names)) for notice in notices}


def _subject(notice: Notice, names: dict[str, str]) -> Subject:
    facts = notice.facts
    return Subject(
        kind=Kind(notice.kind),
        service=Service(facts["service"]),
        office=names[facts["office"]],
        starts_at=datetime.fromisoformat(facts["starts_at"]),
        deadline=_moment(facts.get("deadline")),
        new_office=names.get(facts.get("new_office")),
        new_starts_at=_moment(facts.get("new_starts_at")),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _awaiting_an_answer(notices: list[Notice]) -> set[str]:
    codes = {notice.booking_code for notice in notices if notice.kind in CARRYING_THE_LINK}
    held = Booking.objects.filter(code__in=codes, state=State.HELD)
    return set(held.values_list("code", flat=True))


def _link(notice: Notice) -> str | None:
    if notice.kind not in CARRYING_THE_LINK:
        return None
    return f"{settings.HELI.base_url}/c/{notice.booking_code}"
