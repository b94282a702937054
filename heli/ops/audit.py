"""`heli audit verify`: whether the audit is whole. Nothing is changed."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from heli.ops.errors import CommandRefused

if TYPE_CHECKING:
    from heli.ground.audit.verifying import Report


def add_audit(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> argparse.ArgumentParser:
    """Make the command known; the parser that takes --data."""
    audit = commands.add_parser("audit", help="who read and changed what")
    deeds = audit.add_subparsers(title="deeds", required=True, metavar="DEED")
    verify = deeds.add_parser("verify", help="is the audit whole; how long is its tail")
    verify.add_argument("--json", action="store_true", help="as one JSON document")
    verify.set_defaults(run=lambda chosen: verify_audit(data=chosen.data, as_json=chosen.json))
    return verify


def verify_audit(*, data: Path | None, as_json: bool) -> int:
    """Verify, print what was found, and answer 0 if the audit is whole, else 1.

    Raises what `opened` raises, ConfigurationError for another database's keys, and CommandRefused
    where the tables are not of this version or the checkpoints cannot be read.
    """
    from heli.ops.world import Wish, opened

    with opened(Wish(data=data, may_create=False)):
        from heli.ground.audit import verifying
        from heli.ops import schema
        from heli.vault.marks import refuse_other_keys

        if schema.missing_migrations():
            raise CommandRefused("The tables are not of this version; run heli migrate first.")
        refuse_other_keys()  # by another file's key each checkpoint would look forged
        try:
            report = verifying.verify_audit()
        except OSError as error:
            raise CommandRefused(
                f"The checkpoints in {error.filename} cannot be read: {error.strerror}."
            ) from None
    print(
        json.dumps(as_document(report), ensure_ascii=False, indent=2) if as_json else told(report)
    )
    return int(not report.is_whole)


def as_document(report: Report) -> dict[str, object]:
    """The report as `--json` prints it."""
    since = report.tail_since
    return {
        "ok": report.is_whole,
        "chained": report.chained,
        "head": report.head.hex(),
        "tail": {"length": report.tail, "since": since.isoformat() if since else None},
        "checkpoints": {
            "lines": report.checkpoints,
            "unreadable": report.unreadable_lines,
            "signed_to": report.signed_to,
        },
        "found": report.found,
        "problems": [
            {"kind": problem.kind, "position": problem.position, "text": problem.text}
            for problem in report.problems
        ],
    }


def told(report: Report) -> str:
    """The report in lines for people."""
    lines = [f"{report.chained} entries are chained, {report.tail} wait for their place."]
    if report.checkpoints is None:
        lines.append("There is no file of checkpoints: a chain rewritten as a whole is not found.")
    else:
        lines.append(f"{report.checkpoints} checkpoints vouch for it up to {report.signed_to}.")
    if report.unreadable_lines:
        lines.append(f"{report.unreadable_lines} lines of the checkpoints cannot be read.")
    lines += [f"{problem.kind}: {problem.text}" for problem in report.problems]
    if report.found > len(report.problems):
        lines.append(f"... and {report.found - len(report.problems)} more.")
    lines.append("The audit is whole." if report.is_whole else "The audit was tampered with.")
    return "\n".join(lines)
