"""Run the billing of a month."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from billing.runs import AnotherRunGoesOn, run_billing

FIRST_YEAR, LAST_YEAR = 2000, 2099


class Command(BaseCommand):
    help = "Make the invoices of a month that do not exist yet. May run again at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", type=_month, help="YYYY-MM; this month by default")

    def handle(self, *args: Any, **options: Any) -> None:
        month = options["month"] or timezone.localdate().replace(day=1)
        try:
            run = run_billing(month)
        except AnotherRunGoesOn as error:
            raise CommandError(f"{error} Wait for it to end; nothing was changed.") from error
        seconds = (run.finished_at - run.started_at).total_seconds()
        self.stdout.write(
            f"billing {month:%Y-%m}: created={run.created} existing={run.existing} "
            f"total={run.total:.2f} seconds={seconds:.1f}"
        )


def _month(text: str) -> date:
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a month as in 2026-11") from error
    if not FIRST_YEAR <= month.year <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"{text} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return month
