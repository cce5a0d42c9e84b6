"""The portal's forms."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.core.files.uploadedfile import UploadedFile

from billing.models import Invoice, Payment
from billing.money import AMOUNT_PATTERN
from support.models import Reply, Ticket

# Keys of the portal's own: nobody takes one that a client of the API may want to use.
PORTAL_KEY_PATTERN = r"\Aportal-[A-Za-z0-9._:-]{1,57}\Z"

# What a file of this ending begins with: the name alone proves nothing.
SIGNATURES = {
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".pdf": b"%PDF-",
}


class LoginForm(AuthenticationForm):
    """Log-in by customer number; only for users with an account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Customer number"
        self.fields["username"].widget.attrs["placeholder"] = "C000000"

    error_messages = {
        "invalid_login": "This customer number and password do not belong together.",
        "inactive": "This log-in is closed.",
    }

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().upper()

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if not hasattr(user, "subscriber"):
            raise self.get_invalid_login_error()


class AmountField(forms.DecimalField):
    """An amount of money in plain digits."""

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value or "").strip()
        if text and not re.fullmatch(AMOUNT_PATTERN, text):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


class PaymentForm(forms.Form):
    """A payment for one invoice; its key comes with the page, so a double click pays once."""

    amount = AmountField(min_value=Decimal("0.01"), max_digits=8, decimal_places=2)
    method = forms.ChoiceField(
        choices=[c for c in Payment.Method.choices if c[0] in ("upi", "card")],
        widget=forms.RadioSelect,
        initial="upi",
    )
    key = forms.RegexField(PORTAL_KEY_PATTERN, widget=forms.HiddenInput)

    def __init__(self, invoice: Invoice, *args: Any, **kwargs: Any) -> None:
        initial = {"amount": invoice.outstanding, "key": f"portal-{uuid.uuid4().hex}"}
        super().__init__(*args, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        self.fields["amount"].widget.attrs |= {"max": str(invoice.outstanding)}


class TicketForm(forms.ModelForm):
    """A new ticket, with a photo or a PDF if need be."""

    class Meta:
        model = Ticket
        fields = ["topic", "subject", "body", "attachment"]
        labels = {"topic": "About", "body": "What happened?", "attachment": "Photo or PDF"}
        widgets = {"body": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [("", "Please choose"), *Ticket.Topic.choices]
        limit = settings.TICKET_ATTACHMENT_MAX_BYTES // (1024 * 1024)
        self.fields["attachment"].help_text = f"JPEG, PNG or PDF, up to {limit} MB."
        self.fields["attachment"].widget = forms.FileInput(attrs={"accept": ",".join(SIGNATURES)})

    def clean_attachment(self) -> UploadedFile | None:
        file = self.cleaned_data["attachment"]
        if not file:
            return None
        if file.size > settings.TICKET_ATTACHMENT_MAX_BYTES:
            raise forms.ValidationError("This file is too large.")
        ending = "." + file.name.rpartition(".")[2].lower()
        beginning = file.read(16)
        file.seek(0)
        if ending not in SIGNATURES or not beginning.startswith(SIGNATURES[ending]):
            raise forms.ValidationError("This is not a JPEG, PNG or PDF file.")
        return file


class ReplyForm(forms.ModelForm):
    """One more message in a ticket."""

    class Meta:
        model = Reply
        fields = ["body"]
        labels = {"body": "Your message"}
        widgets = {"body": forms.Textarea(attrs={"rows": 4})}
