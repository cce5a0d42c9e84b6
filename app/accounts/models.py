"""Plans, subscribers, and which subscriber has which plan."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Length, Lower
from django.utils import timezone

# A name is one line wherever it is shown; marks and joiners of every script are welcome.
ONE_LINE = RegexValidator(
    r"\A[^\x00-\x1f\x7f-\x9f\u2028\u2029]*\Z", "One line without control characters."
)


def _beginning(field: str, name: str) -> models.Index:
    return models.Index(fields=[field], opclasses=["varchar_pattern_ops"], name=name)


class Plan(models.Model):
    """Something that the operator sells by the month."""

    class Kind(models.TextChoices):
        BROADBAND = "broadband", "Broadband"
        CABLE = "cable", "Cable TV"
        COMBO = "combo", "Broadband + TV"

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    speed_mbps = models.PositiveIntegerField(null=True, blank=True)
    channels = models.PositiveIntegerField(null=True, blank=True)
    price = models.DecimalField(max_digits=8, decimal_places=2, help_text="Per month, with tax.")
    offered = models.BooleanField(default=True, help_text="Open to new subscribers.")

    class Meta:
        ordering = ["price"]
        constraints = [
            models.CheckConstraint(condition=Q(price__gt=0), name="plan_price_positive"),
            models.CheckConstraint(
                condition=Q(speed_mbps__isnull=False) | Q(channels__isnull=False),
                name="plan_has_content",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Subscriber(models.Model):
    """A household with an account, its contact data and its log-in."""

    number = models.CharField(
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"\AC[0-9]{6,9}\Z", "C and six to nine digits.")],
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="subscriber",
    )
    first_name = models.CharField(max_length=50, validators=[ONE_LINE])
    last_name = models.CharField(max_length=50, validators=[ONE_LINE])
    email = models.EmailField(unique=True)
    phone = models.CharField(
        max_length=16,
        validators=[RegexValidator(r"\A\+[0-9]{8,15}\Z", "A plus sign and 8 to 15 digits.")],
    )
    street = models.CharField(max_length=100, blank=True, validators=[ONE_LINE])
    town = models.CharField(max_length=50, validators=[ONE_LINE])
    postcode = models.CharField(max_length=6, blank=True, validators=[ONE_LINE])
    joined_at = models.DateTimeField(default=timezone.now)
    invoices_by_mail = models.BooleanField(default=False, db_default=False)
    # Search by either name from its beginning, through an index, without an extension.
    name_key = models.GeneratedField(
        expression=Lower(Concat(F("first_name"), Value(" "), F("last_name"))),
        output_field=models.CharField(max_length=101),
        db_persist=True,
    )
    surname_key = models.GeneratedField(
        expression=Lower(Concat(F("last_name"), Value(" "), F("first_name"))),
        output_field=models.CharField(max_length=101),
        db_persist=True,
    )

    class Meta:
        # By length first: C1000000 comes after C999999.
        ordering = [Length("number"), "number"]
        indexes = [
            models.Index(Length("number"), F("number"), name="subscriber_number_order"),
            models.Index(F("joined_at").desc(), F("id").desc(), name="subscriber_newest"),
            # For "begins with" in any collation. There is no plain index on the names: the
            # planner would walk it in order and look at half of the table.
            _beginning("name_key", "subscriber_name"),
            _beginning("surname_key", "subscriber_surname"),
            _beginning("phone", "subscriber_phone"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="email_lower_case"),
            models.CheckConstraint(
                condition=Q(number__startswith="C"), name="subscriber_number_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.full_name}"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def public_name(self) -> str:
        """The first name and an initial: what a page without log-in may show."""
        return f"{self.first_name} {self.last_name[:1]}."


class Subscription(models.Model):
    """A subscriber's use of one plan over a time; at most one is open."""

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.PROTECT, related_name="subscriptions"
    )
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="subscriptions")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-started_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber"],
                condition=Q(ended_on__isnull=True),
                name="one_active_subscription",
                violation_error_message="This subscriber already has an active subscription.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="subscription_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} since {self.started_on}"

    @property
    def active(self) -> bool:
        return self.ended_on is None
