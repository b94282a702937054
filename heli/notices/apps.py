"""The room as Django knows it."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices: who is told what, and the reminders that fall due."""

    name = "heli.notices"

    def ready(self) -> None:
        """Listen to the bookings, register the reminders and the one way to send there is."""
        from heli.ground import due
        from heli.notices import jobs, listeners, reminders, senders  # noqa: F401 models are ready

        senders.register(senders.ConsoleSender())
        due.register(
            due.DueWork(
                "remind of consent",
                reminders.next_consent_reminder,
                reminders.remind_of_consent_when_due,
            )
        )
        due.register(
            due.DueWork(
                "remind on the day before",
                reminders.next_day_before,
                reminders.remind_on_the_day_before_when_due,
            )
        )
