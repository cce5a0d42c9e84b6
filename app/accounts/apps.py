from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Plans, subscribers and who has which."""

    name = "accounts"
