"""What every page shows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from tasks.queue import configured


def brand(request: HttpRequest) -> dict[str, str | bool]:
    """Give templates the operator's name, the release's version, and whether there are workers."""
    return {
        "operator_name": settings.OPERATOR_NAME,
        "release": settings.RELEASE,
        "queue": configured(),
    }
