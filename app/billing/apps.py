from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Invoices, payments and billing runs."""

    name = "billing"
