"""The check by bank card: name, number, card and telephone belong together, says the bank.

That proves data and nobody's presence, so a code that we send to this telephone comes after it
(`codes`). The number of the card goes to the vendor and is kept nowhere.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings

from heli.ground.vendors import Tencent
from heli.identity.codes import can_send
from heli.identity.id_numbers import PERMITS
from heli.identity.phones import MAINLAND
from heli.identity.tencent.codes import BANK_CARD_4, BANK_CARD_REFUSED, result_verdict
from heli.identity.tencent.precheck import ended_early
from heli.identity.verification import Claim, Verdict


class BankCard:
    """The adapter `bank_card`."""

    name = "bank_card"
    is_for_production = True
    needs_account = False

    def is_set_up(self) -> bool:
        """Whether there is a key, a way to send codes, and not only for an emulator."""
        tencent: Tencent = settings.HELI.tencent
        is_set = bool(tencent.secret_id) and can_send()
        return is_set and not tencent.is_emulated_at_the_real_one

    def ask_by_card(self, claim: Claim, card: str, verification: uuid.UUID) -> Verdict:
        """What the bank says of the four. Never raises for what a vendor answers."""
        if claim.id_number.startswith(PERMITS):  # the vendor knows identity cards alone
            return Verdict.COUNTER
        told = ended_early(claim) or _ask(settings.HELI.tencent, claim, card)
        return told if isinstance(told, Verdict) else result_verdict(BANK_CARD_4, told.Result)


def _ask(tencent: Tencent, claim: Claim, card: str) -> Any:
    # The SDK is loaded where a check is made, and not in every process that knows this room.
    from tencentcloud.faceid.v20180301.models import BankCard4EVerificationRequest

    from heli.identity.tencent.cloud import answer_or_verdict, faceid

    asked = BankCard4EVerificationRequest()
    asked.Name, asked.IdCard, asked.BankCard = claim.name, claim.id_number, card
    asked.Phone, asked.CertType = claim.phone.removeprefix(MAINLAND), 0
    return answer_or_verdict(
        lambda: faceid(tencent).BankCard4EVerification(asked), BANK_CARD_REFUSED
    )
