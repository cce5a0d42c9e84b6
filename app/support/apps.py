from django.apps import AppConfig


class SupportConfig(AppConfig):
    """Tickets and the answers to them."""

    name = "support"
