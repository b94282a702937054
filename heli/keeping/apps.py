"""The room as Django knows it."""

from django.apps import AppConfig


class KeepingConfig(AppConfig):
    """Keeping: how long what is held of people stays."""

    name = "heli.keeping"

    def ready(self) -> None:
        """Enter the daily forgetting, and what lower rooms and this one hold."""
        from heli.ground import due
        from heli.keeping import forgetting, held_here, holdings  # models are ready only now

        holdings.register(*held_here.HOLDINGS)
        due.register(due.DueWork("keep periods", forgetting.next_forgetting, forgetting.forget_due))
