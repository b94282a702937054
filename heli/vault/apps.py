"""The vault at start."""

from __future__ import annotations

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """The room `vault`."""

    name = "heli.vault"

    def ready(self) -> None:
        """Sign the audit's checkpoints, which are made in a room that knows no keys."""
        from heli.ground.audit import checkpoints
        from heli.vault import signing

        checkpoints.register_signer(signing.sign, signing.verify)
