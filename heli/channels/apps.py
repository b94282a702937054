"""The room as Django knows it."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """The directory of official channels, the check, and what people report."""

    name = "heli.channels"

    def ready(self) -> None:
        """Enter what is held of people."""
        from heli.channels import holdings  # models are ready only now
        from heli.keeping.holdings import register

        register(*holdings.HOLDINGS)
