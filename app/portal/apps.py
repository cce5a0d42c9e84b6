from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The customers' site."""

    name = "portal"
