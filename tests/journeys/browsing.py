"""The Chromium that all journeys share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from scripts.arrange_browser import FLAGS, NoBrowser, find_browser


@contextmanager
def chromium() -> Iterator[Browser]:
    """A started Chromium. Fails, and does not skip, where there is none."""
    found = find_browser()
    if found is None:
        raise NoBrowser("There is no Chromium for the journeys; `make setup-dev` installs one.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.executable, args=FLAGS, env=found.environment()
        )
        try:
            yield browser
        finally:
            browser.close()
