"""Write rows in bulk, as fast as the database takes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from accounts.models import Plan, Subscriber, Subscription
from billing.models import BillingRun, Invoice, Payment
from demo.history import History, Row
from support.models import Reply, Ticket

COLUMNS: dict[str, tuple[type[Model], str]] = {
    "plans": (Plan, "id code name kind speed_mbps channels price offered"),
    "subscribers": (
        Subscriber,
        "id number first_name last_name email phone street town postcode joined_at",
    ),
    "subscriptions": (Subscription, "id subscriber_id plan_id started_on ended_on"),
    "invoices": (Invoice, "id number subscription_id month amount paid issued_on due_on"),
    "payments": (Payment, "id key subscriber_id invoice_id amount method received_at"),
    "runs": (BillingRun, "id month started_at finished_at created existing total"),
    "tickets": (
        Ticket,
        "id subscriber_id topic subject body attachment state opened_at closed_at",
    ),
    "replies": (Reply, "id ticket_id author_id from_staff body written_at"),
}
MODELS = [model for model, _columns in COLUMNS.values()]


@transaction.atomic
def write(history: History, *, instead: bool = False) -> None:
    """Write the whole history, or nothing; `instead` of all that is there.

    Raises:
        ProgrammingError: the database's user does not own the tables.
    """
    if instead:
        _remove_all()
    with _foreign_keys_checked_once():
        for table, (model, columns) in COLUMNS.items():
            _insert(model, columns.split(), getattr(history, table))
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), MODELS):
            cursor.execute(statement)


def _remove_all() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(model._meta.db_table for model in MODELS)}")
        return
    for model in reversed(MODELS):
        # Past the ORM's collector: every table that points here is already empty.
        model._base_manager.all()._raw_delete(using="default")


def refresh_statistics() -> None:
    """Tell the planner about the new rows now, not when autovacuum gets to it."""
    # VACUUM also marks pages as visible to all, which index-only scans need.
    vacuum = connection.vendor == "postgresql" and not connection.in_atomic_block
    verb = "VACUUM ANALYZE" if vacuum else "ANALYZE"
    with connection.cursor() as cursor:
        for model in MODELS:
            cursor.execute(f"{verb} {connection.ops.quote_name(model._meta.db_table)}")


@contextmanager
def _foreign_keys_checked_once() -> Iterator[None]:
    """On PostgreSQL, check whole tables at the end: row by row it takes half of the time.

    The constraints are taken off and put back within the caller's transaction, so that they
    are there whatever happens.
    """
    if connection.vendor != "postgresql":
        yield
        return
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, conname, pg_get_constraintdef(c.oid) FROM pg_constraint c "
            "JOIN pg_class t ON t.oid = conrelid "
            "WHERE contype = 'f' AND relname = ANY(%s) AND pg_table_is_visible(t.oid)",
            [[model._meta.db_table for model in MODELS]],
        )
        keys = [(quote(table), quote(name), definition) for table, name, definition in cursor]
        for table, name, _definition in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        yield
        for table, name, definition in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _insert(model: type[Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            fields = [model._meta.get_field(column) for column in columns]
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",
                [
                    [f.get_db_prep_save(value, connection) for f, value in zip(fields, row)]
                    for row in rows
                ],
            )
