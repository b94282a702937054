"""The port for ways to send a notice, and the two that need nothing from outside.

A sender that speaks to WeChat or sends an SMS registers itself at start. `prepare` finds out whom
to address and what to say and only reads; `go` of what it returns is the one call outside, made
after it was noted that it will be made.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from heli.notices.message_words import ShortWords
from heli.notices.ways import Answer, Said, Way, in_order

log = logging.getLogger(__name__)


@dataclass(frozen=True, repr=False)
class Message:
    """A notice on its way. person: blind index. Title and text stand in the person's language.

    booking_code, case_id: what it is about, either empty. short: for where there is little room.
    """

    notice_id: int
    kind: str
    person: bytes
    title: str
    text: str
    short: ShortWords
    booking_code: str = ""
    case_id: str = ""


@dataclass(frozen=True, repr=False)
class Ready:
    """A message that can be sent. go: does it, once.

    account: the number of the WeChat account it goes to; template_id: which template. By these a
    report is found again.
    """

    go: Callable[[], Answer]
    account: int | None = None
    template_id: str = ""


class Sender(Protocol):
    """One way to send."""

    @property
    def way(self) -> str:
        """The name of the way, stored with what was sent; at most 20 characters."""

    @property
    def is_repeatable(self) -> bool:
        """Whether the service outside recognises a notice by its number, so that twice is once."""

    def is_set_up(self) -> bool:
        """Whether this installation has what the way needs at all."""

    def prepare(self, message: Message) -> Ready | Answer:
        """What is to be done for this message, or the answer where nothing can be. Only reads."""


_senders: dict[str, Sender] = {}


def register(sender: Sender) -> None:
    """Let notices go this way too, from now on."""
    _senders[sender.way] = sender


def remove(way: str) -> None:
    """Let nothing go this way from now on."""
    _senders.pop(way, None)


def ways() -> list[str]:
    """The names of the ways that are set up, in the order in which they are tried."""
    return in_order([way for way, sender in _senders.items() if sender.is_set_up()])


def sender_of(way: str) -> Sender | None:
    """The sender of a way; None where this process has none of that name."""
    return _senders.get(way)


@dataclass(frozen=True)
class ConsoleSender:
    """One line in the log that a notice went out: its kind and number, nothing of what it says."""

    way: str = Way.CONSOLE.value
    is_repeatable: bool = True

    def is_set_up(self) -> bool:
        """Always."""
        return True

    def prepare(self, message: Message) -> Ready:
        """The line, to be written."""

        def write() -> Answer:
            log.info("notice %s sent: %s", message.notice_id, message.kind)
            return Answer(Said.TAKEN)

        return Ready(write)


@dataclass
class MemorySender:
    """Keeps what it was given, for tests.

    says: its answers to the first messages, in order; after them it takes what comes. fails: it
    says `later` so many times first. takes_seconds: how long it works on a message.
    """

    way: str = "memory"
    is_repeatable: bool = False
    fails: int = 0
    takes_seconds: float = 0.0
    says: list[Answer] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    asked: list[Message] = field(default_factory=list)

    def is_set_up(self) -> bool:
        """Always."""
        return True

    def prepare(self, message: Message) -> Ready:
        """Ready to keep it."""
        return Ready(lambda: self._answer(message))

    def _answer(self, message: Message) -> Answer:
        time.sleep(self.takes_seconds)
        self.asked.append(message)
        if self.fails > 0:
            self.fails -= 1
            return Answer(Said.LATER, "told to fail")
        answer = self.says.pop(0) if self.says else Answer(Said.TAKEN)
        if answer.said is Said.TAKEN:
            self.sent.append(message)
        return answer
