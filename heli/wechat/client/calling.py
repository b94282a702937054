"""A call with as many tries as its faults allow.

| what happened | what is done |
| --- | --- |
| the token was refused | the shared token is replaced once, one more try |
| busy | two more tries after short waits |
| not reached | one more try |
| no answer, or a garbled one | one more try of a call that is repeatable |
| anything else | nothing; it is raised |
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from heli.wechat.client import wire
from heli.wechat.client.errors import (
    Busy,
    Garbled,
    NoAnswer,
    TokenRefused,
    Unreachable,
    WeChatFault,
)
from heli.wechat.client.wire import Answer, Request

Result = TypeVar("Result")

log = logging.getLogger(__name__)


class Tokens(Protocol):
    """The token that all processes share, of one app."""

    def current(self) -> str:
        """The token to call with."""

    def instead_of(self, refused: str) -> str:
        """The one to call with after WeChat refused this one."""


def call(request: Request, shape: Callable[[Answer], Result], tokens: Tokens | None) -> Result:
    """Ask, and read the answer with `shape`.

    tokens: None for a call without a token. Raises WeChatFault.
    """
    return _tried(request, lambda content: wire.read_json(request, content, shape), tokens)


def call_for_picture(request: Request, tokens: Tokens | None) -> bytes:
    """Ask for a picture. Raises WeChatFault."""
    return _tried(request, lambda content: wire.read_picture(request, content), tokens)


def nothing(answer: Answer) -> None:
    """The shape of an answer that says only that it was done."""


def _tried(request: Request, read: Callable[[bytes], Result], tokens: Tokens | None) -> Result:
    token = tokens.current() if tokens else None
    further = _FurtherTries(request)
    while True:
        try:
            return read(wire.send(request, token))
        except WeChatFault as fault:
            log.info("wechat: %s", fault)
            if not further.allowed_after(fault):
                raise
            if isinstance(fault, TokenRefused):
                if tokens is None or token is None:
                    raise
                token = tokens.instead_of(token)


class _FurtherTries:
    """How often one call may be tried again, each cause for itself."""

    def __init__(self, request: Request) -> None:
        lost = int(request.is_repeatable)
        self._left: dict[type[WeChatFault], int] = {
            TokenRefused: 1,
            Unreachable: 1,
            NoAnswer: lost,
            Garbled: lost,
        }
        self._waits = list(wire.PATIENCE.busy)

    def allowed_after(self, fault: WeChatFault) -> bool:
        """Whether there is one more try; waits before it where that is due."""
        if isinstance(fault, Busy):
            if not self._waits:
                return False
            time.sleep(self._waits.pop(0))
            return True
        left = self._left.get(type(fault), 0)
        self._left[type(fault)] = left - 1
        return left > 0
