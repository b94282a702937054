"""The entries that hold on a day, as a process has them in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from heli.channels.models import ChannelEntry
from heli.ground.kept import Kept
from heli.places.atlas import Atlas, atlas
from heli.places.models import Office, Region


@dataclass(frozen=True)
class Directory:
    """What holds on one day.

    entries: by the code of the region, None for the whole country. Every thread has the same
    ones: they are read and never changed. places: the regions and offices; all regions that an
    entry names are there.
    """

    entries: Mapping[str | None, tuple[ChannelEntry, ...]]
    places: Atlas

    def of(self, codes: Iterable[str | None]) -> list[ChannelEntry]:
        """The entries of these regions, in the order in which they were added."""
        found = (entry for code in codes for entry in self.entries.get(code, ()))
        return sorted(found, key=attrgetter("pk"))


def directory_on(day: date) -> Directory:
    """The directory as of now, with what holds on that day."""
    return _kept.get(day)


def _read(day: date) -> Directory:
    entries: defaultdict[str | None, list[ChannelEntry]] = defaultdict(list)
    for entry in ChannelEntry.objects.valid_on(day).order_by("id"):
        entries[entry.region_id].append(entry)
    # After the entries: a region that came with the last of them is in it.
    places = atlas()
    return Directory({code: tuple(found) for code, found in entries.items()}, places)


_kept = Kept(_read, ChannelEntry, Region, Office)
