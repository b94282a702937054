"""`heli load DIR`: regions, offices, rules, channels from files; with one bad line nothing."""

from __future__ import annotations

import sys
from pathlib import Path

from django.db import transaction

from heli.channels.services import Loaded, load_directory
from heli.ground.audit.recording import say_who
from heli.places.errors import LoadRefused

LINES_SHOWN_MAX = 200


def load(path: Path) -> int:
    """Load the directory and say what changed; 1, with a line for each that is wrong, if not."""
    try:
        with transaction.atomic():
            say_who("command:load", why="load")
            report = load_directory(path)
    except LoadRefused as refused:
        lines = refused.sentences()
        print(f"heli: {refused.sentence()}", *lines[:LINES_SHOWN_MAX], sep="\n", file=sys.stderr)
        if len(lines) > LINES_SHOWN_MAX:
            print(f"... and {len(lines) - LINES_SHOWN_MAX} more", file=sys.stderr)
        return 1
    print(*_told(report), sep="\n")
    return 0


def _told(report: Loaded) -> list[str]:
    lines = []
    if places := report.places:
        lines.append(
            f"Read {', '.join(places.read)}: {places.regions_changed} regions, "
            f"{places.offices_changed} offices and the rules of {places.rules_changed} offices "
            "are new or changed."
        )
    if report.channels_changed is not None:
        lines.append(f"Read channels.yaml: {report.channels_changed} entries are new or changed.")
    if report.left_alone:
        lines.append(f"Not for Heli: {', '.join(report.left_alone)}.")
    return lines
