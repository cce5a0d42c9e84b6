"""Make the search index anew."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Make the search index anew and put it in the old one's place; searches go on."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SEARCH_HOST:
            raise CommandError("There is no search server: set SEARCH_HOST.")
        from search import index
        from search.away import SearchAway
        from search.tasks import catch_up

        try:
            count = index.rebuild()
        except SearchAway as error:
            raise CommandError(f"The search server: {error}") from error
        catch_up()
        self.stdout.write(f"{count} documents.")
