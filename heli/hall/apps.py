"""The room of the hall."""

from django.apps import AppConfig


class HallConfig(AppConfig):
    """Staff, check-in, tickets, outcomes. Nothing falls due here."""

    name = "heli.hall"

    def ready(self) -> None:
        """Enter what is held of people."""
        from heli.hall import holdings  # models are ready only now
        from heli.keeping.holdings import register

        register(*holdings.HOLDINGS)
