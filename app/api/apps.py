from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The JSON API, on the portal's host."""

    name = "api"
