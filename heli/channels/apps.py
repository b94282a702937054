"""The room as Django knows it."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """The directory of official channels, the check, and what people report."""

    name = "heli.channels"
