"""Invoices, payments and billing runs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import Subscriber, Subscription

KEY_PATTERN = r"^[A-Za-z0-9._:-]{1,64}$"
OPEN = Q(paid__lt=F("amount"))


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def unpaid(self) -> InvoiceQuerySet:
        """Invoices with something left to pay (a partial index serves this)."""
        return self.filter(OPEN)

    def overdue(self, today: date | None = None) -> InvoiceQuerySet:
        return self.unpaid().filter(due_on__lt=today or timezone.localdate())

    def of(self, subscriber: Subscriber) -> InvoiceQuerySet:
        return self.filter(subscription__subscriber=subscriber)

    def with_last_payment(self) -> InvoiceQuerySet:
        """Add `last_paid_at` and `last_paid_by`: the subscriber's latest payment, or None.

        Each looks into payment_of_subscriber once for a row, so only for a page of them.
        """
        theirs = Payment.objects.filter(subscriber=OuterRef("subscription__subscriber"))
        latest = theirs.order_by("-received_at")
        return self.annotate(
            last_paid_at=Subquery(latest.values("received_at")[:1]),
            last_paid_by=Subquery(latest.values("method")[:1]),
        )


class Invoice(models.Model):
    """What one subscription costs in one month, and how much of it is paid."""

    number = models.CharField(max_length=24, unique=True)
    # No index of its own: one_invoice_a_month begins with it.
    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="invoices", db_index=False
    )
    month = models.DateField(help_text="The first day of the month.")
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    paid = models.DecimalField(max_digits=8, decimal_places=2, default=Decimal(0))
    issued_on = models.DateField()
    due_on = models.DateField()

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "-id"]
        indexes = [
            # With the amounts, so that the dashboard's sums read the index alone.
            models.Index(
                fields=["due_on"],
                include=["amount", "paid"],
                condition=OPEN,
                name="invoice_unpaid",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "month"], name="one_invoice_a_month"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="invoice_amount_positive"),
            models.CheckConstraint(
                condition=Q(paid__gte=0) & Q(paid__lte=F("amount")), name="invoice_paid_in_range"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="invoice_month_first_day"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("issued_on")), name="invoice_due_after_issue"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def outstanding(self) -> Decimal:
        return self.amount - self.paid

    @property
    def state(self) -> str:
        """One of paid, overdue, part-paid and due."""
        if not self.outstanding:
            return "paid"
        if self.due_on < timezone.localdate():
            return "overdue"
        return "part-paid" if self.paid else "due"


class InvoiceMail(models.Model):
    """A wish that an invoice go to its subscriber by mail, and when it did."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="mails")
    wanted_at = models.DateTimeField(default=timezone.now)
    # Of the click, or of the task that billed: the mail and its log lines carry it on.
    request_id = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-wanted_at", "-id"]
        indexes = [
            models.Index(
                fields=["wanted_at"],
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="invoice_mail_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.invoice}, wanted {self.wanted_at:%Y-%m-%d %H:%M}"

    @property
    def headers(self) -> dict[str, str]:
        """The same for every try: who gets two of them can tell, and look up where they began."""
        number = f"invoice-mail-{self.pk}.{self.invoice.number}"
        return {
            "Message-ID": f"<{number}@{settings.MAIL_DOMAIN}>",
            "X-Request-ID": self.request_id,
        }


class Payment(models.Model):
    """Money received for a subscriber's account, for one invoice or in advance."""

    class Method(models.TextChoices):
        UPI = "upi", "UPI"
        CARD = "card", "Card"
        CASH = "cash", "Cash"
        TRANSFER = "transfer", "Bank transfer"

    key = models.CharField(
        max_length=64,
        unique=True,
        validators=[RegexValidator(KEY_PATTERN)],
        help_text="Chosen by who pays: the same key is the same payment, however often sent.",
    )
    # No index of its own: payment_of_subscriber begins with it.
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.PROTECT, related_name="payments", db_index=False
    )
    invoice = models.ForeignKey(
        Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    method = models.CharField(max_length=10, choices=Method, default=Method.UPI)
    received_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(F("subscriber"), F("received_at").desc(), name="payment_of_subscriber")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(condition=~Q(key=""), name="payment_key_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.subscriber_id} ({self.key})"


class BillingRun(models.Model):
    """One finished run of the monthly billing."""

    month = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(default=timezone.now)
    created = models.PositiveIntegerField()
    existing = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__gte=F("started_at")), name="billing_run_finished_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.created} new"
