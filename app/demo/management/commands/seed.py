"""Fill an empty database with a believable history."""

from __future__ import annotations

import argparse
import time as clock
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError
from django.utils import timezone

from accounts.models import Subscriber
from demo import load
from demo.history import SEED, make_history


class Command(BaseCommand):
    help = (
        "Write made-up subscribers with a year of invoices, payments and tickets. "
        "The same size, day and seed give the same rows. Nobody can log in with them: "
        "see ensure_accounts."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--subscribers", type=int, default=20_000, metavar="N")
        parser.add_argument("--seed", type=int, default=SEED, metavar="N")
        parser.add_argument(
            "--today",
            type=_day,
            metavar="YYYY-MM-DD",
            help="the day on which the history ends, at 18:00; without it, it ends now",
        )
        parser.add_argument(
            "--force", action="store_true", help="first delete every subscriber and their data"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        began = clock.monotonic()
        if Subscriber.objects.exists() and not options["force"]:
            raise CommandError("There are subscribers already. Nothing was changed.")
        now = timezone.localtime()
        if options["today"]:
            now = datetime.combine(options["today"], time(18), timezone.get_default_timezone())
        history = make_history(options["subscribers"], now, options["seed"])
        try:
            load.write(history, instead=options["force"])
        except ProgrammingError as error:
            raise CommandError(
                f"The database refused: {str(error).splitlines()[0]}. Nothing was changed. "
                "Seeding needs the tables' owner: the database user that migrates."
            ) from error
        load.refresh_statistics()
        self.stdout.write(
            f"seed: subscribers={len(history.subscribers)} invoices={len(history.invoices)} "
            f"payments={len(history.payments)} tickets={len(history.tickets)} "
            f"seconds={clock.monotonic() - began:.1f}"
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a day as in 2026-11-23") from error
