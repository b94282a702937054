"""Codes of real-name checks as short messages, through Tencent Cloud."""

from __future__ import annotations

import logging

from django.conf import settings

from heli.ground.vendors import Tencent
from heli.notices.ways import Said

log = logging.getLogger(__name__)


class CodesBySms:
    """What identity sends its codes with."""

    def is_set_up(self) -> bool:
        """Whether all that a message with a code needs is set, and not only for an emulator."""
        tencent: Tencent = settings.HELI.tencent
        return tencent.can_send_codes and not tencent.is_emulated_at_the_real_one

    def send_code(self, telephone: str, code: str, minutes: int) -> bool:
        """Send it; whether it was taken, or nobody knows: then the person sees whether it comes."""
        # The SDK is loaded where a message is sent, and not in every process that knows this room.
        from heli.notices.sms_tencent import TencentShortMessages

        tencent: Tencent = settings.HELI.tencent
        answer = TencentShortMessages(tencent).send_code(telephone, code, minutes)
        if answer.said not in (Said.TAKEN, Said.NOT_KNOWN):
            log.warning("a code could not be sent: %s", answer.reason)
        return answer.said in (Said.TAKEN, Said.NOT_KNOWN)
