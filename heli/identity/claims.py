"""What is claimed in a check that is not over, sealed for the row of its attempt."""

from __future__ import annotations

import json
from dataclasses import asdict

from heli.identity.models import Verification
from heli.identity.verification import Claim
from heli.vault.fields import open_from, seal_into


def seal_claim(attempt: Verification, claim: Claim) -> None:
    """Put it into the attempt, which is not saved."""
    kept = {name: value for name, value in asdict(claim).items() if value or name != "back_to"}
    seal_into(attempt, "request_sealed", json.dumps(kept, ensure_ascii=False))


def claim_of(attempt: Verification) -> Claim:
    """What is claimed in an attempt that waits for its answer."""
    return Claim(**json.loads(open_from(attempt, "request_sealed")))
