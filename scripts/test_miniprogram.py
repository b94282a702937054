"""Lints and tests the mini program, where there is Node.js.

Usage: .venv/bin/python scripts/test_miniprogram.py [ARGUMENTS OF JEST]

Installs what miniprogram/package-lock.json says first, as far as it is not there yet. Without
Node.js it says so and is done, since whoever changes other rooms needs none; with CI=true that is
an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "miniprogram"
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
LINT = ("npm", "run", "--silent", "lint")
TEST = ("npm", "test", "--silent", "--")
OLDEST = (20, 19)


def missing() -> str | None:
    """What is missing, as a sentence; None where all of it is there."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "there is no Node.js with npm"
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    major, minor, *_ = said.strip().removeprefix("v").split(".")
    if (int(major), int(minor)) < OLDEST:
        return f"Node.js is {said.strip()} and has to be {OLDEST[0]}.{OLDEST[1]} or newer"
    return None


def is_installed() -> bool:
    """Whether what the lock file says is there."""
    wanted, there = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".package-lock.json"
    return there.exists() and there.stat().st_mtime >= wanted.stat().st_mtime


def main(arguments: list[str]) -> int:
    """The exit code: that of the first step that failed, 0 otherwise."""
    if lack := missing():
        print(f"The mini program was not tested: {lack}.", file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else 0
    environment = os.environ | {"HELI_PYTHON": sys.executable}
    steps = [(*LINT,), (*TEST, *arguments)]
    if not is_installed():
        steps.insert(0, INSTALL)
    for step in steps:
        if code := subprocess.run(step, cwd=FOLDER, env=environment, check=False).returncode:
            return code
        if step is INSTALL:
            (FOLDER / "node_modules" / ".package-lock.json").touch()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
