"""What this room and `identity` below it hold of people: that they proved who they are, and their
word on their data."""

from __future__ import annotations

from datetime import datetime, timedelta

from heli.ground import clock
from heli.identity.models import Verification
from heli.identity.verified import VerifiedIdentity
from heli.keeping.batches import remove
from heli.keeping.consents import settle_words
from heli.keeping.holdings import Holding, Taken
from heli.keeping.models import DataConsent

UNFINISHED_KEPT = timedelta(days=1)  # real time; a check is ended after two hours


def _forget_verifications(before: datetime) -> int:
    return remove(Verification.objects.filter(requested_at__lt=before))


def _take_out_verifications(by: VerifiedIdentity) -> Taken:
    rows = Verification.objects.filter(person=by.person).order_by("requested_at")
    return [
        {
            "method": row.method,
            "state": row.state,
            "requested_at": row.requested_at,
            "answered_at": row.answered_at,
        }
        for row in rows
    ]


def _erase_verifications(by: VerifiedIdentity) -> int:
    return Verification.objects.filter(person=by.person).delete()[0]


def _forget_consents(before: datetime) -> int:
    """And those that were noted for a check that nobody finished."""
    settle_words()
    unfinished = clock.real_now() - UNFINISHED_KEPT
    DataConsent.objects.filter(person=None, given_at__lt=unfinished).delete()
    return remove(DataConsent.objects.filter(given_at__lt=before))


def _take_out_consents(by: VerifiedIdentity) -> Taken:
    settle_words()
    rows = DataConsent.objects.filter(person=by.person).order_by("given_at")
    return [
        {
            "purpose": row.purpose,
            "text_version": row.text_version,
            "language": row.language,
            "given_at": row.given_at,
            "withdrawn_at": row.withdrawn_at,
        }
        for row in rows
    ]


def _withdraw_consents(by: VerifiedIdentity) -> int:
    """The word is taken back; that it was given stays on record (see the table). No row goes."""
    settle_words()
    standing = DataConsent.objects.filter(person=by.person, withdrawn_at=None)
    standing.update(withdrawn_at=clock.real_now())
    return 0


HOLDINGS = (
    Holding(
        "verification",
        forget=_forget_verifications,
        take_out=_take_out_verifications,
        erase=_erase_verifications,
    ),
    Holding(
        "consent",
        forget=_forget_consents,
        take_out=_take_out_consents,
        erase=_withdraw_consents,
    ),
)
