"""`heli channels REGION` and `heli verify TEXT`: the directory and the check on the terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from heli.ops.errors import CommandRefused
from heli.ops.world import Wish, opened

if TYPE_CHECKING:
    from heli.api.channel_schemas import ChannelOut, ChannelsOut, JudgementOut


def show_channels(region: str, *, as_json: bool, data: Path | None) -> int:
    """Print the ways of a region and answer 0. region: a code, or a name that means one region.

    Raises what `opened`, an unknown region and a name that means several raise.
    """
    with opened(Wish(data=data, may_create=False)):
        from heli.api.channel_schemas import ChannelsOut
        from heli.channels.queries import guide
        from heli.ground import clock

        found = ChannelsOut.of(guide(_code_of(region), at=clock.now()))
        print(_document(found) if as_json else "\n".join(_lines(found)))
    return 0


def show_verdict(text: str, *, region: str | None, as_json: bool, data: Path | None) -> int:
    """Print whether the text is official, unknown or suspicious and answer 0."""
    with opened(Wish(data=data, may_create=False)):
        from heli.api.channel_schemas import JudgementOut
        from heli.channels.checking import verify
        from heli.ground import clock
        from heli.ground.refusals import InvalidInput

        code = _code_of(region) if region is not None else None
        try:
            judged = JudgementOut.of(verify(text, code, at=clock.now()))
        except InvalidInput as invalid:
            raise CommandRefused(" ".join(str(error.text) for error in invalid.errors)) from None
        print(_document(judged) if as_json else "\n".join(_verdict_lines(judged)))
    return 0


def _code_of(region: str) -> str:
    if region.isascii() and region.isdigit():
        return region
    from heli.places.queries import find_regions

    found = find_regions(region) if region.strip() else ()
    # 鼓楼 is no name but stands for the first hit's, 鼓楼区, of which there are several
    names = {one.name for one in found}
    name = region if region in names else next((one.name for one in found), "")
    exact = [one for one in found if one.name == name]
    if not exact:
        raise CommandRefused(f"No region is called {region!r}.")
    if len(exact) > 1:
        named = "; ".join(f"{one.code} {one.path}" for one in exact[:10])
        raise CommandRefused(f"{region} means several regions, give a code: {named}")
    return exact[0].code


def _document(found: ChannelsOut | JudgementOut) -> str:
    return json.dumps(found.model_dump(mode="json"), ensure_ascii=False, indent=2)


def _lines(found: ChannelsOut) -> list[str]:
    lines = [f"{found.region.code} {found.region.path}"]
    if found.asked:
        lines.append(f"({found.asked.code} {found.asked.name} belongs to it now.)")
    lines.append("To book:" if found.channels else "No channel to book is known here.")
    lines += [line for channel in found.channels for line in _channel_lines(channel)]
    if nearest := found.nearest:
        lines.append(
            f"Nearest for a divorce: {nearest.region.path}, {nearest.distance_km} km, "
            f"{nearest.channel.name}"
        )
    lines.append("Besides:")
    return lines + [line for channel in found.alternatives for line in _channel_lines(channel)]


def _channel_lines(channel: ChannelOut) -> list[str]:
    services = ", ".join(channel.services) or "says nothing of booking"
    lines = [f"  {channel.name} ({channel.kind}), run by {channel.operator or 'unknown'}"]
    lines += [f"    {how}" for how in (channel.path, channel.url) if how]
    lines.append(f"    {services}; {channel.sure}, {channel.as_of or 'no date'}: {channel.source}")
    return lines


def _verdict_lines(judged: JudgementOut) -> list[str]:
    lines = [f"{judged.verdict}: {judged.part}"]
    if judged.channel:
        lines.append(f"  {judged.channel.name}, run by {judged.channel.operator or 'unknown'}")
    return lines + [f"  - {reason.text}" for reason in judged.reasons]
