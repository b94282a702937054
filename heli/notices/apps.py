"""The room as Django knows it."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices: who is told what, and the reminders that fall due."""

    name = "heli.notices"

    def ready(self) -> None:
        """Listen to bookings and cases, register the reminders and the one way to send there is."""
        from heli.ground import due
        from heli.notices import (  # noqa: F401 models are ready
            case_listeners,
            jobs,
            listeners,
            on_the_way,
            reminders,
            senders,
        )

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
        due.register(
            due.DueWork("remind on the way", on_the_way.next_reminders, on_the_way.remind_when_due)
        )
