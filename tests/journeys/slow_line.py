"""A slow line, and what a page weighs on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.journeys.devices import Device

# What browsers' own tools call "2G": EDGE in a building.
DOWN_KBIT_S, UP_KBIT_S, LATENCY_MS = 250, 50, 300


@dataclass
class Weight:
    """What came over the line: bytes as sent, compressed, with the headers of the answers."""

    bytes: int = 0
    requests: int = 0


@contextmanager
def weighed(device: Device, *, slow: bool = False) -> Iterator[Weight]:
    """Counts what the page loads inside the block; nothing comes from a cache.

    slow: at the speed of 2G. Without the bytes that compression and headers of TLS would change.
    """
    line = device.context.new_cdp_session(device.page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    if slow:
        line.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": LATENCY_MS,
                "downloadThroughput": DOWN_KBIT_S * 1000 / 8,
                "uploadThroughput": UP_KBIT_S * 1000 / 8,
            },
        )
    weight = Weight()

    def finished(event: dict[str, float]) -> None:
        weight.bytes += int(event["encodedDataLength"])
        weight.requests += 1

    line.on("Network.loadingFinished", finished)
    try:
        yield weight
        device.page.wait_for_load_state("networkidle")
    finally:
        line.detach()
