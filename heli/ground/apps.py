"""The ground at start: what falls due in it."""

from __future__ import annotations

from django.apps import AppConfig


class GroundConfig(AppConfig):
    """The room `ground`."""

    name = "heli.ground"

    def ready(self) -> None:
        """Enter the audit's chain and its checkpoints into the register."""
        from heli.ground import due
        from heli.ground.audit import chain, checkpoints  # models are ready only now

        due.register(due.DueWork("chain the audit", chain.next_unchained, chain.chain_waiting))
        due.register(
            due.DueWork("sign the audit", checkpoints.next_checkpoint, checkpoints.sign_head)
        )
