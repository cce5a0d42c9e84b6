"""The operator's name, as the pages show it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def brand(request: HttpRequest) -> dict[str, str]:
    """Give templates the operator's name and the release's version."""
    return {"operator_name": settings.OPERATOR_NAME, "release": settings.RELEASE}
