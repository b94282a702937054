"""The rooms import one way: the contracts in pyproject.toml, checked as a test."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_rooms_import_one_way():
    beside_python = Path(sys.executable).with_name("lint-imports")
    command = str(beside_python) if beside_python.exists() else shutil.which("lint-imports")
    assert command, "import-linter is not installed: run `make setup`"

    checked = subprocess.run(
        [command, "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert checked.returncode == 0, (
        "A room imports one above it. Let the lower room emit an event, or move what both need "
        f"down.\n{checked.stdout}{checked.stderr}"
    )
