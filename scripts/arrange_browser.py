"""Arranges a Chromium for the journeys and the pictures: finds one, else installs one.

Usage: .venv/bin/python scripts/arrange_browser.py

Looked for in this order: HELI_CHROMIUM, a Chromium or Chrome on the PATH, the one unpacked under
.venv earlier. Where there is none: Debian's package where this may be installed (root), else the
Chromium that npm's @sparticuz/chromium carries, with its libraries, unpacked under .venv, which
needs no rights at all (x86-64 Linux). What was found is started once before it is believed.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NPM_FOLDER = ROOT / "tests" / "journeys"
UNPACKED = ROOT / ".venv" / "chromium"
RECORD = ROOT / ".venv" / "browser.json"
FONT_CONFIGURATION = ROOT / ".venv" / "browser-fonts.conf"
OWN_FONTS = ROOT / "heli" / "papers" / "fonts"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

# A test's browser is a new one each time and talks to nobody but the server under test.
# It runs without its own sandbox, which root and many containers do not have: it opens no pages
# but ours.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

_UNPACK_BROTLI = """
const { createReadStream, createWriteStream } = require('fs');
const { createBrotliDecompress } = require('zlib');
const { pipeline } = require('stream/promises');
pipeline(createReadStream(process.argv[1]), createBrotliDecompress(),
         createWriteStream(process.argv[2])).catch((e) => { console.error(e); process.exit(1); });
"""

# The system's fonts, then ours, so that Chinese shows where no Chinese font is installed.
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{own}</dir>
  <dir>{unpacked}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


class NoBrowser(Exception):
    """There is no Chromium and none can be installed; the sentence says what to do."""


@dataclass(frozen=True)
class Browser:
    """An executable, and where its own libraries are if it brings them."""

    executable: Path
    libraries: Path | None = None

    def environment(self) -> dict[str, str]:
        """What its process gets: this one's environment, the fonts, its libraries."""
        FONT_CONFIGURATION.write_text(
            _FONTS.format(
                own=OWN_FONTS, unpacked=UNPACKED / "fonts", cache=ROOT / ".venv" / "font-cache"
            )
        )
        environment = dict(os.environ) | {"FONTCONFIG_FILE": str(FONT_CONFIGURATION)}
        if self.libraries:
            environment["LD_LIBRARY_PATH"] = str(self.libraries)
        return environment


def find_browser() -> Browser | None:
    """A Chromium of this machine, without starting it; None where there is none.

    Raises NoBrowser when HELI_CHROMIUM names something that cannot be run.
    """
    if named := os.environ.get("HELI_CHROMIUM"):
        if not shutil.which(named):
            raise NoBrowser(f"HELI_CHROMIUM is {named!r}, which is no program.")
        return Browser(Path(named))
    for program in PROGRAMS:
        if found := shutil.which(program):
            return Browser(Path(found))
    executable = UNPACKED / "chromium"
    return Browser(executable, UNPACKED / "lib") if executable.exists() else None


def install_browser() -> Browser:
    """Install a Chromium by the machine's own means. Raises NoBrowser."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _say("Installing Chromium for the tests (apt-get).")
        _install_package()
        if found := find_browser():
            return found
    return _install_unpacked()


def install_from_npm(*, with_browser: bool = False) -> None:
    """What tests/journeys/package-lock.json says, as far as it is not there yet."""
    wanted = NPM_FOLDER / "package-lock.json"
    there = NPM_FOLDER / "node_modules" / ".package-lock.json"
    if not with_browser and there.exists() and there.stat().st_mtime >= wanted.stat().st_mtime:
        return
    npm = shutil.which("npm")
    if npm is None:
        raise NoBrowser("The journeys need npm (Node.js 20 or newer) for axe-core; install it.")
    optional = "--include=optional" if with_browser else "--omit=optional"
    _run([npm, "ci", optional, "--ignore-scripts", "--loglevel=error"], cwd=NPM_FOLDER)
    there.touch()


def check_that_it_starts(browser: Browser) -> str:
    """Its version, as it says itself once started. Raises NoBrowser with what it said instead."""
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(
                executable_path=browser.executable, args=FLAGS, env=browser.environment()
            )
        except Error as failed:
            raise NoBrowser(f"{browser.executable} does not start: {failed.message}") from None
        version = started.version
        started.close()
    return version


def arrange() -> Browser:
    """A Chromium that starts; quick when it was arranged before. Raises NoBrowser."""
    install_from_npm()
    browser = find_browser() or install_browser()
    if not _is_recorded(browser):
        version = check_that_it_starts(browser)
        RECORD.write_text(json.dumps({"executable": str(browser.executable), "version": version}))
        _say(f"Chromium {version} at {browser.executable}")
    return browser


def _is_recorded(browser: Browser) -> bool:
    if not RECORD.exists():
        return False
    return bool(json.loads(RECORD.read_text())["executable"] == str(browser.executable))


def _install_package() -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
    ):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            _say(f"{' '.join(command)} failed ({last}); trying npm.")
            return


def _install_unpacked() -> Browser:
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise NoBrowser(
            "The journeys need a Chromium; install one, or name one with HELI_CHROMIUM."
        )
    _say("Unpacking a Chromium for the tests under .venv (npm).")
    install_from_npm(with_browser=True)
    packed = NPM_FOLDER / "node_modules" / "@sparticuz" / "chromium" / "bin"
    partly = UNPACKED.with_name("chromium.partly")
    shutil.rmtree(partly, ignore_errors=True)
    partly.mkdir(parents=True)
    for name in ("al2023", "swiftshader", "fonts"):
        archive = partly / f"{name}.tar"
        _unpack(packed / f"{name}.tar.br", archive)
        with tarfile.open(archive) as opened:
            opened.extractall(partly)  # the lock file vouches for what is in it
        archive.unlink()
    _unpack(packed / "chromium.br", partly / "chromium")
    (partly / "chromium").chmod(0o755)
    shutil.rmtree(UNPACKED, ignore_errors=True)
    partly.rename(UNPACKED)
    return Browser(UNPACKED / "chromium", UNPACKED / "lib")


def _unpack(packed: Path, unpacked: Path) -> None:
    node = shutil.which("node")
    if node is None:
        raise NoBrowser("Unpacking a Chromium for the tests needs Node.js 20 or newer.")
    _run([node, "-e", _UNPACK_BROTLI, str(packed), str(unpacked)])


def _run(command: list[str], *, cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoBrowser(f"{' '.join(command[:2])} failed:\n{done.stdout}{done.stderr}")


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        arrange()
    except NoBrowser as none:
        sys.exit(f"No browser for the tests: {none}")
