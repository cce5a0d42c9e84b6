"""Invoices and payments in Django's admin: to look at; payments are never edited."""

from django.contrib import admin
from django.http import HttpRequest

from billing.models import BillingRun, Invoice, InvoiceMail, Payment


class ReadOnlyAdmin(admin.ModelAdmin):
    """Money changes through billing/payments.py and billing/runs.py only."""

    ordering = ["-id"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    list_display = ["number", "month", "amount", "paid", "due_on"]
    search_fields = ["number__startswith"]


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ["key", "subscriber", "amount", "method", "received_at"]
    list_select_related = ["subscriber"]
    search_fields = ["key__startswith"]


@admin.register(BillingRun)
class BillingRunAdmin(ReadOnlyAdmin):
    list_display = ["month", "started_at", "created", "existing", "total"]


@admin.register(InvoiceMail)
class InvoiceMailAdmin(ReadOnlyAdmin):
    list_display = ["invoice", "wanted_at", "sent_at", "given_up_at"]
    list_select_related = ["invoice"]
