"""`heli backup FILE` and `heli restore FILE`: what is asked and what is said."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from heli.ops.backup import archive
from heli.ops.backup.manifest import Manifest


def add_backup(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """Make the commands known; the parsers that take --data."""
    backup = commands.add_parser("backup", help="everything but the keys, into a file")
    backup.add_argument("file", type=Path, metavar="FILE", help="a new one")
    backup.set_defaults(run=lambda chosen: back_up(chosen.file, data=chosen.data))
    restore = commands.add_parser("restore", help="a backup, into an empty database")
    restore.add_argument("file", type=Path, metavar="FILE", help="what heli backup wrote")
    restore.set_defaults(run=lambda chosen: restore_from(chosen.file, data=chosen.data))
    return [backup, restore]


def back_up(file: Path, *, data: Path | None) -> int:
    """Take a backup and say what is in it. Raises what `opened` raises, and CommandRefused."""
    from heli.ops.world import Wish, opened

    file = file.absolute()
    with opened(Wish(data=data, may_create=False)) as world:
        from heli.ops.backup.taking import take_backup

        manifest = take_backup(file, world.configuration)
    size = file.stat().st_size / 1_000_000
    print(f"{file}: {_told(manifest)}, {size:.1f} MB.")
    print("The keys are not in it; without the key file nobody can read it, you neither.")
    return 0


def restore_from(file: Path, *, data: Path | None) -> int:
    """Restore a backup and say what came of it. Everything is checked before anything is touched.

    Raises what `opened` raises, and CommandRefused.
    """
    from heli.ops.backup.fitting import check_settings
    from heli.ops.world import Wish, opened

    with archive.read(file) as backup:
        backup.check()
        manifest = backup.manifest
        wish = Wish(
            data=data,
            environment=None if os.environ.get("HELI_ENV") else manifest.environment,
            check=lambda configuration: check_settings(manifest, configuration),
        )
        with opened(wish) as world:
            from heli.ops import schema
            from heli.ops.backup.restoring import restore_backup, tell_audit

            restore_backup(backup, world.configuration)
            if world.server is not None:
                schema.prepare(is_embedded=True)
            missing = schema.missing_migrations()
            is_told = tell_audit(backup, missing=missing)
    print(f"Restored {_told(manifest)}.")
    if missing:
        print(f"It lacks {len(missing)} migrations of this version; run heli migrate.")
    if not is_told:
        print("Its audit is of an earlier version and was not told of the restore.")
    return 0


def _told(manifest: Manifest) -> str:
    moment = manifest.taken_at.strftime("%Y-%m-%d %H:%M:%S UTC")
    return f"{manifest.rows} rows of {len(manifest.tables)} tables as of {moment}"
