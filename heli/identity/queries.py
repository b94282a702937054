"""What is read of identity: how an attempt to prove it stands."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from heli.ground.refusals import NotFound
from heli.identity.models import Verification, VerificationState


@dataclass(frozen=True)
class VerificationView:
    """How an attempt stands. reason: why it failed, else empty.

    It holds no name, no number and no token: the id travels in addresses and logs, and who has
    only that must not become somebody.
    """

    id: uuid.UUID
    method: str
    state: VerificationState
    reason: str


def verification(id: str | uuid.UUID) -> VerificationView:
    """The attempt with this id. Raises NotFound, also for what is no id at all."""
    attempt = find_verification(id)
    return VerificationView(
        id=attempt.id,
        method=attempt.method,
        state=VerificationState(attempt.state),
        reason=attempt.reason,
    )


def find_verification(id: str | uuid.UUID) -> Verification:
    """The row of an attempt. Raises NotFound, also for what is no id at all."""
    try:
        key = uuid.UUID(str(id))
    except ValueError:
        raise NotFound() from None
    attempt = Verification.objects.filter(id=key).first()
    if attempt is None:
        raise NotFound()
    return attempt
