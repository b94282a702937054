"""The last way: a short message, through a port; `sms_tencent` is what stands behind it.

What stands in it was approved beforehand, as a sentence with three gaps: what, the day, the time.
Each is short, as Tencent Cloud lets new customers put six characters into a gap at most, and no
address at all.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings

from heli.ground.vendors import EMULATED, Tencent
from heli.notices.message_words import ShortWords, day_and_hour
from heli.notices.senders import Message, Ready
from heli.notices.telephones import telephone_of
from heli.notices.ways import Answer, Said, Way

log = logging.getLogger(__name__)

GAP_MAX = 6
MAINLAND = "+86"

# By the beginning of a code, the first that fits. What the operator has to mend is tried for half
# a day; a telephone that cannot be reached is not. Source: the SDK's list of codes for SendSms.
_CODES: tuple[tuple[str, Said], ...] = (
    ("Ok", Said.TAKEN),
    ("LimitExceeded.PhoneNumberDailyLimit", Said.NOT_THIS_WAY),
    ("LimitExceeded.PhoneNumberSameContentDailyLimit", Said.NOT_THIS_WAY),
    ("LimitExceeded.PhoneNumberCountLimit", Said.NOT_THIS_WAY),
    ("LimitExceeded", Said.LATER),
    ("RequestLimitExceeded", Said.LATER),
    ("AuthFailure", Said.LATER),
    ("UnauthorizedOperation", Said.LATER),
    ("InternalError.RequestTimeException", Said.LATER),
    ("InternalError.Sig", Said.LATER),
    ("FailedOperation.InsufficientBalanceInSmsPackage", Said.LATER),
    ("FailedOperation.SignatureIncorrectOrUnapproved", Said.LATER),
    ("FailedOperation.MissingSignature", Said.LATER),
    ("FailedOperation.Template", Said.LATER),
    ("FailedOperation.MissingTemplate", Said.LATER),
    ("InvalidParameterValue.SdkAppIdNotExist", Said.LATER),
    ("FailedOperation", Said.NOT_THIS_WAY),
    ("InvalidParameter", Said.NOT_THIS_WAY),
    ("MissingParameter", Said.NOT_THIS_WAY),
    ("UnsupportedOperation", Said.NOT_THIS_WAY),
)


class ShortMessages(Protocol):
    """A service that sends short messages."""

    def send(self, telephone: str, gaps: Sequence[str], number: int) -> Answer:
        """Send one. telephone: E.164. gaps: what to put into the approved sentence, in order.

        number: the notice's, which comes back with the service's reports. Never raises for what
        the service may answer.
        """


@dataclass
class MemoryShortMessages:
    """Keeps what it was given, for tests. says: its answers to the first, in order."""

    says: list[Answer] = field(default_factory=list)
    sent: list[tuple[str, tuple[str, ...], int]] = field(default_factory=list)

    def send(self, telephone: str, gaps: Sequence[str], number: int) -> Answer:
        """Keep it."""
        answer = self.says.pop(0) if self.says else Answer(Said.TAKEN, vendor_id=f"m{number}")
        if answer.said is Said.TAKEN:
            self.sent.append((telephone, tuple(gaps), number))
        return answer


def answer_of_code(code: str, *, serial: str = "") -> Answer:
    """What Tencent Cloud's code means for the chain; of one that nobody knows nothing is known.

    >>> answer_of_code("FailedOperation.PhoneNumberInBlacklist").said
    <Said.NOT_THIS_WAY: 'not_this_way'>
    >>> answer_of_code("InternalError.Timeout").said
    <Said.NOT_KNOWN: 'not_known'>
    """
    said = next((said for start, said in _CODES if code.startswith(start)), Said.NOT_KNOWN)
    if said is Said.TAKEN:
        return Answer(said, vendor_id=serial)
    if said is Said.LATER:
        log.warning("sms: %s", code)
    return Answer(said, code)


def gaps_of(short: ShortWords) -> tuple[str, str, str]:
    """What goes into the approved sentence, each at most six characters: what, the day, the time.

    >>> from datetime import date
    >>> gaps_of(ShortWords("预约已终止", date(2026, 12, 24), "演示", ""))
    ('预约已终止', '12月24日', '当天')
    """
    day, hour = day_and_hour(short.when)
    gaps = (short.what, f"{day.month}月{day.day}日", f"{hour:%H:%M}" if hour else "当天")
    assert all(0 < len(gap) <= GAP_MAX for gap in gaps)
    return gaps


@dataclass(frozen=True)
class SmsSender:
    """The way. service: where it goes, None for what the settings say."""

    service: ShortMessages | None = None
    way: str = Way.SMS.value
    is_repeatable: bool = False

    def is_set_up(self) -> bool:
        """Whether all that a short message needs is set, and not only for an emulator that is not
        there."""
        if self.service is not None:
            return True
        tencent: Tencent = settings.HELI.tencent
        is_emulated = tencent.secret_id == EMULATED["HELI_TENCENT_SECRET_ID"]
        return tencent.can_send_sms and not (is_emulated and tencent.endpoint is None)

    def prepare(self, message: Message) -> Ready | Answer:
        """To the telephone that the person gave; or why there is none."""
        telephone = telephone_of(message)
        if telephone is None:
            return Answer(Said.NOT_THIS_WAY, "no telephone")
        if not telephone.startswith(MAINLAND):
            return Answer(Said.NOT_THIS_WAY, "telephone abroad")
        service = self.service or _tencent()
        gaps = gaps_of(message.short)
        return Ready(lambda: service.send(telephone, gaps, message.notice_id))


def _tencent() -> ShortMessages:
    # The SDK is loaded where a message is sent, and not in every process that knows this room.
    from heli.notices.sms_tencent import TencentShortMessages

    return TencentShortMessages(settings.HELI.tencent)
