"""Log lines: one event, one line, with its severity and the request's id."""

from __future__ import annotations

import logging
import traceback
from contextvars import ContextVar
from datetime import datetime

from django.conf import settings

request_id: ContextVar[str] = ContextVar("request_id", default="-")


# Syslog's numbers, as systemd takes them at the beginning of a line: sd-daemon(3).
PRIORITIES = {"CRITICAL": 2, "ERROR": 3, "WARNING": 4, "INFO": 6, "DEBUG": 7}


class LineFormatter(logging.Formatter):
    """Format a record as `TIME LEVEL LOGGER [REQUEST-ID] MESSAGE`, an exception included.

    For systemd's journal, which has the time itself, `<PRIORITY>` takes the place of the time.
    """

    def __init__(self, *, journal: bool) -> None:
        super().__init__()
        self.journal = journal

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            message += f" error={describe(record.exc_info[1])}"
        message = " ".join(message.split())
        line = f"{record.levelname} {record.name} [{request_id.get()}] {message}"
        if self.journal:
            return f"<{PRIORITIES.get(record.levelname, 6)}>{line}"
        when = datetime.fromtimestamp(record.created).astimezone()
        return f"{when.isoformat(timespec='milliseconds')} {line}"


def describe(error: BaseException) -> str:
    """Return an exception as `Type: message (file:line, called from file:line)` on one line."""
    base = str(settings.BASE_DIR)
    frames = [
        f"{frame.filename.removeprefix(base).lstrip('/')}:{frame.lineno}"
        for frame in reversed(traceback.extract_tb(error.__traceback__))
        if frame.filename.startswith(base) and "/site-packages/" not in frame.filename
    ]
    text = f"{type(error).__name__}: {' '.join(str(error).split())}"
    return f"{text} ({', called from '.join(frames[:4])})" if frames else text
