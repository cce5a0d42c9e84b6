"""Who of the company may use the console, as its identity provider knows them."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class CompanyAccount(models.Model):
    """The account at the identity provider that a user of ours belongs to.

    Names and addresses change, and are given to somebody else one day; the provider's `subject`
    never is.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="company_account"
    )
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_user_per_subject")
        ]

    def __str__(self) -> str:
        return self.subject
