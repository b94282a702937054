"""How often a real-name check may be asked for: each is paid for, and none may be a way to guess.

Counted are the person asked about, wherever from; the address; and the person from one address.
So somebody who types another's number again and again is stopped long before that other person
is, who can still verify from elsewhere, in the mini program, or at the counter. Limits go by real
time. What is counted is kept for a day, by blind index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.ground.turns import wait_for_turn
from heli.identity import limits
from heli.identity.limits import Limit
from heli.identity.models import CountedAttempt
from heli.vault.blind import blind_index

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEPT = DAY
OF_A_PERSON = (Limit(20, DAY),)
OF_A_PERSON_FROM_ONE_ADDRESS = (Limit(6, HOUR), Limit(10, DAY))
OF_AN_ADDRESS = (Limit(120, HOUR), Limit(600, DAY))  # a hall's, or a mobile network's
TOO_MANY = _(
    "实名验证的次数到了上限，这一次没有开始。请过一段时间再试；"
    "也可以带身份证，在工作时间到大厅取号，现场排队一直保留。"
)


def count_check(person: bytes, address: str) -> None:
    """Count one check about this person, asked for from this address.

    person: the blind index of the number. address: empty where an account of an app asks, which
    is counted by its adapter. Raises RateLimited, and then nothing is counted.
    """
    counted: dict[bytes, tuple[Limit, ...]] = {}
    counted[blind_index("attempts about a person", person.hex())] = OF_A_PERSON
    if address and not limits.is_unlimited(address):
        place = limits.index_of(address)
        counted[blind_index("attempts from an address", place.hex())] = OF_AN_ADDRESS
        both = blind_index("attempts about a person from an address", person.hex() + place.hex())
        counted[both] = OF_A_PERSON_FROM_ONE_ADDRESS
    count(counted, now=clock.real_now(), sentence=TOO_MANY)


@transaction.atomic
def count(counted: Mapping[bytes, Iterable[Limit]], *, now: datetime, sentence: Promise) -> None:
    """Count one for each subject, where all limits allow it. Raises RateLimited with the sentence.

    One after the other for the same subject, so that many at once do not slip through.
    """
    for subject in sorted(counted):
        wait_for_turn(subject.hex())
    for subject, allowed in counted.items():
        spoken = CountedAttempt.objects.filter(subject=subject, at__gt=now - KEPT)
        moments = spoken.values_list("at", flat=True)
        limits.check_limits(moments, allowed, now=now, sentence=sentence)
    CountedAttempt.objects.bulk_create(
        CountedAttempt(subject=subject, at=now) for subject in counted
    )


def next_old_attempt() -> datetime | None:
    """When an attempt is to be forgotten, once one is (UTC); None while none is."""
    first = CountedAttempt.objects.order_by("at").values_list("at", flat=True).first()
    return first + KEPT if first is not None and first + KEPT <= clock.real_now() else None


def forget_old_attempts(at: datetime) -> None:
    """Forget what no limit asks for any more.

    at: not looked at. Attempts are counted by the real clock, however far business time runs.
    """
    CountedAttempt.objects.filter(at__lte=clock.real_now() - KEPT).delete()
