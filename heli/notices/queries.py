"""What a person reads of their notices. Nobody reads anybody else's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from heli.bookings.models import Booking
from heli.bookings.states import State
from heli.ground import clock
from heli.identity.verified import Known, office_bound_to
from heli.law.services import Service
from heli.notices.case_texts import Progress, progress_in_words
from heli.notices.kinds import ABOUT_A_CASE, CARRYING_THE_LINK, Kind
from heli.notices.message_words import ShortWords, short_words
from heli.notices.models import Notice
from heli.notices.texts import Subject, Words, in_words
from heli.places.models import Office


@dataclass(frozen=True)
class NoticeView:
    """A notice as its reader sees it, in the active language.

    booking_code: the booking to look at, empty where there is none. case_id: of a notice about a
    case. created_at: business time, UTC. link: what to pass on to the other, while it is awaited.
    """

    id: int
    kind: Kind
    title: str
    text: str
    booking_code: str
    case_id: str | None
    created_at: datetime
    is_read: bool
    link: str | None


def notices_of(by: Known) -> QuerySet[Notice]:
    """This person's notices. Where one office's desk knows them, those that speak of no other one;
    and not that a desk spoke for them, which hangs on what they hold anywhere: it is for them, not
    for whom a clerk took for them."""
    rows = Notice.objects.filter(person=by.person)
    office_id = office_bound_to(by)
    if not office_id:
        return rows
    moves_nowhere_else = ~Q(facts__has_key="new_office") | Q(facts__new_office=office_id)
    here = rows.filter(moves_nowhere_else, facts__office=office_id)
    return here.exclude(kind=Kind.SEEN_AT_THE_DESK)


def inbox(by: Known, *, limit: int = 50) -> list[NoticeView]:
    """This person's notices, the latest first."""
    notices = list(notices_of(by).order_by("-created_at", "-id")[:limit])
    words = words_of(notices)
    awaited = _awaiting_an_answer(notices)
    return [
        NoticeView(
            id=notice.id,
            kind=Kind(notice.kind),
            title=words[notice.id].title,
            text=words[notice.id].text,
            booking_code=notice.booking_code,
            case_id=str(notice.case_id) if notice.case_id else None,
            created_at=_told_at(notice),
            is_read=notice.read_at is not None,
            link=_link(notice) if notice.booking_code in awaited else None,
        )
        for notice in notices
    ]


def _told_at(notice: Notice) -> datetime:
    """When it was told; of a withdrawal no more than the day: not at which hour."""
    if notice.kind == Kind.ENDED:
        return clock.moment_of(clock.day_of(notice.created_at))
    return notice.created_at


def words_of(notices: Iterable[Notice]) -> dict[int, Words]:
    """Title and text of each notice, by its id, in the active language."""
    notices = list(notices)
    keys = ("office", "new_office")
    ids = {notice.facts[key] for notice in notices for key in keys if key in notice.facts}
    names = dict(Office.objects.filter(id__in=ids).values_list("id", "name"))
    return {notice.id: _words(notice, names) for notice in notices}


def short_words_of(notice: Notice) -> ShortWords:
    """The notice in few words, for messages outside."""
    keys = ("office", "new_office")
    ids = [notice.facts[key] for key in keys if key in notice.facts]
    names = dict(Office.objects.filter(id__in=ids).values_list("id", "name"))
    return short_words(_about(notice, names), told_on=clock.day_of(notice.created_at))


def _words(notice: Notice, names: dict[str, str]) -> Words:
    about = _about(notice, names)
    return in_words(about) if isinstance(about, Subject) else progress_in_words(about)


def _about(notice: Notice, names: dict[str, str]) -> Subject | Progress:
    return _progress(notice, names) if notice.kind in ABOUT_A_CASE else _subject(notice, names)


def _progress(notice: Notice, names: dict[str, str]) -> Progress:
    facts = notice.facts
    return Progress(
        kind=Kind(notice.kind),
        office=names[facts["office"]],
        place=_moment(facts.get("place")),
        withdraw_by=_moment_or_day(facts["withdraw_by"]),
        issue_from=date.fromisoformat(facts["issue_from"]),
        certificate_by=_moment_or_day(facts["certificate_by"]),
        last_on=date.fromisoformat(facts["last_on"]),
    )


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
        certificate_by=_moment_or_day(until) if (until := facts.get("certificate_by")) else None,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _moment_or_day(text: str) -> datetime | date:
    is_day = len(text) == len("2026-12-24")
    return date.fromisoformat(text) if is_day else datetime.fromisoformat(text)


def _awaiting_an_answer(notices: list[Notice]) -> set[str]:
    codes = {notice.booking_code for notice in notices if notice.kind in CARRYING_THE_LINK}
    held = Booking.objects.filter(code__in=codes, state=State.HELD)
    return set(held.values_list("code", flat=True))


def _link(notice: Notice) -> str | None:
    if notice.kind not in CARRYING_THE_LINK:
        return None
    return f"{settings.HELI.base_url}/c/{notice.booking_code}"
