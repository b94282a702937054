"""Takes pictures of the real pages, in a demo world of its own.

Usage: .venv/bin/python scripts/take_pictures.py [--to DIR]

Without --to: the few pictures that the README shows, in Chinese and English, into docs/pictures.
With it: every page that a couple meets, whole, in each manner of reading, into DIR, numbered in
the order of the story, for looking at them all.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Browser

from heli.ops.demo.people import fictional_couple
from tests.journeys.browsing import chromium
from tests.journeys.demo_server import DemoServer, demo_served
from tests.journeys.devices import DESKTOP, TELEPHONE, Device, Manner, new_device
from tests.journeys.spouses import Spouse, code_of

README_PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"

# What the README shows: the picture's name, and the page as `page_name` calls it.
TOUR = {
    "1-front": "front",
    "2-time": "book-time",
    "3-held": "my-booking",
    "4-asked": "c-answer",
    "5-voucher": "my-booking-voucher",
}

# Pages that no step of the story meets.
BESIDE = (
    "/about",
    "/two-visits",
    "/glossary",
    "/places",
    "/places?region=440100",
    "/places/compare?region=440100&service=divorce_application",
    "/offices/demo-guangzhou",
    "/offices/demo-guangzhou?service=divorce_application",
    "/channels",
    "/channels/440100",
    "/channels/coverage",
    "/check",
    "/check/report",
    "/warnings",
    "/book/marriage",
    "/book/counselling",
    "/nowhere",
)

# One pixel for each of CSS: a picture of about 40 kB, sharp at half its size.
SMALL = TELEPHONE | {"device_scale_factor": 1}

# Every manner of reading that is looked at: the folder, the device, its language and type.
MANNERS: dict[str, tuple[dict[str, Any], Manner]] = {
    "360": (SMALL, Manner()),
    "1280": (DESKTOP, Manner()),
    "360-large": (SMALL, Manner(large=True)),
    "360-english": (SMALL, Manner(language="en")),
}

# On a whole page the bars that stay in sight would lie over what is below them.
WHOLE = ".top, .main { position: static !important; }"


@dataclass
class Camera:
    """Saves a picture of each page it is pointed at, numbered in order. chapter: what is told."""

    folder: Path
    chapter: str = ""
    taken: list[str] = field(default_factory=list)

    def take(self, device: Device) -> None:
        """The whole page, as far down as it goes."""
        parts = (f"{len(self.taken) + 1:02}", self.chapter, page_name(device.path))
        self.taken.append("-".join(part for part in parts if part))
        device.page.screenshot(
            path=self.folder / f"{self.taken[-1]}.png", full_page=True, style=WHOLE
        )


def page_name(path: str) -> str:
    """The name of a kind of page, from a path.

    >>> page_name("/"), page_name("/my/ACDE23467999/voucher"), page_name("/c/ACDE23467999")
    ('front', 'my-booking-voucher', 'c')
    """
    path = re.sub(r"/my/[A-Z0-9]{12}", "/my/booking", path)
    path = re.sub(r"/c/[A-Z0-9]{12}", "/c", path)
    path = re.sub(r"/book/[A-Za-z0-9_-]{16,}", "/book", path)
    return path.strip("/").replace("/", "-") or "front"


def take_all(browser: Browser, server: DemoServer, to: Path) -> int:
    """Every page in every manner; how many pictures that made."""
    pictures = 0
    for name, (size, manner) in MANNERS.items():
        folder = to / name
        folder.mkdir(parents=True, exist_ok=True)

        def new(size: dict[str, Any] = size, manner: Manner = manner) -> Device:
            return new_device(browser, server.address, manner=manner, size=size)

        camera = Camera(folder)
        tell(new, camera, Random(name))
        pictures += len(camera.taken)
        print(f"{folder}: {len(camera.taken)} pictures")
    return pictures


def tell(new: Callable[[], Device], camera: Camera, chance: Random) -> None:
    """The story that meets every page: booked, answered, moved, cancelled; declined; refused."""
    one, other = (Spouse(new(), person, look=camera.take) for person in fictional_couple(chance))
    link = one.books(other.person)
    other.opens(link)
    other.agrees()
    _see(one, camera, "/my", "/my/inbox")
    one.device.open(f"/my/{code_of(link)}")
    one.follow("打开预约凭证")
    camera.chapter = "moved"
    one.follow("改时间")
    one.chooses_time(day=6)
    other.goes_to(code_of(link))
    other.send("同意新的时间")
    camera.chapter = "cancelled"
    other.follow("取消预约")
    other.send("取消预约")
    _see(one, camera, "/my")
    _tell_of_the_other_ways(new, camera, chance)
    camera.chapter = "beside"
    _see(Spouse(new(), one.person, look=unseen), camera, *BESIDE)


def _tell_of_the_other_ways(new: Callable[[], Device], camera: Camera, chance: Random) -> None:
    camera.chapter = "declined"
    one, other = (Spouse(new(), person, look=unseen) for person in fictional_couple(chance))
    link = one.books(other.person)
    other.opens(link)
    one.look = other.look = camera.take
    other.declines()
    one.goes_to(code_of(link))
    camera.chapter = "both"
    one, other = (Spouse(new(), person, look=unseen) for person in fictional_couple(chance))
    link = one.books(other.person)
    other.books(one.person, day=5)
    other.device.open(f"/c/{code_of(link)}/answer")
    other.look = camera.take
    other.agrees()
    camera.chapter = "wrong"
    one.device.open("/book/divorce_application")
    one.send("开始预约")
    one.look = camera.take
    one.look_around()
    stranger = Spouse(new(), one.person, look=camera.take)
    stranger.device.open("/my")
    stranger.send("验证")


def take_the_tour(browser: Browser, server: DemoServer, to: Path) -> int:
    """The README's pictures, in both languages, as much as a telephone shows at once."""
    to.mkdir(parents=True, exist_ok=True)
    wanted = {page: name for name, page in TOUR.items()}
    for language in ("zh", "en"):
        taken: set[str] = set()

        def take(device: Device, language: str = language, taken: set[str] = taken) -> None:
            name = wanted.get(page_name(device.path))
            if name and name not in taken:
                taken.add(name)
                device.page.screenshot(path=to / f"{name}.{language}.png")

        one, other = (
            Spouse(
                new_device(browser, server.address, manner=Manner(language=language), size=SMALL),
                person,
                look=take,
            )
            for person in fictional_couple(Random(language))
        )
        link = one.books(other.person)
        other.opens(link)
        other.agrees()
        other.follow("打开预约凭证")
        missing = set(TOUR) - taken
        assert not missing, f"the story came past no {missing}"
    return 2 * len(TOUR)


def unseen(_device: Device) -> None:
    """Look at nothing: what this page shows is in the pictures already."""


def _see(spouse: Spouse, camera: Camera, *paths: str) -> None:
    for path in paths:
        spouse.device.open(path)
        camera.take(spouse.device)


def main() -> None:
    """Take what the arguments ask for."""
    parser = argparse.ArgumentParser(description="Takes pictures of the real pages.")
    parser.add_argument("--to", type=Path, metavar="DIR", help="all pages, into this directory")
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="heli-pictures-") as directory,
        demo_served(Path(directory) / "world") as server,
        chromium() as browser,
    ):
        if chosen.to:
            taken = take_all(browser, server, chosen.to)
        else:
            taken = take_the_tour(browser, server, README_PICTURES)
    print(f"{taken} pictures taken.")


if __name__ == "__main__":
    main()
