"""What WeChat can tell the other rooms. Codes, numbers and moments only: no openid, no text."""

from dataclasses import dataclass
from enum import StrEnum

from heli.ground.events import Event, declare


class Arrival(StrEnum):
    """What became of a message that WeChat had taken."""

    DELIVERED = "delivered"
    BLOCKED = "blocked"  # its receiver does not want it, or no longer follows the account
    FAILED = "failed"  # on WeChat's side


@declare
@dataclass(frozen=True, kw_only=True)
class MessageReported(Event):
    """WeChat says what became of a message.

    msgid: WeChat's number of it, or "". template_id: of which template, or "" where it does not
    say. account: the row of its receiver's account, or None where we never saw it. arrival: one of
    Arrival. It may come before the call that sent the message has answered.
    """

    msgid: str
    template_id: str
    account: int | None
    arrival: str
