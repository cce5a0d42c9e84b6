"""The application's workers: `celery --app subscribers.celery worker`."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab

from subscribers import environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "subscribers.settings")

app = Celery("subscribers")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = {
    # Long after the day's last payment, and before anybody comes to work.
    "bill": {"task": "billing.tasks.bill_month", "schedule": crontab(hour=2, minute=10)},
    # Finds what the queue lost, or never got.
    "mail": {"task": "billing.tasks.mail_waiting", "schedule": crontab(minute="*/10")},
}
if environment.text("SEARCH_HOST"):
    # Finds what the queue lost, makes the first index, and catches up with a server that was away.
    app.conf.beat_schedule["search"] = {"task": "search.tasks.sweep", "schedule": 20.0}
app.autodiscover_tasks()


@signals.setup_logging.connect
def _as_everywhere(**_: Any) -> None:
    """Log as Django's settings say; Celery would put its own handlers in their place."""
    from logging.config import dictConfig

    from django.conf import settings

    dictConfig(settings.LOGGING)


@signals.task_prerun.connect
def _name_the_task(task_id: str, **_: Any) -> None:
    """Let a task's log lines carry its id, where a page's carry that of the request."""
    from subscribers.logs import request_id

    request_id.set(task_id)
