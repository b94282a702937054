"""Telephones and desktops: a browser of one person, and everything that went wrong in it.

Whatever a page does wrong by itself (an error on the console, a request that fails, an answer of
400 and more, a request to anybody else's server) is kept as trouble; a device with trouble fails
its test at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
)

PATIENCE_MS = 30_000  # the longest wait for anything a page should do
SETTLING_MS, STEP_MS = 300, 50
LOCALES = {"zh": "zh-CN", "en": "en-US"}
TELEPHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}

# A page that is left while it still loads has not failed.
_LEFT_EARLY = ("net::ERR_ABORTED",)
# The console repeats what the answer itself has told, which is looked at below.
_TOLD_BY_THE_ANSWER = "Failed to load resource"


@dataclass(frozen=True)
class Manner:
    """How somebody reads pages: which language, which type size, with or without JavaScript."""

    language: str = "zh"
    large: bool = False
    javascript: bool = True


@dataclass
class Device:
    """One person's browser with one page open. trouble: what went wrong, in order.

    beside: the addresses of others whom a page may ask, such as WeChat's script.
    """

    context: BrowserContext
    page: Page
    address: str
    manner: Manner
    beside: tuple[str, ...] = ()
    trouble: list[str] = field(default_factory=list)
    _under_way: set[Request] = field(default_factory=set)

    @property
    def width(self) -> int:
        """CSS pixels."""
        size = self.page.viewport_size
        assert size is not None
        return size["width"]

    def open(self, path: str) -> Response:
        """Go to a path of the server, or to a whole address that was passed on."""
        answer = self.page.goto(path)
        assert answer is not None, f"{path} has no answer of its own"
        return answer

    def tab(self) -> Device:
        """A second tab of the same browser; what goes wrong in it counts for this one."""
        return Device(
            self.context,
            self.context.new_page(),
            self.address,
            self.manner,
            self.beside,
            self.trouble,
            self._under_way,
        )

    @property
    def path(self) -> str:
        """Where one is, without the query."""
        return urlsplit(self.page.url).path

    def heading(self) -> str:
        """The first heading as a person reads it."""
        return self.page.get_by_role("heading", level=1).inner_text()

    def text(self) -> str:
        """All that a person reads on the page."""
        return self.page.locator("body").inner_text()

    def says(self, *sentences: str) -> None:
        """The page shows each of the sentences."""
        text = self.text()
        missing = [sentence for sentence in sentences if sentence not in text]
        assert not missing, f"{self.path} does not say {missing}; it says:\n{text}"

    def says_nothing_of(self, *words: str) -> None:
        """The page shows none of the words, neither in its text nor in its title."""
        told = self.text() + self.page.title()
        found = [word for word in words if word in told]
        assert not found, f"{self.path} says {found}:\n{told}"

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """The one button of this name, for which the strip of the demo does not count."""
        return self.page.get_by_role("button", name=name)

    def link(self, name: str | re.Pattern[str]) -> Locator:
        """The link of this name."""
        return self.page.get_by_role("link", name=name)

    def tap(self, what: Locator) -> None:
        """Tap (or click) and wait until what follows is there."""
        what.click()
        self.page.wait_for_load_state()

    def double_tap(self, what: Locator) -> None:
        """Tap twice before the page can answer, and wait until what follows is there.

        Both taps meet the same page, however busy the machine is that runs the test.
        """
        what.scroll_into_view_if_needed()
        what.evaluate("(element) => { element.click(); element.click(); }")
        self._settle()

    def reload(self) -> None:
        """Reload, sending a form again where the browser would."""
        self.page.reload()

    @contextmanager
    def refused(self, *statuses: int) -> Iterator[None]:
        """Inside the block answers of these statuses are what should come, and come."""
        seen = len(self.trouble)
        yield
        self.page.wait_for_load_state()
        new = self.trouble[seen:]
        wanted = tuple(f"{status} " for status in statuses)
        assert any(line.startswith(wanted) for line in new), f"nothing answered {statuses}"
        self.trouble[seen:] = [line for line in new if not line.startswith(wanted)]

    def is_fine(self) -> None:
        """Nothing went wrong so far."""
        assert not self.trouble, "\n".join(["", *dict.fromkeys(self.trouble)])

    def watch(self) -> None:
        """From now on keep what goes wrong in any tab."""
        self.context.on("console", self._on_console)
        self.context.on("weberror", lambda error: self.trouble.append(f"error {error.error}"))
        self.context.on("requestfailed", self._on_failed)
        self.context.on("request", self._on_request)
        self.context.on("requestfinished", lambda request: self._under_way.discard(request))
        self.context.on("response", self._on_response)

    def _settle(self) -> None:
        """Wait until nothing is asked of the server any more, for SETTLING_MS on end."""
        quiet_ms, waited_ms = 0, 0
        while quiet_ms < SETTLING_MS:
            self.page.wait_for_timeout(STEP_MS)
            quiet_ms = 0 if self._under_way else quiet_ms + STEP_MS
            waited_ms += STEP_MS
            assert waited_ms < PATIENCE_MS, f"{self.path} does not come to rest"
        self.page.wait_for_load_state()

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and _TOLD_BY_THE_ANSWER not in message.text:
            self.trouble.append(f"console {message.type} {message.text}")

    def _on_failed(self, request: Request) -> None:
        self._under_way.discard(request)
        if request.failure not in _LEFT_EARLY:
            self.trouble.append(f"failed {request.method} {request.url} {request.failure}")

    def _on_request(self, request: Request) -> None:
        self._under_way.add(request)
        if not request.url.startswith((self.address, *self.beside, "data:", "blob:", "about:")):
            self.trouble.append(f"elsewhere {request.method} {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            path = urlsplit(response.url).path
            self.trouble.append(f"{response.status} {response.request.method} {path}")


def new_device(
    browser: Browser,
    address: str,
    *,
    manner: Manner,
    size: dict[str, Any] | None = None,
    beside: tuple[str, ...] = (),
) -> Device:
    """A browser without any past of the manner, on its blank first page.

    address: of the server. size: TELEPHONE or DESKTOP. beside: of others that pages may ask.
    """
    context = browser.new_context(
        base_url=address,
        locale=LOCALES[manner.language],
        timezone_id="Asia/Shanghai",
        java_script_enabled=manner.javascript,
        reduced_motion="reduce",
        **(TELEPHONE if size is None else size),
    )
    context.set_default_timeout(PATIENCE_MS)
    device = Device(context, context.new_page(), address, manner, beside)
    device.watch()
    if manner.large:
        context.add_cookies([{"name": "heli_large", "value": "1", "url": address}])
    return device
