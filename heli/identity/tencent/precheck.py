"""Whether name and number belong together at all, asked before a dear check is bought.

It shows nobody's presence, so that it never passes anybody: it can only end a check early. It is
asked of whoever proves who they are, about themselves; never about the other party, whom somebody
else typed and who has agreed to nothing.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from heli.ground.vendors import Tencent
from heli.identity.id_numbers import PERMITS
from heli.identity.tencent.codes import ID_CARD, result_verdict
from heli.identity.verification import Claim, Verdict

ANSWER_SECONDS_MAX = 3  # it is only worth having while the person hardly notices it
ENDS_IT = frozenset({Verdict.MISMATCH, Verdict.COUNTER})


def ended_early(claim: Claim) -> Verdict | None:
    """Why the dear check need not be made; None where it shall.

    MISMATCH: name and number do not belong together. COUNTER: nobody on record has this number.
    Where it is not set up, gives no answer, or may not be asked more often today, nothing ends.
    """
    tencent: Tencent = settings.HELI.tencent
    if not tencent.prechecks or claim.id_number.startswith(PERMITS):
        return None
    told = _ask(tencent, claim)
    verdict = told if isinstance(told, Verdict) else result_verdict(ID_CARD, told.Result)
    return verdict if verdict in ENDS_IT else None


def _ask(tencent: Tencent, claim: Claim) -> Any:
    # The SDK is loaded where a check is made, and not in every process that knows this room.
    from tencentcloud.faceid.v20180301.models import IdCardVerificationRequest

    from heli.identity.tencent.cloud import answer_or_verdict, faceid

    asked = IdCardVerificationRequest()
    asked.Name, asked.IdCard = claim.name, claim.id_number
    client = faceid(tencent, answer_seconds_max=ANSWER_SECONDS_MAX)
    return answer_or_verdict(lambda: client.IdCardVerification(asked), {})
