"""What is known, arranged for looking up: built once for each `Known`, kept while it lives."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from weakref import WeakKeyDictionary

from heli.channels.check.canonical import canonical, letters_only
from heli.channels.check.known import Known, KnownDoor, KnownFake
from heli.channels.check.lookalikes import host_skeleton, skeleton
from heli.channels.check.regional import closeness, region_names, same_place, split_regions
from heli.channels.check.suffixes import registrable
from heli.channels.check.words import name_words
from heli.channels.check.writing import made_of
from heli.channels.kinds import ALTERNATIVES

_VAGUE_BODY = re.compile("[各（(、]|部门$")
_NAME_MIN = 2


def is_generic(name: str) -> bool:
    """Whether a name could be anybody's.

    >>> is_generic("婚姻登记预约"), is_generic("粤省事")
    (True, False)
    """
    return made_of(name, name_words().generic)


@dataclass
class Index:
    """What is known, by name, host, telephone and region.

    names: by canonical name, the doors of that name, then those run by a body of that name.
    generic: names of doors that could be anybody's. hosts: by host. stems: hosts without dots and
    .gov.cn, for finding them in others (gdhy, zwfwtj). labels: registrable labels that are telling.
    """

    names: dict[str, list[KnownDoor]] = field(default_factory=lambda: defaultdict(list))
    shown: dict[str, str] = field(default_factory=dict)
    generic: dict[str, KnownDoor] = field(default_factory=dict)
    hosts: dict[str, list[KnownDoor]] = field(default_factory=lambda: defaultdict(list))
    stems: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    phones: dict[str, KnownDoor] = field(default_factory=dict)
    regions: dict[str, frozenset[str]] = field(default_factory=dict)
    fake_names: dict[str, KnownFake] = field(default_factory=dict)
    fake_hosts: dict[str, KnownFake] = field(default_factory=dict)

    @cached_property
    def by_length(self) -> dict[int, list[str]]:
        """Known names by how many characters they have."""
        found: dict[int, list[str]] = defaultdict(list)
        for name in (*self.names, *self.generic):
            found[len(name)].append(name)
        return dict(found)

    @cached_property
    def longest_first(self) -> list[str]:
        """Known names of three characters and more, for finding them in texts."""
        return sorted((name for name in self.names if len(name) >= 3), key=len, reverse=True)

    @cached_property
    def skeletons(self) -> dict[str, str]:
        """Known names by what their characters look like, the longest first."""
        return {skeleton(name): name for name in reversed(self.longest_first)}

    @cached_property
    def letters(self) -> dict[str, str]:
        """Known names by their letters alone, without punctuation."""
        return {letters_only(name): name for name in self.names}

    @cached_property
    def host_skeletons(self) -> dict[str, str]:
        """Known hosts by what they look like."""
        return {host_skeleton(host): host for host in self.hosts}

    def nearest(self, doors: list[KnownDoor], region: str | None) -> KnownDoor:
        """Of several doors the one nearest to a region, else the first; never of an empty list."""
        return max(doors, key=lambda door: closeness(door.region, region))

    def shown_name(self, name: str) -> str:
        """A canonical name as the directory writes it."""
        return self.shown.get(name, name)


_built: WeakKeyDictionary[Known, Index] = WeakKeyDictionary()


def index_of(known: Known) -> Index:
    """The index of what is known; built at the first time."""
    index = _built.get(known)
    if index is None:
        index = _built[known] = _build(known)
    return index


def _build(known: Known) -> Index:
    index = Index(regions=region_names(known.regions))
    for door in known.doors:
        _add_name(index, door)
    for door in known.doors:
        if door.operator and not _VAGUE_BODY.search(door.operator):
            _remember(index, door.operator, door)
        if door.host:
            _add_host(index, door.host, door)
    for name in list(index.names):
        _add_short_names(index, name)
    for fake in known.fakes:
        _add_fake(index, fake)
    index.names, index.hosts = dict(index.names), dict(index.hosts)
    index.phones.update(known.phones)
    return index


def _add_name(index: Index, door: KnownDoor) -> None:
    digits = re.sub(r"\D", "", door.name)
    if digits and not re.sub(r"[\d\s\-－–()（）]", "", door.name):
        index.phones[digits] = door
    elif not is_generic(canonical(door.name)):
        _remember(index, door.name, door)
    elif door.kind not in ALTERNATIVES:
        index.generic.setdefault(canonical(door.name), door)


def _remember(index: Index, written: str, door: KnownDoor) -> None:
    name = canonical(written)
    if len(name) >= _NAME_MIN and not is_generic(name) and door not in index.names[name]:
        index.names[name].append(door)
        index.shown.setdefault(name, written)


def _add_host(index: Index, host: str, door: KnownDoor) -> None:
    index.hosts[host].append(door)
    stem = re.sub(r"\.?gov\.cn$", "", host).replace(".", "").replace("-", "")
    index.stems.setdefault(stem, host)
    own = registrable(host)
    if own == host:
        index.labels.setdefault(own.partition(".")[0], host)


def _add_short_names(index: Index, name: str) -> None:
    """深圳市福田区民政局婚姻登记处 is called 福田区民政局婚姻登记处 too."""
    for reading in split_regions(name, index.regions):
        inner = split_regions(reading.rest, index.regions)
        doors = [door for door in index.names[name] if same_place(reading.codes[0], door.region)]
        if inner and doors and len(reading.rest) >= 6:
            for door in doors:
                if door not in index.names[reading.rest]:
                    index.names[reading.rest].append(door)
            index.shown.setdefault(reading.rest, reading.rest)


def _add_fake(index: Index, fake: KnownFake) -> None:
    name = canonical(fake.name) if fake.name else ""
    # A fake that calls itself exactly like a real door is told by its host alone.
    if name and name not in index.names:
        index.fake_names[name] = fake
    if fake.host:
        index.fake_hosts[fake.host] = fake
