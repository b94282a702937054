"""A spouse at a device: the steps of booking as a person takes them, for journeys and pictures.

A step begins on the page where the one before has ended, looks at each page that it meets, and
ends on the page it leads to. Controls are found by the names that people read and hear.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator

import heli
from heli.ops.demo.people import FictionalPerson
from tests.journeys.devices import Device
from tests.journeys.looking import note_faults

LOCALE = Path(heli.__file__).parent / "locale"
OFFICE, CITY = "演示广州婚姻登记处", "广州"
A_TIME = re.compile(r"^\d{1,2}:\d\d\b")
A_FREE_DAY = re.compile(r"余\s*\d|\d+ left")

# How a link or a button is pressed: tapped, tapped twice, or by the keyboard.
Press = Callable[[Device, Locator], None]


def twice(device: Device, button: Locator) -> None:
    """A double tap."""
    device.double_tap(button)


@cache
def in_english(zh: str) -> str:
    """The English that stands beside a Chinese sentence."""
    return gettext.translation("django", LOCALE, ["en"]).gettext(zh)


@dataclass
class Spouse:
    """One of the two, with their device.

    look: called on each page that a step meets. go: how they follow what leads on. press: how
    they press buttons that send something.
    """

    device: Device
    person: FictionalPerson
    look: Callable[[Device], None] = note_faults
    go: Press = Device.tap
    press: Press = Device.tap
    seen: list[str] = field(default_factory=list)

    def word(self, zh: str) -> str:
        """The Chinese words as this reader sees them."""
        return in_english(zh) if self.device.manner.language == "en" else zh

    def words(self, *zh: str) -> tuple[str, ...]:
        """As `word`, of several."""
        return tuple(self.word(each) for each in zh)

    def look_around(self) -> None:
        """Look at the page one is on."""
        self.look(self.device)
        self.seen.append(self.device.path)

    def follow(self, zh: str) -> None:
        """Follow the link that begins with these words."""
        self.go(self.device, self.device.link(re.compile(f"^{re.escape(self.word(zh))}")).first)
        self.look_around()

    def send(self, zh: str) -> None:
        """Press the button of exactly these words."""
        button = self.device.page.get_by_role("button", name=self.word(zh), exact=True)
        self.press(self.device, button)
        self.look_around()

    def fill(self, zh: str, text: str) -> None:
        """Type into the field of this label."""
        self.device.page.get_by_label(self.word(zh), exact=True).fill(text)

    # Who one is

    def proves_identity(self) -> None:
        """From the page of the check to where it leads."""
        assert self.device.path == "/identify", f"{self.device.path} asks for no identity"
        self.fill("您的姓名", self.person.name)
        self.fill("您的身份证号", self.person.id_number)
        self.fill("您的手机号", self.person.phone)
        agreed = self.word("我单独同意处理这些敏感信息")
        self.device.page.get_by_label(agreed, exact=True).check()
        self.send("验证")

    def signs_in(self, path: str = "/my") -> None:
        """Open a page of one's own, by way of the check where it has to be."""
        self.device.open(path)
        if self.device.path == "/identify":
            self.look_around()
            self.proves_identity()

    # Booking, one thing at a time

    def begins(self, zh: str = "预约离婚登记") -> None:
        """From the front page to the first step."""
        self.device.open("/")
        self.look_around()
        self.follow(zh)
        self.send("开始预约")
        if self.device.path == "/identify":
            self.proves_identity()

    def names(self, other: FictionalPerson) -> None:
        """Who the other spouse is."""
        self.fill("对方的姓名", other.name)
        self.fill("对方的身份证号", other.id_number)
        self.send("下一步")

    def chooses_office(self, city: str = CITY, office: str = OFFICE) -> None:
        """Search for the city, take the office."""
        self.fill("城市、区县或登记处的名字", city)
        self.go(self.device, self.device.button(self.word("查找")))
        self.look_around()
        self.press(self.device, self.device.button(re.compile(office)))
        self.look_around()

    def chooses_time(self, *, day: int = 4, time: int = 0) -> None:
        """The free day and time of that number, counted from 0."""
        self.go(self.device, self.device.link(A_FREE_DAY).nth(day))
        self.look_around()
        self.press(self.device, self.device.button(A_TIME).nth(time))
        self.look_around()

    def fills_in(self, other: FictionalPerson | None, *, day: int = 4, time: int = 0) -> None:
        """From the first step to the last, where everything is checked; nothing is sent.

        other: None where the service is for one person.
        """
        self.send("是我，下一步")
        self.send("就办这一项，下一步")
        if other is not None:
            self.names(other)
        self.chooses_office()
        self.chooses_time(day=day, time=time)

    def books(self, other: FictionalPerson, *, day: int = 4, time: int = 0) -> str:
        """From the front page to a held place; the link to pass on."""
        self.begins()
        self.fills_in(other, day=day, time=time)
        self.send("提交，保留这个时段")
        return self.link_to_pass_on()

    def link_to_pass_on(self) -> str:
        """The link for the other, from the page of the booking."""
        link: str = self.device.page.get_by_label(self.word("给对方的链接")).first.input_value()
        return link

    # The other spouse

    def opens(self, link: str) -> None:
        """The link that was passed on, then the check, then what is asked."""
        self.device.open(link)
        self.look_around()
        self.follow("开始验证")
        if self.device.path == "/identify":
            self.proves_identity()

    def agrees(self) -> None:
        """From what is asked to the booking that stands."""
        self.send("同意这个预约")

    def declines(self) -> None:
        """From what is asked, over what it would do, to the booking that has ended."""
        self.follow("不同意这个预约")
        self.send("不同意，取消预约")

    # What is mine

    def goes_to(self, code: str) -> None:
        """The page of the booking."""
        self.signs_in(f"/my/{code}")
        self.look_around()

    def time_told(self) -> str:
        """The time that the page of a booking or its voucher tells, in words."""
        term = self.device.page.locator("dt", has_text=self.word("时间"))
        return term.first.locator("xpath=following-sibling::dd[1]").inner_text().strip()


def code_of(link: str) -> str:
    """The booking's code in a link that is passed on.

    >>> code_of("http://127.0.0.1:8000/c/ACDE23467999")
    'ACDE23467999'
    """
    return urlsplit(link).path.rpartition("/")[2]
