"""A person's inbox."""

from __future__ import annotations

from ninja import Router

from heli.api.auth import Bearer, IdentifiedRequest, KnownBearer, KnownRequest
from heli.api.openapi import refuses_strangers
from heli.api.schemas import NoticeId, NoticeOut
from heli.ground import clock
from heli.ground.refusals import NotFound
from heli.notices import queries, services

router = Router(tags=["notices"], auth=Bearer())


@router.get("", auth=KnownBearer(), response=list[NoticeOut], openapi_extra=refuses_strangers())
def get_notices(request: KnownRequest) -> list[NoticeOut]:
    """This person's notices, the latest first, at most 50."""
    return [NoticeOut.reading(notice) for notice in queries.inbox(request.known)]


@router.post("/{id}/read", response={204: None}, openapi_extra=refuses_strangers(NotFound))
def post_notice_read(request: IdentifiedRequest, id: NoticeId) -> None:
    """The person has read it. Repeating it changes nothing; somebody else's is `not_found`."""
    services.mark_read(id, by=request.identity, at=clock.now())
