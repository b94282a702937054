"""What the tests of notices ask again and again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.db.models import F
from procrastinate.contrib.django.models import ProcrastinateJob

from heli.ground import events, jobs
from heli.identity.verified import VerifiedIdentity
from heli.notices import senders, sending, silences
from heli.notices.models import Notice
from heli.notices.queries import NoticeView, inbox
from heli.notices.senders import MemorySender
from heli.notices.ways import Answer
from tests.bookings.factories import Couple, a_slot, hold


def delivered(person: VerifiedIdentity) -> list[NoticeView]:
    """The person's notices, the oldest first, after everything that waits was delivered."""
    events.deliver()
    return list(reversed(inbox(person)))


def kinds_for(person: VerifiedIdentity) -> list[str]:
    """The kinds of the person's notices, the oldest first, after everything was delivered."""
    return [notice.kind.value for notice in delivered(person)]


def told() -> set[bytes]:
    """Everybody who was ever told anything."""
    events.deliver()
    return {bytes(person) for person in Notice.objects.values_list("person", flat=True)}


def a_notice_sent(couple: Couple) -> Notice:
    """The notice to the applicant that a place is held, sent as far as it comes."""
    hold(couple, a_slot())
    events.deliver()
    notice = Notice.objects.get()
    sending.send(notice.id)
    return notice


@contextmanager
def a_way_to_send(
    way: str = "memory",
    *,
    says: Iterable[Answer] = (),
    fails: int = 0,
    takes_seconds: float = 0.0,
    is_repeatable: bool = False,
) -> Iterator[MemorySender]:
    """A way that remembers what it was given: in place of the one of that name, or a new one before
    the console."""
    before = senders.sender_of(way)
    sender = MemorySender(
        way=way,
        says=list(says),
        fails=fails,
        takes_seconds=takes_seconds,
        is_repeatable=is_repeatable,
    )
    senders.register(sender)
    try:
        yield sender
    finally:
        senders.remove(sender.way)
        if before is not None:
            senders.register(before)


def states_of(notice: Notice) -> dict[str, str]:
    """How far the notice has come by each way it went, in order."""
    return dict(notice.sendings.order_by("id").values_list("way", "state"))


def some_time_later(notice: Notice) -> None:
    """As if what was tried had been tried an hour ago."""
    silences.forget()
    notice.sendings.update(tried_at=F("tried_at") - timedelta(hours=1))


def waiting_jobs() -> int:
    """How many notices wait for the worker."""
    return ProcrastinateJob.objects.filter(task_name="heli.send_notice", status="todo").count()


def work_off_now() -> None:
    """Do the jobs in the queue, those that were to wait too, as if that time had passed."""
    silences.forget()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    jobs.work_off()
