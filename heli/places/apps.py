"""The room as Django knows it."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Regions, offices and their rules. The events are declared before anybody emits one."""

    name = "heli.places"

    def ready(self) -> None:
        """Make the room's events known to the outbox."""
        from heli.places import events  # noqa: F401
