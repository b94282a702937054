"""`heli load DIR`: regions, offices and rules from files; with one bad line nothing of them."""

from __future__ import annotations

import sys
from pathlib import Path

from heli.places.errors import LoadRefused
from heli.places.services import load_directory

LINES_SHOWN_MAX = 200


def load(path: Path) -> int:
    """Load the directory and say what changed; 1, with a line for each that is wrong, if not."""
    try:
        report = load_directory(path)
    except LoadRefused as refused:
        lines = refused.sentences()
        print(f"heli: {refused.sentence()}", *lines[:LINES_SHOWN_MAX], sep="\n", file=sys.stderr)
        if len(lines) > LINES_SHOWN_MAX:
            print(f"... and {len(lines) - LINES_SHOWN_MAX} more", file=sys.stderr)
        return 1
    print(
        f"Read {', '.join(report.read)}: {report.regions_changed} regions, "
        f"{report.offices_changed} offices and the rules of {report.rules_changed} offices "
        "are new or changed."
    )
    if report.left_alone:
        print(f"Not for Heli: {', '.join(report.left_alone)}.")
    return 0
