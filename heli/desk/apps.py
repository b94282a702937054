"""The room of the desk's pages."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Templates, styles and views; nothing is stored here."""

    name = "heli.desk"
