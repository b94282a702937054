"""A check by somebody's own eyes: the card and the person at a desk, nothing sent to a vendor.

The room that has the desk says who may look and where. It begins here with what stands on the
card, and the person takes the proof up by themselves.
"""

from __future__ import annotations

import hmac
import uuid

from heli.ground import clock
from heli.ground.refusals import NotFound
from heli.ground.typed import without_gaps
from heli.identity.claims import claim_of, seal_claim
from heli.identity.errors import AlreadyAnswered
from heli.identity.id_numbers import IdNumber
from heli.identity.models import Verification, VerificationState
from heli.identity.verification import Claim
from heli.identity.verified import VerifiedIdentity

METHOD = "desk"
NUMBER_END = 4  # characters


def begin_in_person(name: str, id_number: IdNumber) -> uuid.UUID:
    """An attempt about somebody whose card was looked at; its id.

    name, id_number: clean, of the card; sealed until they are taken up, two hours at most.
    """
    attempt = Verification(
        id=uuid.uuid4(),
        method=METHOD,
        state=VerificationState.PENDING,
        requested_at=clock.real_now(),
    )
    seal_claim(attempt, Claim(name, id_number.value, phone=""))
    attempt.save(force_insert=True)
    return attempt.id


def finish_in_person(
    id: uuid.UUID, *, number_end: str, phone: str, office_id: str
) -> VerifiedIdentity | None:
    """The proof, good at this office alone, for an hour from the look at the card. In the caller's
    transaction.

    number_end: the last four characters of the number, as the person knows it; None where they are
    others, and then nothing is changed. phone: E.164. Raises NotFound, AlreadyAnswered.
    """
    attempt = Verification.objects.select_for_update().filter(id=id, method=METHOD).first()
    if attempt is None:
        raise NotFound()
    if attempt.request_sealed is None:
        raise AlreadyAnswered(state=attempt.state)
    claim = claim_of(attempt)
    if not _is_end_of(claim.id_number, number_end):
        return None
    id_number = IdNumber.trusted(claim.id_number)
    attempt.state, attempt.person = VerificationState.PASSED, id_number.blind_index()
    attempt.request_sealed, attempt.answered_at = None, clock.real_now()
    attempt.save(update_fields=["state", "person", "request_sealed", "answered_at"])
    return VerifiedIdentity(
        person=id_number.blind_index(),
        name=claim.name,
        id_number=id_number,
        phone=phone,
        method=METHOD,
        verified_at=attempt.requested_at,
        at_office=office_id,
    )


def _is_end_of(number: str, typed: str) -> bool:
    """In constant time, and however it is typed: a small x, full-width digits.

    >>> _is_end_of("11010118900101001X", "001x"), _is_end_of("11010118900101001X", "01X")
    (True, False)
    """
    said = without_gaps(typed).upper()
    return hmac.compare_digest(said.encode(), number[-NUMBER_END:].encode())
