"""The room of the hall."""

from django.apps import AppConfig


class HallConfig(AppConfig):
    """Staff, check-in, tickets, outcomes. Nothing falls due here, and cases ask who is there."""

    name = "heli.hall"

    def ready(self) -> None:
        """Enter what is held of people, and answer for who is in the hall."""
        from heli.cases.in_the_hall import register_hall
        from heli.hall import holdings  # models are ready only now
        from heli.hall.coming import couples_here
        from heli.keeping.holdings import register

        register(*holdings.HOLDINGS)
        register_hall(couples_here)
