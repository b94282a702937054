"""An authenticator app, written down once more after RFC 6238, and accounts that have one."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import struct
import time

import pytest
from django.conf import settings

from heli.ground.configuration import Environment
from heli.hall.logging_in import Opened, Pending, begin_replacement, set_up, to_set_up
from heli.hall.models import SecondFactor
from heli.hall.roles import StaffOnDuty
from tests.hall.factories import ADDRESS, PASSWORD

STEP = 30  # seconds


class App:
    """An authenticator app that has scanned the secret."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def code(self, *, off: int = 0) -> str:
        """The code that it shows now. off: by how many steps its telephone's clock is off."""
        counter = struct.pack(">Q", int(time.time()) // STEP + off)
        digest = hmac.new(base64.b32decode(self.secret), counter, hashlib.sha1).digest()
        start = digest[-1] & 15
        number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
        return f"{number % 10**6:06d}"

    def next_code(self) -> str:
        """One that is good and has not been used yet: that of the step after this."""
        return self.code(off=1)

    def wrong_code(self) -> str:
        """None of those that are good while a test runs."""
        near = {self.code(off=step) for step in range(-5, 6)}
        return next(
            code
            for code in ("000000", "111111", *map("{:06d}".format, range(9)))
            if code not in near
        )


def an_app(by: StaffOnDuty) -> tuple[App, Opened]:
    """Somebody on duty has set up an app, a while ago."""
    begun = begin_replacement(PASSWORD, "", by=by, address=ADDRESS)
    return finish(begun)


def finish(begun: Pending, new_password: str = "") -> tuple[App, Opened]:
    """What was begun is set up with a new app; the code that was used for it lies long back."""
    secret = to_set_up(begun.token).secret
    assert secret is not None
    app = App(secret)
    opened = set_up(begun.token, new_password=new_password, code=app.code(), address=ADDRESS)
    SecondFactor.objects.filter(pk=opened.staff.staff_id).update(used_step=0)
    return app, opened


def go_to_production(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on this is production."""
    there = dataclasses.replace(settings.HELI, environment=Environment.PRODUCTION)
    monkeypatch.setattr(settings, "HELI", there)
