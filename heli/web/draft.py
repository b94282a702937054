"""A booking in the making, sealed in the visitor's own browser until it is sent.

Each draft has an id of its own in its path, and its cookie is bound to that path: two tabs do not
disturb each other. The id is also the Idempotency-Key, so that a second tap sends nothing twice.
Nothing of a draft is on the server, so a page left open overnight leaves nothing behind. Once it
is sent, the people in it are forgotten and it only remembers which booking it became, so that the
back button, a reload or a late second tap lead there.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.ground.cookies import our_cookie
from heli.ground.refusals import NotFound
from heli.vault.tokens import TokenRefused, open_token, seal_token
from heli.web.visitor import set_private_cookie

COOKIE = our_cookie("heli_draft", is_of_all_paths=False)
PURPOSE = "booking draft"
LIFETIME = timedelta(hours=2)


class DraftGone(NotFound):
    """The draft is older than two hours, or was made in another browser."""

    message = _(
        "这份填写的内容已经过期，现在没有提交任何东西。"
        "以前提交过的预约在“我的预约”里；没有提交过的，请从首页重新开始。"
    )


@dataclass(frozen=True, repr=False)
class Draft:
    """What was chosen and typed so far; None where that step is still to come.

    person: whose draft it is, the blind index in hex. booking: the code of what it became.
    """

    id: str
    service: str
    person: str | None = None
    booking: str | None = None
    eligibility_shown: bool = False
    region: str | None = None
    office_id: str | None = None
    slot_id: int | None = None
    partner_name: str | None = None
    partner_id_number: str | None = None
    partner_phone: str | None = None
    household_address: str | None = None

    def having(self, **changes: Any) -> Draft:
        """The draft with some of it filled in."""
        return replace(self, **changes)

    def without_people(self) -> Draft:
        """The draft as somebody else may go on with it: who was typed into it is forgotten."""
        return replace(
            self,
            person=None,
            partner_name=None,
            partner_id_number=None,
            partner_phone=None,
            household_address=None,
        )

    def sent(self, code: str) -> Draft:
        """What is left of the draft when it has become a booking."""
        return Draft(id=self.id, service=self.service, booking=code)


def new_draft(service: str) -> Draft:
    """An empty draft for a service."""
    return Draft(id=secrets.token_hex(8), service=service)


def read_draft(request: HttpRequest, draft_id: str) -> Draft:
    """The draft of this path. Raises DraftGone."""
    try:
        kept = open_token(PURPOSE, request.COOKIES.get(COOKIE, ""))
    except TokenRefused:
        raise DraftGone() from None
    if kept.get("id") != draft_id or set(kept) != {field.name for field in fields(Draft)}:
        raise DraftGone()
    return Draft(**kept)


def keep_draft(response: HttpResponse, draft: Draft) -> None:
    """Keep the draft in the visitor's browser, for its own path alone."""
    token = seal_token(PURPOSE, asdict(draft), expires_at=clock.real_now() + LIFETIME)
    seconds = int(LIFETIME.total_seconds())
    set_private_cookie(response, COOKIE, token, seconds=seconds, path=f"/book/{draft.id}/")
