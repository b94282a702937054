"""Identity at start: the adapters that ship with the room, and what falls due in it."""

from __future__ import annotations

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """The room `identity`."""

    name = "heli.identity"

    def ready(self) -> None:
        """Register the simulated check; whether it may be used, the environment decides."""
        from heli.ground import due
        from heli.identity import attempts, services  # models are ready only now
        from heli.identity.simulated import SimulatedCheck
        from heli.identity.tencent.bank_card import BankCard
        from heli.identity.tencent.face import FaceIdInBrowser
        from heli.identity.verification import register_adapter

        register_adapter(SimulatedCheck())
        register_adapter(FaceIdInBrowser())
        register_adapter(BankCard())
        due.register(
            due.DueWork("forget claims", services.next_old_claim, services.forget_old_claims)
        )
        due.register(
            due.DueWork("forget attempts", attempts.next_old_attempt, attempts.forget_old_attempts)
        )
