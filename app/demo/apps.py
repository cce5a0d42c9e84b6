from django.apps import AppConfig


class DemoConfig(AppConfig):
    """A believable history to work with: the command `seed`."""

    name = "demo"
