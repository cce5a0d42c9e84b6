from django.apps import AppConfig
from django.conf import settings


class SearchConfig(AppConfig):
    """The index beside the database. Without a search server it does nothing."""

    name = "search"

    def ready(self) -> None:
        if settings.SEARCH_HOST:
            from search.changes import follow

            follow()
