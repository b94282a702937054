"""The port for ways to send a notice, and the two that need nothing from outside.

A sender that speaks to WeChat or sends an SMS registers itself at start. A way may be asked twice
for one notice when the process was killed between sending and noting it: `notice_id` is the key by
which a service outside recognises the second time.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import Protocol

log = logging.getLogger(__name__)


@dataclass(frozen=True, repr=False)
class Message:
    """A notice on its way. person: blind index. Title and text stand in the person's language."""

    notice_id: int
    kind: str
    person: bytes
    title: str
    text: str


class Sender(Protocol):
    """One way to send. way: its name, stored with what was sent."""

    @property
    def way(self) -> str:
        """The name of the way."""

    def send(self, message: Message) -> None:
        """Send it, or raise; whoever calls tries again later."""


class SendingFailed(Exception):
    """The way did not take the message this time."""


_senders: dict[str, Sender] = {}


def register(sender: Sender) -> None:
    """Send every notice this way too, from now on."""
    _senders[sender.way] = sender


def remove(way: str) -> None:
    """Send nothing this way from now on; what waits for it waits until it is registered again."""
    _senders.pop(way, None)


def ways() -> list[str]:
    """The names of all ways, in order."""
    return sorted(_senders)


def sender_of(way: str) -> Sender:
    """The sender of a way. Raises SendingFailed: this process has none of that name."""
    try:
        return _senders[way]
    except KeyError:
        raise SendingFailed(f"there is no way to send that is called {way}") from None


@dataclass(frozen=True)
class ConsoleSender:
    """One line in the log that a notice went out: its kind and number, nothing of what it says."""

    way: str = "console"

    def send(self, message: Message) -> None:
        """Write the line."""
        log.info("notice %s sent: %s", message.notice_id, message.kind)


@dataclass
class MemorySender:
    """Keeps what it was given, for tests.

    fails: it refuses so many times first. takes_seconds: how long it works on a message.
    """

    way: str = "memory"
    fails: int = 0
    takes_seconds: float = 0.0
    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        """Keep the message. Raises SendingFailed as long as told to."""
        time.sleep(self.takes_seconds)
        if self.fails > 0:
            self.fails -= 1
            raise SendingFailed("told to fail")
        self.sent.append(message)
