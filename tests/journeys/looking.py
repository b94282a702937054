"""What every page owes everybody, checked from outside, in the manner the page is read in."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from tests.journeys.accessibility import assert_accessible
from tests.journeys.devices import Device, Manner

LANGUAGES = {"zh": "zh-CN", "en": "en"}
LARGE_TYPE_PX = 22  # main text in the large-type mode, least
TARGET_PX = {False: 44, True: 60}  # what is tapped, each way, least; by `Manner.large`
ZOOM = 2

_FACTS = """() => ({
  language: document.documentElement.lang,
  title: document.title.trim(),
  headings: document.querySelectorAll('h1').length,
  width: document.scrollingElement.scrollWidth,
})"""

# Text in words of another language than its element says: the text itself and what is read aloud.
_STRAY = """([pattern, own]) => {
  const stray = new RegExp(pattern, 'u'), found = [];
  const isOwn = (element) =>
    (element.closest('[lang]')?.lang ?? '').toLowerCase().startsWith(own.toLowerCase());
  const look = (text, element) => {
    if (text && stray.test(text) && isOwn(element)) found.push(text.trim().slice(0, 80));
  };
  look(document.title, document.documentElement);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (!['SCRIPT', 'STYLE', 'TEXTAREA'].includes(node.parentElement.tagName))
      look(node.data, node.parentElement);
  for (const element of document.body.querySelectorAll('*'))
    for (const name of ['aria-label', 'alt', 'title', 'placeholder'])
      look(element.getAttribute(name), element);
  return found;
}"""

_ZOOMED = """(zoom) => {
  const root = document.documentElement;
  const before = parseFloat(getComputedStyle(root).fontSize);
  const h1 = () => parseFloat(getComputedStyle(document.querySelector('h1')).fontSize);
  const heading = h1();
  root.style.fontSize = before * zoom + 'px';
  const wide = document.scrollingElement.scrollWidth;
  const widest = [...document.body.querySelectorAll('*')]
    .filter((element) => element.getBoundingClientRect().right > wide - 2)
    .map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
  const found = { width: wide, grown: h1() / heading, widest: widest.slice(-3).join(' ') };
  root.style.fontSize = '';
  return found;
}"""

# Links inside a sentence and what only shows when it is focused are no targets of their own.
_SMALL_TARGETS = """(least) => [...document.querySelectorAll(
    'button, select, input:not([type=hidden]), textarea, a.btn, .rows a, summary, .exit')]
  .map((element) => ['checkbox', 'radio'].includes(element.type)
    ? element.closest('label') ?? document.querySelector(`label[for="${element.id}"]`) ?? element
    : element)
  .map((element) => [element, element.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && box.height > 1)
  .filter(([, box]) => box.height < least - 0.5 || box.width < least - 0.5)
  .map(([element, box]) =>
    `${element.tagName.toLowerCase()} "${(element.innerText || element.name || '').slice(0, 20)}"`
    + ` ${Math.round(box.width)}x${Math.round(box.height)}`)"""

_SMALL_TYPE = """(least) => [...document.querySelectorAll('main p, main li, main dd, main label')]
  .filter((element) => element.checkVisibility() && !element.closest('small, .quiet'))
  .filter((element) => parseFloat(getComputedStyle(element).fontSize) < least)
  .map((element) => `${element.tagName} "${element.innerText.slice(0, 20)}"`)"""

_LOOKED_AT: set[tuple[str, str, Manner, int]] = set()


def look_at(device: Device) -> None:
    """Everything below; one AssertionError with all that is wrong."""
    page, faults = device.page, []
    faults += _frame_faults(device)
    faults += [f"untranslated: {text}" for text in stray_text(page, device.manner.language)]
    faults += [
        f"too small to tap (under {TARGET_PX[device.manner.large]} px): {target}"
        for target in page.evaluate(_SMALL_TARGETS, TARGET_PX[device.manner.large])
    ]
    if device.manner.large:
        faults += [
            f"under {LARGE_TYPE_PX} px: {text}"
            for text in page.evaluate(_SMALL_TYPE, LARGE_TYPE_PX)
        ]
    else:
        faults += _zoom_faults(device)
    assert not faults, "\n".join([f"\n{page.url} ({device.manner}):", *faults])
    if device.manner.javascript:  # axe-core waits for timers, which do not run without it
        assert_accessible(page)


def note_faults(device: Device) -> None:
    """As `look_at`, but what is wrong becomes trouble of the device, and the story goes on.

    A kind of page that says the same by its heading is looked at once in each manner of reading.
    """
    seen = (kind_of(device.path), device.heading(), device.manner, device.width)
    if seen in _LOOKED_AT:
        return
    _LOOKED_AT.add(seen)
    try:
        look_at(device)
    except AssertionError as faults:
        device.trouble.append(str(faults))


def kind_of(path: str) -> str:
    """The pattern of a path, and how the file is called that it ends in; else the path itself.

    >>> kind_of("/nowhere/at/all")
    '/nowhere/at/all'
    """
    try:
        bare = urlsplit(path).path
        return resolve(bare).route + PurePosixPath(bare).suffix
    except Resolver404:
        return path


def stray_text(page: Page, language: str) -> list[str]:
    """Text in Chinese on an English page, or in English on a Chinese one, that its element does
    not own up to by `lang`. A Latin word or two (ID, Heli) are no English."""
    pattern, own = {
        "en": (r"\p{Script=Han}", "en"),
        "zh": (r"[a-z]{2,}[ ,]+[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}", "zh"),  # a code has capitals
    }[language]
    found: list[str] = page.evaluate(_STRAY, [pattern, own])
    return found


def _frame_faults(device: Device) -> list[str]:
    facts: dict[str, Any] = device.page.evaluate(_FACTS)
    wanted, faults = LANGUAGES[device.manner.language], []
    if facts["language"] != wanted:
        faults.append(f"its language is {facts['language']!r}, not {wanted!r}")
    if not facts["title"]:
        faults.append("it has no title")
    if "离婚" in facts["title"] or "divorce" in facts["title"].lower():
        faults.append(f"its title tells too much: {facts['title']}")
    if facts["headings"] != 1:
        faults.append(f"it has {facts['headings']} main headings")
    if facts["width"] > device.width:
        faults.append(f"it scrolls sideways: {facts['width']} px on {device.width}")
    return faults


def _zoom_faults(device: Device) -> list[str]:
    zoomed: dict[str, Any] = device.page.evaluate(_ZOOMED, ZOOM)
    faults = []
    if zoomed["width"] > device.width:
        faults.append(
            f"at {ZOOM}00 % type it scrolls sideways: {zoomed['width']} px ({zoomed['widest']})"
        )
    if zoomed["grown"] < ZOOM * 0.9:
        faults.append(f"at {ZOOM}00 % type its heading grows {zoomed['grown']:.1f}fold only")
    return faults
