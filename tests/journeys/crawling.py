"""A crawler: from the front page through every link of ours, looking at each kind of page."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from tests.journeys.devices import Device
from tests.journeys.looking import kind_of, look_at

PAGES_MAX = 150
PAGES_OF_A_KIND_MAX = 2  # a kind of page is a path of heli/web/urls.py

# These change what the visitor sees next, or lead away; they have tests of their own.
LEFT_ALONE = ("/leave", "/prefer/")


@dataclass
class Crawl:
    """Where a crawl came: the pages seen, the files not looked into, and all that is wrong."""

    seen: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def crawl(device: Device, *, start: str = "/", within: tuple[str, ...] = ("/",)) -> Crawl:
    """Follow every link of ours from `start`; a page that is not as it should be is a fault.

    within: how the paths begin that are followed. At most PAGES_MAX pages, PAGES_OF_A_KIND_MAX
    of a kind.
    """
    came, kinds = Crawl(), Counter[str]()
    waiting, known = deque([(start, "")]), {start}
    while waiting and len(came.seen) < PAGES_MAX:
        path, found_on = waiting.popleft()
        kind = kind_of(path)
        kinds[kind] += 1
        if kinds[kind] > PAGES_OF_A_KIND_MAX:
            continue
        for link in _visit(device, path, found_on, came):
            if link not in known and link.startswith(within):
                known.add(link)
                waiting.append((link, path))
    return came


def _visit(device: Device, path: str, found_on: str, came: Crawl) -> list[str]:
    """Look at one page; the links of ours that it has."""
    answer = device.context.request.get(urljoin(device.address, path))
    if answer.status != 200:
        came.faults.append(f"{path}, linked from {found_on or 'nowhere'}: {answer.status}")
        return []
    if not answer.headers["content-type"].startswith("text/html"):
        came.files.append(path)
        return []
    device.open(path)
    came.seen.append(path)
    if urlsplit(path).path.startswith("/api/"):  # the integrators' readable docs are not ours
        return []
    try:
        look_at(device)
    except AssertionError as fault:
        came.faults.append(str(fault))
    return links_of_ours(device)


def links_of_ours(device: Device) -> list[str]:
    """The links of the page to this server, without fragments, in order."""
    hrefs: list[str] = device.page.eval_on_selector_all(
        "a[href]", "(links) => links.map((link) => link.href)"
    )
    ours = []
    for href in hrefs:
        whole = urldefrag(urljoin(device.page.url, href)).url
        if whole.startswith(f"{device.address}/"):
            path = whole.removeprefix(device.address)
            if not path.startswith(LEFT_ALONE) and path not in ours:
                ours.append(path)
    return ours
