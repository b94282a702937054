"""What the bookings room registers at start."""

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """Bookings, and what falls due for them."""

    name = "heli.bookings"

    def ready(self) -> None:
        """Enter the deadlines and what is held of people, and listen to the slots."""
        from heli.bookings import (  # models are ready only now
            deadlines,
            holdings,
            withdrawn,  # noqa: F401 it listens
        )
        from heli.ground import due
        from heli.keeping.holdings import register

        register(*holdings.HOLDINGS)
        due.register(due.DueWork("expire holds", deadlines.next_expiry, deadlines.expire_holds))
        due.register(
            due.DueWork("lapse proposals", deadlines.next_lapse, deadlines.lapse_proposals)
        )
        due.register(due.DueWork("close days", deadlines.next_day_to_close, deadlines.close_days))
