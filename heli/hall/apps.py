"""The room of the hall."""

from django.apps import AppConfig


class HallConfig(AppConfig):
    """Staff, check-in, tickets, outcomes. Nothing falls due here."""

    name = "heli.hall"
