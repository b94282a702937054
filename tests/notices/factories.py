"""What the tests of notices ask again and again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from heli.ground import events
from heli.identity.verified import VerifiedIdentity
from heli.notices import senders
from heli.notices.models import Notice
from heli.notices.queries import NoticeView, inbox
from heli.notices.senders import MemorySender


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


@contextmanager
def a_way_to_send(*, fails: int = 0, takes_seconds: float = 0.0) -> Iterator[MemorySender]:
    """A way that remembers what it was given, beside the ones there are."""
    sender = MemorySender(fails=fails, takes_seconds=takes_seconds)
    senders.register(sender)
    try:
        yield sender
    finally:
        senders.remove(sender.way)
