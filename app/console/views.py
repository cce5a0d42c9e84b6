"""The operators' pages."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Subscriber
from accounts.queries import search, with_plan
from billing import mail_requests
from billing.balance import balance_of, credit_of, outstanding_of
from billing.models import BillingRun, Invoice
from console.access import AnswerForm, staff_only
from console.figures import read_chart, read_figures, read_plans
from console.look_up import look_up
from support.models import Ticket
from support.tickets import close, reply
from tasks.models import DeadLetter
from tasks.queue import again

PER_PAGE = 25


@require_safe
@staff_only
def dashboard(request: HttpRequest) -> HttpResponse:
    """The business today."""
    context = {
        # Read when the page shows them: what of it is in the cache is not read again.
        "read_figures": read_figures,
        "read_chart": read_chart,
        "read_plans": read_plans,
        "newest": with_plan(Subscriber.objects.order_by("-joined_at", "-id"))[:6],
        "tickets": _tickets("open").order_by("opened_at")[:6],
    }
    return render(request, "console/dashboard.html", context)


@require_safe
@staff_only
def subscribers(request: HttpRequest) -> HttpResponse:
    """Search; without words, the newest subscribers."""
    text = request.GET.get("q", "").strip()
    asked = look_up(request, with_plan(Subscriber.objects.all()), ("town", "plan"), PER_PAGE)
    page = asked.get("page")
    if page is None:
        found = search(text) if text else Subscriber.objects.order_by("-joined_at", "-id")
        page = Paginator(with_plan(found), PER_PAGE).get_page(request.GET.get("page"))
        only = text and page.paginator.count == 1
    else:
        only = page.paginator.count == 1 and [it.number for it in page] == [text.upper()]
    if only:
        return redirect("subscriber", number=page.object_list[0].number)
    return render(request, "console/subscribers.html", {**asked, "page": page, "q": text})


@require_safe
@staff_only
def subscriber(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one subscriber."""
    subscriber = get_object_or_404(Subscriber.objects.select_related("user"), number=number)
    context = {
        "subscriber": subscriber,
        "subscriptions": subscriber.subscriptions.select_related("plan"),
        "mail": mail_requests.possible(),
        "invoices": Invoice.objects.of(subscriber).select_related("subscription__plan")[:12],
        "payments": subscriber.payments.select_related("invoice")[:12],
        "tickets": subscriber.tickets.all()[:10],
        "balance": balance_of(subscriber),
        "outstanding": outstanding_of(subscriber),
        "credit": credit_of(subscriber),
    }
    return render(request, "console/subscriber.html", context)


@require_safe
@staff_only
def tickets(request: HttpRequest) -> HttpResponse:
    """The tickets of one state; the open ones with the longest waiting first."""
    state = request.GET.get("state", "open")
    if state not in Ticket.State.values:
        state = "open"
    rows = Ticket.objects.select_related("subscriber")
    asked = look_up(request, rows, ("state", "topic", "town"), PER_PAGE)
    found = _tickets(state).order_by("opened_at" if state == "open" else "-opened_at", "id")
    page = asked.get("page") or Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {**asked, "page": page, "state": state, "states": Ticket.State.choices}
    return render(request, "console/tickets.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """One ticket, and the form to answer it."""
    ticket = get_object_or_404(Ticket.objects.select_related("subscriber"), pk=pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reply(ticket, request.user, form.cleaned_data["body"], from_staff=True)
        messages.success(request, "Your answer was sent.")
        if "close" in request.POST:
            close(ticket)
        return redirect("ticket", pk=pk)
    replies = ticket.replies.select_related("author")
    return render(
        request, "console/ticket.html", {"ticket": ticket, "replies": replies, "form": form}
    )


@require_POST
@staff_only
def close_ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a ticket without an answer."""
    close(get_object_or_404(Ticket, pk=pk))
    messages.success(request, f"Ticket #{pk} is closed.")
    return redirect("ticket", pk=pk)


@require_safe
@staff_only
def invoices(request: HttpRequest) -> HttpResponse:
    """What is left to be paid: overdue, or due later."""
    state = "due" if request.GET.get("state") == "due" else "overdue"
    today = timezone.localdate()
    found = Invoice.objects.overdue(today)
    if state == "due":
        found = Invoice.objects.unpaid().filter(due_on__gte=today)
    found = found.select_related("subscription__subscriber").with_last_payment()
    found = found.order_by("due_on", "id")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "console/invoices.html", {"page": page, "state": state})


@require_safe
@staff_only
def runs(request: HttpRequest) -> HttpResponse:
    """The billing runs, the newest first."""
    page = Paginator(BillingRun.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "console/runs.html", {"page": page})


@require_POST
@staff_only
def mail_invoice(request: HttpRequest, number: str) -> HttpResponse:
    """Have an invoice mailed to its subscriber."""
    found = Invoice.objects.select_related("subscription__subscriber")
    invoice = get_object_or_404(found, number=number)
    subscriber = invoice.subscription.subscriber
    if mail_requests.possible():
        mail_requests.ask_for_mail(invoice)
        messages.success(request, f"{number} goes to {subscriber.email} in a moment.")
    else:
        messages.error(request, "There is no mail here: nothing was sent.")
    return redirect("subscriber", number=subscriber.number)


@require_safe
@staff_only
def dead_letters(request: HttpRequest) -> HttpResponse:
    """What the workers gave up, the newest first."""
    page = Paginator(DeadLetter.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "console/dead_letters.html", {"page": page})


@require_POST
@staff_only
def settle_dead_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a task tried once more, or put its letter away."""
    letter = get_object_or_404(DeadLetter, pk=pk)
    if "again" in request.POST:
        again(letter)
        messages.success(request, f"{letter} is tried again.")
    else:
        letter.delete()
        messages.success(request, f"{letter} is put away.")
    return redirect("dead-letters")


def _tickets(state: str) -> QuerySet[Ticket]:
    return Ticket.objects.filter(state=state).select_related("subscriber")
