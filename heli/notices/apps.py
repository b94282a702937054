"""The room as Django knows it."""

from django.apps import AppConfig
from django.conf import settings


class NoticesConfig(AppConfig):
    """Notices: who is told what, and the reminders that fall due."""

    name = "heli.notices"

    def ready(self) -> None:
        """Listen to bookings, cases and what became of messages; register reminders and the ways to
        send. The line in the log is one of them where no people are told: in demo and tests."""
        from heli.ground import due
        from heli.ground.configuration import Environment
        from heli.identity.codes import register_code_sender
        from heli.keeping.holdings import register
        from heli.notices import (  # noqa: F401 models are ready
            case_listeners,
            holdings,
            jobs,
            listeners,
            on_the_way,
            reminders,
            reports,
            senders,
            senders_wechat,
            sms,
            sms_codes,
        )

        register(*holdings.HOLDINGS)
        for sender in senders_wechat.SENDERS:
            senders.register(sender)
        senders.register(sms.SmsSender())
        register_code_sender(sms_codes.CodesBySms())
        if settings.HELI.environment is not Environment.PRODUCTION:
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
