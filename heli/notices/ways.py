"""The chain of ways that a notice goes down, and what each answer leads to: values in, values out.

A way answers one of four things. Taken: done. Not this way: the next one, at once. Later: the same
way again, as often as there is time for, then the next. Not known, whether it went out or not: it
counts as used, and the next way follows, unless the service outside recognises a second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Way(StrEnum):
    """The ways there are, in the order in which they are tried."""

    MINI_SUBSCRIBE = "mini_subscribe"  # the mini program's subscribe message
    ACCOUNT_SUBSCRIBE = "account_subscribe"  # the official account's
    TEMPLATE = "template"  # the official account's template message
    SMS = "sms"
    CONSOLE = "console"  # a line in the log: demo and tests


class Said(StrEnum):
    """What a way answers."""

    TAKEN = "taken"
    NOT_THIS_WAY = "not_this_way"
    LATER = "later"  # surely not sent
    NOT_KNOWN = "not_known"  # perhaps sent


class SendingState(StrEnum):
    """How far one notice has come one way. Only the first two are not its end."""

    WAITING = "waiting"
    TRYING = "trying"  # asked, and not answered yet
    TAKEN = "taken"
    DELIVERED = "delivered"  # taken, and reported to have arrived
    FAILED = "failed"  # taken, and reported not to have arrived
    PASSED_OVER = "passed_over"
    NOT_KNOWN = "not_known"
    GIVEN_UP = "given_up"
    TOO_LATE = "too_late"  # of no use to anybody any more


OPEN_STATES = (SendingState.WAITING, SendingState.TRYING)


class Step(StrEnum):
    """What follows."""

    STOP = "stop"
    AGAIN = "again"
    NEXT = "next"


@dataclass(frozen=True)
class Answer:
    """What a way said. reason: a word and a code for the record, never personal data.

    vendor_id: the service's own number of the message, empty where it gives none. is_silence:
    nobody answered, and whoever asks next would wait as long for nothing.
    """

    said: Said
    reason: str = ""
    vendor_id: str = ""
    is_silence: bool = False


# Between two tries of one way: for a while where there is a next way, for half a day where none is.
WAIT_SECONDS = (4, 15, 60, 240, 900, 3600, 4 * 3600, 8 * 3600)
TRIES_MAX = 5
TRIES_OF_THE_LAST_MAX = len(WAIT_SECONDS) + 1
IN_HAND = timedelta(seconds=60)  # no call takes so long; whoever tried earlier is gone


def in_order(ways: list[str]) -> list[str]:
    """These ways as they are tried; one that is not of the chain stands before the console.

    >>> in_order(["console", "sms", "memory", "mini_subscribe"])
    ['mini_subscribe', 'sms', 'memory', 'console']
    """
    chain: list[str] = [Way.MINI_SUBSCRIBE, Way.ACCOUNT_SUBSCRIBE, Way.TEMPLATE, Way.SMS]

    def place(way: str) -> tuple[int, str]:
        if way == Way.CONSOLE:
            return len(chain) + 1, way
        return (chain.index(way) if way in chain else len(chain)), way

    return sorted(ways, key=place)


def after(
    answer: Answer, *, tries: int, is_last: bool, is_repeatable: bool
) -> tuple[SendingState, Step]:
    """What an answer makes of a sending, and what follows.

    tries: how often this way was asked, this time included. is_last: no way is left after it.
    is_repeatable: the service outside recognises the same notice, so that twice is once.
    """
    may_try_again = tries < (TRIES_OF_THE_LAST_MAX if is_last else TRIES_MAX)
    if answer.said is Said.TAKEN:
        return SendingState.TAKEN, Step.STOP
    if answer.said is Said.NOT_THIS_WAY:
        return SendingState.PASSED_OVER, Step.NEXT
    if answer.said is Said.NOT_KNOWN and not is_repeatable:
        return SendingState.NOT_KNOWN, Step.NEXT
    if may_try_again:
        return SendingState.WAITING, Step.AGAIN
    if answer.said is Said.NOT_KNOWN:
        return SendingState.NOT_KNOWN, Step.NEXT
    return SendingState.GIVEN_UP, Step.NEXT


def wait_after(tries: int) -> timedelta:
    """How long to wait before the same way is asked again.

    >>> wait_after(1), wait_after(20)
    (datetime.timedelta(seconds=4), datetime.timedelta(seconds=28800))
    """
    return timedelta(seconds=WAIT_SECONDS[min(tries, len(WAIT_SECONDS)) - 1])


def is_in_hand(tried_at: datetime, now: datetime) -> bool:
    """Whether whoever asked at `tried_at` may still be waiting for the answer. Real time, UTC."""
    return now - tried_at < IN_HAND


def is_too_late(*, waited: timedelta, useful_for: timedelta | None) -> bool:
    """Whether a notice that was written so long ago is of no use any more; None: it always is."""
    return useful_for is not None and waited > useful_for
