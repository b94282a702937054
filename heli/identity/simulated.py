"""A check that believes everybody, for the demo and for tests. Production refuses it.

It can be told to say no, by the name it is asked about:

    a name with 不符   name and number do not belong together    409 not_eligible, mismatch
    a name with 柜台   nothing to be found online                409 not_eligible, counter
    a name with 超时   no answer                                 503 unavailable
"""

from __future__ import annotations

import uuid

from heli.identity.verification import Claim, Verdict

TOLD_BY_NAME = {
    "不符": Verdict.MISMATCH,
    "柜台": Verdict.COUNTER,
    "超时": Verdict.UNAVAILABLE,
}


class SimulatedCheck:
    """Passes every claim whose name does not tell it otherwise."""

    name = "simulated"
    is_for_production = False
    needs_account = False

    def is_set_up(self) -> bool:
        """It needs nothing."""
        return True

    def ask(self, claim: Claim, verification: uuid.UUID) -> Verdict:
        """Answer at once, by the name alone."""
        for part, verdict in TOLD_BY_NAME.items():
            if part in claim.name:
                return verdict
        return Verdict.PASSED
