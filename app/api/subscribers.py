"""Subscribers over the API."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.creation import EmailTaken, create_subscriber
from accounts.models import Plan, Subscriber, Subscription
from accounts.queries import with_plan
from api.http import ApiError, answer, body_of
from billing.balance import balance_of
from billing.models import Invoice, Payment
from support.models import Ticket

REQUIRED = ("first_name", "last_name", "email", "phone", "town")
OPTIONAL = ("street", "postcode")


def show(request: HttpRequest, number: str) -> HttpResponse:
    """Give back one subscriber with the active plan and the account's balance."""
    subscriber = with_plan(Subscriber.objects.filter(number=number)).first()
    if subscriber is None:
        raise ApiError(404, "not-found", "There is no subscriber with this number.")
    return answer(as_json(subscriber))


def create(request: HttpRequest) -> HttpResponse:
    """Create a subscriber, with a subscription from today when a plan is named."""
    body = body_of(request, {*REQUIRED, *OPTIONAL, "plan"})
    plan = _plan(body.pop("plan", None))
    fields = _checked(body)
    try:
        with transaction.atomic():
            subscriber = create_subscriber(**fields)
            if plan:
                Subscription.objects.create(
                    subscriber=subscriber, plan=plan, started_on=timezone.localdate()
                )
    except EmailTaken as error:
        raise ApiError(409, "email-taken", str(error)) from error
    return answer(as_json(with_plan(Subscriber.objects.filter(pk=subscriber.pk)).get()), 201)


def counts(request: HttpRequest) -> HttpResponse:
    """Count the rows, so that a client can see whether any were lost."""
    models = {
        "subscribers": Subscriber,
        "invoices": Invoice,
        "payments": Payment,
        "tickets": Ticket,
    }
    return answer({name: model._default_manager.count() for name, model in models.items()})


def as_json(subscriber: Subscriber) -> dict[str, Any]:
    """Return what the API says of a subscriber that `with_plan` read."""
    current = subscriber.current[0] if subscriber.current else None
    return {
        "number": subscriber.number,
        "first_name": subscriber.first_name,
        "last_name": subscriber.last_name,
        "email": subscriber.email,
        "phone": subscriber.phone,
        "town": subscriber.town,
        "joined_at": subscriber.joined_at.isoformat(),
        "plan": current.plan.code if current else None,
        "balance": f"{balance_of(subscriber):.2f}",
    }


def _plan(code: Any) -> Plan | None:
    if code is None:
        return None
    plan = Plan.objects.filter(code=str(code), offered=True).first()
    if plan is None:
        raise ApiError(
            422, "invalid", "Some fields are not right.", {"plan": "This plan is not offered."}
        )
    return plan


def _checked(body: dict[str, Any]) -> dict[str, str]:
    fields = {name: body.get(name, "") for name in (*REQUIRED, *OPTIONAL)}
    wrong = {name: "A text." for name, value in fields.items() if not isinstance(value, str)}
    if not wrong:
        # As forms do: a text of spaces is an empty one.
        fields = {name: value.strip() for name, value in fields.items()}
        fields["email"] = fields["email"].lower()
        try:
            # The number is not known yet; that the email is unique, the database says.
            Subscriber(**fields).clean_fields(exclude={"number", "user"})
        except ValidationError as error:
            wrong = {name: " ".join(texts) for name, texts in error.message_dict.items()}
    if wrong:
        raise ApiError(422, "invalid", "Some fields are not right.", wrong)
    return fields
