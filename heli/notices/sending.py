"""Sending a notice: down its chain of ways, until one takes it.

What is about to be done is noted and committed before the call outside, and its answer after it.
So whoever takes up a row that was tried and has no answer knows that it may have gone out.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import translation

from heli.ground import clock
from heli.notices import senders, silences, ways
from heli.notices.kinds import Kind
from heli.notices.models import Notice, Sending
from heli.notices.queries import short_words_of, words_of
from heli.notices.rules import useful_until
from heli.notices.senders import Message, Ready, Sender
from heli.notices.ways import OPEN_STATES, Answer, Said, SendingState, Step

log = logging.getLogger(__name__)

REASON_MAX = 80


def send(notice_id: int) -> timedelta | None:
    """Take the notice down its ways as far as it comes now; when to come again, or None.

    May be called twice and by several at once: no way is asked for the same try twice. Raises what
    a sender raises that is broken; the notice goes on with the next way a minute later.
    """
    message: Message | None = None
    while (row := _open_row(notice_id)) is not None:
        sender = senders.sender_of(row.way)
        message = message or _message(row.notice)
        step, wait = _go(row, sender, message)
        if step is not Step.NEXT:
            return wait
    return None


def next_way(notice_id: int, *, beyond: str) -> str | None:
    """The way after this one that the notice has not gone yet, or None."""
    gone = set(Sending.objects.filter(notice_id=notice_id).values_list("way", flat=True))
    chain = ways.in_order(list({*senders.ways(), beyond}))
    following = chain[chain.index(beyond) + 1 :]
    return next((way for way in following if way not in gone), None)


def open_next(row: Sending) -> str | None:
    """The row of the way after this one, and its name; None where no way is left."""
    way = next_way(row.notice_id, beyond=row.way)
    if way is None:
        log.warning("notice %s: no way is left; it stands in the inbox", row.notice_id)
        return None
    Sending.objects.create(notice_id=row.notice_id, way=way, queued_at=row.queued_at)
    return way


class _Next(NamedTuple):
    step: Step
    wait: timedelta | None = None


def _open_row(notice_id: int) -> Sending | None:
    rows = Sending.objects.select_related("notice").filter(
        notice_id=notice_id, state__in=OPEN_STATES, sent_at__isnull=True
    )
    return rows.order_by("id").first()


def _go(row: Sending, sender: Sender | None, message: Message) -> _Next:
    """One way, one time."""
    now = clock.real_now()
    if _is_too_late(row, now):
        return _settle(row, SendingState.TOO_LATE, Step.STOP, Answer(Said.NOT_THIS_WAY, "too late"))
    if sender is None:
        return _follow(row, Answer(Said.NOT_THIS_WAY, "no such way here"), is_repeatable=False)
    if row.state == SendingState.TRYING:
        if row.tried_at is not None and ways.is_in_hand(row.tried_at, now):
            return _Next(Step.AGAIN, row.tried_at + ways.IN_HAND - now)
        lost = Answer(Said.NOT_KNOWN, "no result noted")
        if not sender.is_repeatable or row.tries >= ways.TRIES_MAX:
            return _follow(row, lost, is_repeatable=False)
    ready = sender.prepare(message)
    if isinstance(ready, Answer):
        return _follow(row, ready, is_repeatable=sender.is_repeatable)
    if not _note_the_try(row, ready, now):
        return _Next(Step.AGAIN, ways.IN_HAND)  # somebody else was quicker
    return _follow(row, _ask(row.way, ready), is_repeatable=sender.is_repeatable)


def _ask(way: str, ready: Ready) -> Answer:
    """The call outside, unless the way was silent a moment ago."""
    answer = silences.answer_of(way)
    if answer is None:
        answer = ready.go()
        silences.remember(way, answer)
    return answer


def _note_the_try(row: Sending, ready: Ready, now: datetime) -> bool:
    """Commit that the way will be asked now; False where another process did."""
    unchanged = Sending.objects.filter(id=row.id, state=row.state, tries=row.tries)
    noted = unchanged.update(
        state=SendingState.TRYING,
        tries=row.tries + 1,
        tried_at=now,
        account=ready.account,
        template_id=ready.template_id,
    )
    row.state, row.tries = SendingState.TRYING, row.tries + 1
    return bool(noted)


def _follow(row: Sending, answer: Answer, *, is_repeatable: bool) -> _Next:
    may_wait = answer.said in (Said.LATER, Said.NOT_KNOWN)
    state, step = ways.after(
        answer,
        tries=row.tries,
        is_last=may_wait and next_way(row.notice_id, beyond=row.way) is None,
        is_repeatable=is_repeatable,
    )
    return _settle(row, state, step, answer)


@transaction.atomic
def _settle(row: Sending, state: SendingState, step: Step, answer: Answer) -> _Next:
    """Note the answer, and the next way with it."""
    now = clock.real_now()
    columns: dict[str, object] = {"reason": answer.reason[:REASON_MAX]}
    if answer.said is Said.TAKEN:
        columns |= {"sent_at": now, "vendor_id": answer.vendor_id}
    unchanged = Sending.objects.filter(id=row.id, state=row.state, tries=row.tries)
    if not unchanged.update(state=state, **columns):
        # A report was quicker, or somebody took it for lost: they said what follows.
        if answer.said is Said.TAKEN:
            Sending.objects.filter(id=row.id, sent_at__isnull=True).update(**columns)
        return _Next(Step.STOP)
    log.info("notice %s by %s: %s %s", row.notice_id, row.way, state.value, answer.reason)
    if step is Step.NEXT:
        open_next(row)
    return _Next(step, ways.wait_after(row.tries) if step is Step.AGAIN else None)


def _is_too_late(row: Sending, now: datetime) -> bool:
    """By the span between two business moments and the real time that has gone by, so that a demo's
    clock that jumped makes nothing late."""
    notice = row.notice
    until = useful_until(Kind(notice.kind), notice.facts)
    return ways.is_too_late(
        waited=now - row.queued_at,
        useful_for=until - notice.created_at if until is not None else None,
    )


def _message(notice: Notice) -> Message:
    with translation.override(settings.LANGUAGE_CODE):
        words = words_of([notice])[notice.id]
        short = short_words_of(notice)
    return Message(
        notice_id=notice.id,
        kind=notice.kind,
        person=bytes(notice.person),
        title=words.title,
        text=words.text,
        short=short,
        booking_code=notice.booking_code,
        case_id=str(notice.case_id) if notice.case_id else "",
    )
