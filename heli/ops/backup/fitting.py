"""Whether a backup and an installation belong together, asked before anything is made."""

from __future__ import annotations

from heli.ground.configuration import Configuration, ConfigurationError, Environment
from heli.ops.backup.manifest import Manifest
from heli.ops.errors import CommandRefused
from heli.vault import keys


def check_settings(manifest: Manifest, configuration: Configuration) -> None:
    """Whether this installation may have the backup, by its settings alone.

    Raises CommandRefused: made for another purpose, or sealed under other keys; ConfigurationError:
    the keys cannot be read.
    """
    ours, theirs = configuration.environment, manifest.environment
    if (ours is Environment.PRODUCTION) != (theirs is Environment.PRODUCTION):
        raise CommandRefused(
            f"The backup was taken in {theirs} and cannot be restored for {ours} (HELI_ENV)."
        )
    if not manifest.keys:
        return  # of a database that was never served: nothing is sealed in it
    try:
        ring = keys.keyring_of(keys.read_keys(configuration), configuration.sealing)
    except ConfigurationError as error:
        raise CommandRefused(f"The backup opens only with its keys. {error}") from None
    misfit = keys.misfit_of(ring, manifest.keys)
    if misfit:
        raise CommandRefused(
            f"The key file {configuration.keys} (HELI_KEYS) is not the one of this backup: "
            f"{misfit}."
        )
