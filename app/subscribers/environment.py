"""Reading the process environment: the only place that knows how a setting arrives."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """Return the variable's value, or the default when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str) -> bool:
    """Return whether the variable says yes."""
    return text(name).lower() in {"1", "true", "yes", "on"}


def words(name: str) -> list[str]:
    """Return the parts of a comma-separated variable, without the empty ones."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def pairs(name: str) -> list[tuple[str, str]]:
    """Return the parts of a variable such as "a=1 b=2,3", as names and values."""
    return [(part.partition("=")[0], part.partition("=")[2]) for part in text(name).split()]


def to_journal(descriptor: int) -> bool:
    """Return whether the file descriptor leads to systemd's journal: systemd.exec(5)."""
    journal = text("JOURNAL_STREAM")
    if not journal:
        return False
    status = os.fstat(descriptor)
    return journal == f"{status.st_dev}:{status.st_ino}"


def secret(name: str) -> str:
    """Return the content of the file that the variable names, or "" when it is unset.

    Raises:
        ImproperlyConfigured: the file is named but cannot be read, or is empty.
    """
    path = text(name)
    if not path:
        return ""
    try:
        value = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name} names {path}, which cannot be read: {error.strerror}. "
            "Check that it exists and that the application's user may read it."
        ) from error
    if not value:
        raise ImproperlyConfigured(f"{name} names {path}, which is empty.")
    return value
