"""Codes that are sent to a telephone to see whether it is in the hand of who asks.

The service that sends lives higher and is registered at start. A code is kept by a keyed digest,
ten minutes at most, and five wrong ones end the check. How often a telephone gets one is limited.
"""

from __future__ import annotations

import hmac
import secrets
import uuid
from datetime import timedelta
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.ground.typed import without_gaps
from heli.identity.attempts import count
from heli.identity.limits import Limit
from heli.identity.models import SentCode
from heli.vault.blind import blind_index

DIGITS = 6
MINUTES = 10
TRIES_MAX = 5
OF_A_TELEPHONE = (
    Limit(1, timedelta(minutes=1)),
    Limit(5, timedelta(hours=1)),
    Limit(10, timedelta(days=1)),
)
TOO_MANY = _(
    "刚才已经发过验证码，或者发到这个手机号的太多了，这一次没有发。"
    "请先看看短信，过一会儿再试，或者换一种方式。"
)


class CodeSender(Protocol):
    """A service that sends a code to a telephone."""

    def is_set_up(self) -> bool:
        """Whether the settings say all that it needs."""
        ...

    def send_code(self, telephone: str, code: str, minutes: int) -> bool:
        """Send it; whether it was taken, or nobody knows. Never raises for what a service answers.

        telephone: E.164. minutes: for how long it is good, to stand in the text.
        """
        ...


_senders: list[CodeSender] = []


def register_code_sender(sender: CodeSender) -> None:
    """Make the service known; the last one counts."""
    _senders[:] = [sender]


def can_send() -> bool:
    """Whether there is a service, and it is set up."""
    return any(sender.is_set_up() for sender in _senders)


def send(verification: uuid.UUID, telephone: str) -> bool:
    """Send a code for this check; whether one is on its way. A new one takes the place of the old
    and does not give back the tries that were used. Raises RateLimited."""
    subject = blind_index("codes to a telephone", telephone)
    now = clock.real_now()
    count({subject: OF_A_TELEPHONE}, now=now, sentence=TOO_MANY)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    SentCode.objects.update_or_create(
        verification=verification,
        defaults={
            "digest": _digest(verification, code),
            "expires_at": now + timedelta(minutes=MINUTES),
        },
    )
    return any(sender.send_code(telephone, code, MINUTES) for sender in _senders)


@transaction.atomic
def tries_left_after(verification: uuid.UUID, code: str) -> int | None:
    """None where it is the code, once; else how many tries are left, 0 where the check is over.

    One after the other, so that many at once are not more tries. A code that is too old is wrong.
    """
    sent = SentCode.objects.select_for_update().filter(verification=verification).first()
    if sent is None:
        return 0
    is_right = hmac.compare_digest(bytes(sent.digest), _digest(verification, without_gaps(code)))
    if is_right and sent.tries < TRIES_MAX and clock.real_now() < sent.expires_at:
        sent.delete()
        return None
    sent.tries += 1
    sent.save(update_fields=["tries"])
    return max(0, TRIES_MAX - sent.tries)


def forget(verification: uuid.UUID) -> None:
    """The check is over."""
    SentCode.objects.filter(verification=verification).delete()


def _digest(verification: uuid.UUID, code: str) -> bytes:
    return blind_index("code of a check", f"{verification.hex}{code}")
