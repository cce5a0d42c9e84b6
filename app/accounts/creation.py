"""Creating subscribers, each with a customer number of its own."""

from __future__ import annotations

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Length

from accounts.models import Subscriber

# Any number that nothing else in this database locks with.
LOCK = 0x6E756D62


class EmailTaken(Exception):
    """Another subscriber has this email; nothing was created."""


@transaction.atomic
def create_subscriber(**fields: str) -> Subscriber:
    """Create a subscriber with the customer number after the highest.

    Raises:
        EmailTaken: another subscriber has the email.
    """
    email = fields.pop("email").lower()
    _wait_for_turn()
    while True:
        number = _next_number()
        try:
            with transaction.atomic():
                return Subscriber.objects.create(number=number, email=email, **fields)
        except IntegrityError as error:
            if Subscriber.objects.filter(email=email).exists():
                raise EmailTaken("Another subscriber has this email.") from error
            # Who works past this function, in the admin for example, does not wait for a turn
            # and may have taken the number a moment ago: the next look sees it.
            if not Subscriber.objects.filter(number=number).exists():
                raise


def _wait_for_turn() -> None:
    # Until the transaction ends nobody else looks for the highest number. SQLite has one
    # writer at a time anyway.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _next_number() -> str:
    by_number = Subscriber.objects.order_by(Length("number").desc(), "-number")
    last = by_number.values_list("number", flat=True).first()
    number = int(last[1:]) + 1 if last else 1
    first, step = _turn()
    return f"C{number + (first - number) % step:06d}"


def _turn() -> tuple[int, int]:
    """Return where the database's own keys begin and by how much they go on.

    Of two servers that both take writes, one gives the odd keys and one the even; numbers, too.
    """
    if connection.vendor != "postgresql":
        return 1, 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seqstart, seqincrement FROM pg_sequence"
            " WHERE seqrelid = pg_get_serial_sequence(%s, 'id')::regclass",
            [Subscriber._meta.db_table],
        )
        return cursor.fetchone()
