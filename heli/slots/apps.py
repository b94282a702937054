"""The room as Django knows it."""

from django.apps import AppConfig


class SlotsConfig(AppConfig):
    """Slots: generated every day and whenever an office's rules change."""

    name = "heli.slots"

    def ready(self) -> None:
        """Listen for changed rules, and enter what falls due into the register."""
        from heli.ground import due
        from heli.slots import archive, falling_due, listeners  # noqa: F401 models are ready only now

        due.register(
            due.DueWork("generate slots", falling_due.next_generation, falling_due.generate_due)
        )
        due.register(
            due.DueWork("reappear places", falling_due.next_reappearance, falling_due.reappear_due)
        )
        due.register(due.DueWork("archive days", archive.next_archiving, falling_due.archive_due))
