from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The operators' site."""

    name = "console"
