"""Ask the advisory service whether a known weakness stands in one of the locked packages.

pip-audit lives in an environment of its own, so that its packages are none of Heli's. Where the
service cannot be reached (a machine without a way out) this says so and is no failure: nothing was
found out then, and nothing is claimed.

    HELI_ADVISORIES=DIR audit_dependencies.py

asks a clone of https://github.com/pypa/advisory-database in DIR instead, and says how old it is.
"""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from scripts.advisories import known_of, newest
from scripts.locked import read_lock

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv" / "audit"
VERSION = "2.10.1"
LOCKS = ("requirements.lock", "requirements-dev.lock")
SERVICE = "https://api.osv.dev/"
WAIT_SECONDS_MAX = 10
OLD = timedelta(days=30)  # of a copy: what became known since is not in it
UNKNOWN = (
    f"The advisory service ({SERVICE}) cannot be reached from here: whether the locked packages "
    "have known weaknesses was NOT looked up."
)


def main() -> int:
    """0 where nothing is known or nothing could be asked, 1 where a weakness is."""
    if os.environ.get("HELI_ADVISORIES"):
        return ask_copy(Path(os.environ["HELI_ADVISORIES"]))
    if not is_reachable() or not is_set_up():
        print(UNKNOWN, file=sys.stderr)
        return 0
    found = [lock for lock in LOCKS if not is_clean(lock)]
    return 1 if found else 0


def ask_copy(database: Path) -> int:
    """Ask a copy of the database. 2 where there is none."""
    day = newest(database)
    if not day:
        print(f"There are no advisories in {database}.", file=sys.stderr)
        return 2
    locks = ((ROOT / lock).read_text("utf-8") for lock in LOCKS)
    packages = {package.name: package for text in locks for package in read_lock(text)}
    found = list(known_of(packages.values(), database))
    for one in found:
        mended = ", ".join(one.fixed) or "no version known"
        print(f"{one.package} {one.version}: {one.id} ({one.text}); mended in: {mended}")
    print(f"{len(found)} known weaknesses in {len(packages)} packages, by a copy of {day}.")
    if datetime.now(UTC).date() - date.fromisoformat(day) > OLD:
        print("The copy is old: what became known since then was NOT looked up.", file=sys.stderr)
    return 1 if found else 0


def is_reachable() -> bool:
    """Whether anybody answers there, whatever they say."""
    try:
        urllib.request.urlopen(SERVICE, timeout=WAIT_SECONDS_MAX).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def is_set_up() -> bool:
    """Whether pip-audit is there, or can be installed."""
    if (HOME / "bin" / "pip-audit").exists():
        return True
    made = subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=False)
    pip = [str(HOME / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    got = subprocess.run([*pip, "install", f"pip-audit=={VERSION}"], check=False)
    return made.returncode == got.returncode == 0


def is_clean(lock: str) -> bool:
    """Whether nothing is known of the packages of a lock file. Prints what is."""
    command = [
        str(HOME / "bin" / "pip-audit"),
        *("--requirement", str(ROOT / lock), "--require-hashes", "--disable-pip"),
        *("--vulnerability-service", "osv", "--progress-spinner", "off"),
    ]
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
