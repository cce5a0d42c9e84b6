"""The pages for everybody, and those of an account."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Plan, Subscriber, Subscription
from accounts.queries import with_plan
from billing.balance import credit_of, outstanding_of
from billing.models import Invoice, Payment
from billing.money import rupees
from billing.payments import KeyReused, TooMuch, record_payment
from portal.access import SubscriberRequest, subscriber_only
from portal.forms import PaymentForm, ReplyForm, TicketForm
from support.models import Ticket
from support.tickets import reply

NEWEST = 6
MONTH = timedelta(days=30)


@require_safe
@never_cache
def front(request: HttpRequest) -> HttpResponse:
    """The plans, and who has joined lately."""
    context = {
        "plans": Plan.objects.filter(offered=True).order_by("kind", "price"),
        # Counted when the page shows them: what of it is in the cache is not counted again.
        "connected": Subscription.objects.filter(ended_on__isnull=True).count,
        "joined": Subscriber.objects.filter(joined_at__gte=timezone.now() - MONTH).count,
        "newest": with_plan(Subscriber.objects.order_by("-joined_at", "-id"))[:NEWEST],
    }
    return render(request, "portal/front.html", context)


@require_safe
@subscriber_only
def account(request: SubscriberRequest) -> HttpResponse:
    """My plan, what I owe, and the latest of everything."""
    subscriber = request.subscriber
    subscriptions = subscriber.subscriptions.select_related("plan")
    context = {
        "subscriber": subscriber,
        "current": subscriptions.filter(ended_on__isnull=True).first(),
        "former": subscriptions.filter(ended_on__isnull=False),
        "outstanding": outstanding_of(subscriber),
        "credit": credit_of(subscriber),
        "next_due": Invoice.objects.of(subscriber).unpaid().order_by("due_on").first(),
        "payments": subscriber.payments.select_related("invoice")[:5],
        "tickets": subscriber.tickets.all()[:3],
    }
    return render(request, "portal/account.html", context)


@require_safe
@subscriber_only
def invoices(request: SubscriberRequest) -> HttpResponse:
    """All my invoices, the newest first."""
    mine = Invoice.objects.of(request.subscriber).select_related("subscription__plan")
    page = Paginator(mine, 24).get_page(request.GET.get("page"))
    return render(request, "portal/invoices.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@subscriber_only
def invoice(request: SubscriberRequest, number: str) -> HttpResponse:
    """One invoice of mine, and the form to pay it."""
    mine = Invoice.objects.of(request.subscriber).select_related("subscription__plan")
    invoice = get_object_or_404(mine, number=number)
    form = PaymentForm(invoice, request.POST or None)
    if request.method == "POST" and form.is_valid() and _pay(request, invoice, form):
        return redirect("invoice", number=number)
    context = {"invoice": invoice, "form": form, "payments": invoice.payments.all()}
    return render(request, "portal/invoice.html", context)


def _pay(request: SubscriberRequest, invoice: Invoice, form: PaymentForm) -> bool:
    """Record the payment; return whether the form is done with."""
    amount = form.cleaned_data["amount"]
    try:
        record_payment(subscriber=request.subscriber, invoice=invoice, **form.cleaned_data)
    except KeyReused:
        # An old page sent again with another amount. The next page has a new key.
        messages.error(request, "This form was sent before. Please look, and pay again if need be.")
        return True
    except TooMuch as error:
        form.add_error("amount", str(error))
        return False
    messages.success(request, f"Thank you. We received {rupees(amount)}.")
    return True


@require_safe
@subscriber_only
def payments(request: SubscriberRequest) -> HttpResponse:
    """All my payments, the newest first."""
    mine = Payment.objects.filter(subscriber=request.subscriber).select_related("invoice")
    page = Paginator(mine, 25).get_page(request.GET.get("page"))
    return render(request, "portal/payments.html", {"page": page})


@require_safe
@subscriber_only
def tickets(request: SubscriberRequest) -> HttpResponse:
    """All my tickets, the newest first."""
    page = Paginator(request.subscriber.tickets.all(), 20).get_page(request.GET.get("page"))
    return render(request, "portal/tickets.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@subscriber_only
def new_ticket(request: SubscriberRequest) -> HttpResponse:
    """The form for a new ticket."""
    form = TicketForm(
        request.POST or None,
        request.FILES or None,
        instance=Ticket(subscriber=request.subscriber),
    )
    if request.method == "POST" and form.is_valid():
        ticket = form.save()
        messages.success(request, f"Your ticket is #{ticket.pk}. We will answer here.")
        return redirect("ticket", pk=ticket.pk)
    return render(request, "portal/new_ticket.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@subscriber_only
def ticket(request: SubscriberRequest, pk: int) -> HttpResponse:
    """One ticket of mine, and the form to add to it."""
    ticket = get_object_or_404(Ticket, pk=pk, subscriber=request.subscriber)
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reply(ticket, request.user, form.cleaned_data["body"], from_staff=False)
        messages.success(request, "Your message was added.")
        return redirect("ticket", pk=pk)
    context = {"ticket": ticket, "replies": ticket.replies.all(), "form": form}
    return render(request, "portal/ticket.html", context)
