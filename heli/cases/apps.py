"""What the room of cases registers at start."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases: their clock, and who may have a certificate place."""

    name = "heli.cases"

    def ready(self) -> None:
        """Enter the clock's deeds, and answer for certificate places."""
        from heli.bookings.certificates import register_case_room
        from heli.cases import (  # models are ready only now
            closures,  # noqa: F401 it listens
            deadlines,
            holdings,
            planning,
            second_visit,
        )
        from heli.ground.due import DueWork, register
        from heli.keeping import holdings as kept

        register_case_room(second_visit.take_certificate_place, second_visit.check_move)
        kept.register(*holdings.HOLDINGS)
        register(DueWork("open windows", deadlines.next_window_to_open, deadlines.open_windows))
        register(DueWork("close windows", deadlines.next_window_to_close, deadlines.close_windows))
        register(DueWork("plan applications", planning.next_plan, planning.plan_all))
