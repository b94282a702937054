"""Identity at start: the adapter that ships with the room is registered at the port."""

from __future__ import annotations

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """The room `identity`."""

    name = "heli.identity"

    def ready(self) -> None:
        """Register the simulated check; whether it may be used, the environment decides."""
        from heli.identity.simulated import SimulatedCheck
        from heli.identity.verification import register_adapter

        register_adapter(SimulatedCheck())
