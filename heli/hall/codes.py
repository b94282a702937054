"""The hall's code: a QR code on a screen in the hall that says "here, now", new every minute.

Who scans it is at the office, or was sent a picture of it within three minutes: that is why it
counts only together with who somebody is, and for their own booking of that day alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from heli.bookings.queries import OfficeName
from heli.ground import clock
from heli.ground.refusals import FieldError, InvalidInput
from heli.hall.errors import HallCodeExpired
from heli.hall.queries import office_of
from heli.hall.roles import Deed, StaffOnDuty
from heli.places.queries import get_office
from heli.vault.tokens import CHARACTERS_MAX, Refused, TokenRefused, open_token, seal_token

LIFETIME = timedelta(minutes=3)  # real time: who scans in the last second has two minutes more
NEW_EVERY_SECONDS = 60
PURPOSE = "hall code 1"
PATH = "/in/"
TEXT_MAX = CHARACTERS_MAX + 300  # a link with the longest token

NO_CODE = _("这不是登记处大厅的签到码，或者不完整。请重新扫大厅里的码。")


@dataclass(frozen=True)
class HallCode:
    """What the hall's screen shows. link: the text of the QR code."""

    office: OfficeName
    link: str


def hall_code(office_id: str) -> str:
    """A token that says "in the hall of this office", good for three minutes of real time."""
    return seal_token(PURPOSE, office_id, expires_at=clock.real_now() + LIFETIME)


def code_for_screen(by: StaffOnDuty, *, office_id: str | None = None) -> HallCode:
    """A new code for the screen of the office at which somebody works.

    office_id: for an operator. Raises NotAllowed, NotFound, InvalidInput.
    """
    by.check_may(Deed.SHOW_HALL_CODE)
    office = get_office(office_of(by, office_id))
    link = f"{settings.HELI.base_url}{PATH}{hall_code(office.id)}"
    return HallCode(OfficeName(office.id, office.name), link)


def office_in(text: str) -> str:
    """The id of the office whose code this is: the token, or the link that a scan gives.

    Raises InvalidInput (forged, cut off, or something else), HallCodeExpired.
    """
    try:
        office_id = open_token(PURPOSE, token_in(text))
    except TokenRefused as refused:
        if refused.reason is Refused.EXPIRED:
            raise HallCodeExpired() from None
        raise InvalidInput(FieldError("hall", NO_CODE), message=NO_CODE) from None
    return str(office_id)


def token_in(text: str) -> str:
    """The token of a link, or what is one already.

    >>> token_in("https://heli.example/in/AbC")
    'AbC'
    """
    return text.strip().rpartition(PATH)[2]
