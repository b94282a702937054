"""A check that goes on elsewhere: the way back, and who may take what came of it.

Two things are needed, and only who both began the check and came back from it has both. The *key*
is given to whoever began; the *code* stands in the address that the vendor, told by us alone,
sends the person back to. So somebody who began a check in another's name and got them to pass it
has a key and no code, and who was got to pass it has a code and no key.
"""

from __future__ import annotations

import base64
import hmac
import uuid
from datetime import timedelta

from django.conf import settings

from heli.ground import clock
from heli.ground.refusals import NotFound
from heli.ground.typed import without_gaps
from heli.vault.blind import blind_index
from heli.vault.tokens import TokenRefused, open_token, seal_token

PATH = "/identify/back"
KEY_LIVES = timedelta(hours=2)  # real time
PURPOSE = "real-name check"
CODE_BYTES = 5  # eight characters of base32


def key_of(verification: uuid.UUID) -> str:
    """What whoever began it shows to finish it."""
    expires_at = clock.real_now() + KEY_LIVES
    return seal_token(PURPOSE, verification.hex, expires_at=expires_at)


def is_key(text: str) -> bool:
    """Whether it is the key of some check that may still be finished."""
    try:
        open_token(PURPOSE, text)
    except TokenRefused:
        return False
    return True


def check_key(verification: uuid.UUID, key: str) -> None:
    """Raises NotFound: the key is of another check, forged, or too old."""
    try:
        began = open_token(PURPOSE, key)
    except TokenRefused:
        raise NotFound() from None
    if began != verification.hex:
        raise NotFound()


def return_code(verification: uuid.UUID) -> str:
    """What stands in the address of the way back: 40 bits that only we can tell.

    It is no secret to be kept for long: it is worth something with the key alone.
    """
    digest = blind_index("return from a real-name check", verification.hex)
    return base64.b32encode(digest[:CODE_BYTES]).decode().lower()


def check_return_code(verification: uuid.UUID, code: str) -> None:
    """Raises NotFound: nobody came back from the check with this code.

    However it is typed: base32 has no 0 and no 1, which are read as the letters they look like.
    """
    said = without_gaps(code).lower().replace("0", "o").replace("1", "i")
    if not hmac.compare_digest(said.encode(), return_code(verification).encode()):
        raise NotFound()


def address_back(verification: uuid.UUID, *, to_an_app: bool) -> str:
    """Where the vendor sends the person. to_an_app: the check was begun by a program, so that the
    page shows the code to carry there."""
    end = "?show" if to_an_app else ""
    return f"{settings.HELI.base_url}{PATH}/{verification}/{return_code(verification)}{end}"
