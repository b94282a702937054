"""How often an address, a person or an account may be heard, by real time. No address is stored."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils.functional import Promise

from heli.ground.configuration import Environment
from heli.ground.refusals import RateLimited
from heli.vault.blind import blind_index

IPV6_NETWORK_BITS = 64  # what one household or one telephone is given


class Limit(NamedTuple):
    """So many, within so long."""

    most: int
    within: timedelta


def index_of(address: str) -> bytes:
    """The blind index under which an address counts. An empty one counts as one address."""
    return blind_index("address", _network_of(address))


def is_unlimited(address: str) -> bool:
    """Whether limits per address do not apply: this machine's own, outside of production."""
    if settings.HELI.environment is Environment.PRODUCTION:
        return False
    ip = _ip_of(address)
    return ip is not None and ip.is_loopback


def check_limits(
    spoken_at: Iterable[datetime],
    limits: Iterable[Limit],
    *,
    now: datetime,
    sentence: Promise | None = None,
) -> None:
    """Raises RateLimited where one of the limits is reached, with the seconds until all allow it.

    spoken_at: the moments of what counts before, in any order. now: real time. sentence: what the
    reader is told; None for the usual one.
    """
    moments = sorted(spoken_at)
    waits = [
        recent[-limit.most] + limit.within - now
        for limit in limits
        if len(recent := [at for at in moments if at > now - limit.within]) >= limit.most
    ]
    if waits:
        raise RateLimited(sentence, retry_after_seconds=int(max(waits).total_seconds()) + 1)


def _network_of(address: str) -> str:
    """The form in which an address counts: an IPv6 one by its /64.

    >>> _network_of("2001:db8:1:2:3:4:5:6"), _network_of("::ffff:192.0.2.1")
    ('2001:db8:1:2::/64', '192.0.2.1')
    """
    ip = _ip_of(address)
    if ip is None:
        return address.strip()
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    return str(ipaddress.IPv6Network((int(ip), IPV6_NETWORK_BITS), strict=False))


def _ip_of(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        ip = ipaddress.ip_address(address.strip())
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip
