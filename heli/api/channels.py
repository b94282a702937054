"""The directory of official channels, and the check for fakes."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from heli.api.channel_schemas import ChannelsOut, JudgementOut, VerifyIn
from heli.api.openapi import refuses
from heli.api.schemas import RegionCode
from heli.channels.checking import verify
from heli.channels.queries import guide
from heli.ground import clock
from heli.ground.refusals import NotFound

router = Router(tags=["channels"])


@router.get("", response=ChannelsOut, openapi_extra=refuses(NotFound))
def get_channels(request: HttpRequest, region: RegionCode) -> ChannelsOut:
    """The ways to book in a region. An abolished code answers with the region that its people
    belong to now; an unknown one is `not_found`."""
    return ChannelsOut.of(guide(region, at=clock.now()))


@router.post("/verify", response=JudgementOut, openapi_extra=refuses(NotFound))
def post_verify(request: HttpRequest, body: VerifyIn) -> JudgementOut:
    """Whether a name, a link or a message is official, unknown or suspicious. Nothing is stored."""
    return JudgementOut.of(verify(body.text, body.region, at=clock.now()))
