"""Is the month billed at night: not later, and not at another time as well?"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from barelab.grading import Asked, Evidence, Subject, check, evidence, shows_data
from barelab.grading.later import click, mail_of
from barelab.support.wait import until

NODE, BEAT = "worker1", "celery-beat.service"
ZONE, HOUR, MINUTE = ZoneInfo("Asia/Kolkata"), 2, 10
# What was due while beat was off is handed out at its start: by what it remembers of each task.
REMEMBER = """
import shelve, sys
from datetime import datetime, timezone
with shelve.open("/var/lib/app/beat", writeback=True) as kept:
    for task in kept["entries"].values():
        task.last_run_at = datetime.fromtimestamp(float(sys.argv[1]), timezone.utc)
"""
PYTHON = "/opt/app/venv/bin/python"
# A start, a task and an answer on a busy machine.
SOON_S = 45.0
# Mails that nobody sent are looked for every ten minutes: beat hands that out first of all.
AWAKE = "mail_waiting"


@check(
    "A new customer is billed at ten past two at night, and at no other time",
    points=6,
    alone=True,
    timeout_s=300,
)
def billed_at_night(on: Subject) -> Evidence:
    """Stops beat, and has it believe that it was off since just after the time, or just before.

    In the first case nothing is to be made up for. What billing made is asked for over the API.
    """
    night = _last_night()
    since = night + timedelta(seconds=30)
    # A repair has beat make up for the night that it missed: who comes meanwhile is billed rightly.
    _worked_off(on, since)
    customer = _new_customer(on)
    _worked_off(on, since)
    early = _account(on, customer)
    assert not _billed(early), f"who came after {since:%H:%M:%S} was billed before the next night"
    since = night - timedelta(seconds=30)
    _woken(on, since)
    until(lambda: _billed(_account(on, customer)), SOON_S, every_s=0.5)
    after = _account(on, customer)
    told = f"beat was off since {since:%H:%M:%S}, and is on again"
    assert _billed(after), f"{told}: no invoice within {SOON_S:g} s"
    return evidence(f"{told}: the new customer has an invoice now, and had none before", after)


@check("A mail that a click asks for comes soon", points=1, timeout_s=120)
def mails_leave(on: Subject) -> Evidence:
    """This was fine before: nobody waits for the night with it."""
    clicked = click(on)
    mail = mail_of(on, clicked, SOON_S)
    assert mail.get("mails"), f"{on.told(clicked)}; no mail of it within {SOON_S:g} s"
    return evidence(f"{on.told(clicked)}, and its mail came", clicked, mail)


@check("The portal shows data", points=1)
def portal_shows_data(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    asked = shows_data(on, times=3)
    return evidence(f"{asked.told()}, each with data", asked)


def _last_night() -> datetime:
    now = datetime.now(ZONE)
    due = now.replace(hour=HOUR, minute=MINUTE, second=0, microsecond=0)
    return due if due <= now else due - timedelta(days=1)


def _worked_off(on: Subject, since: datetime) -> None:
    """Have beat believe that it was off since then, and wait until all that is queued is done."""
    _woken(on, since)
    # The queue is worked off in its order: when this mail is there, what was queued before is done.
    clicked = click(on)
    mail = mail_of(on, clicked, SOON_S)
    assert mail.get("mails"), f"{on.told(clicked)}; no mail of it within {SOON_S:g} s"


def _woken(on: Subject, since: datetime) -> None:
    """Start beat as if it had been off since then, and return when it hands out what is due."""
    state = on.run(NODE, "systemctl", "is-active", BEAT).stdout.decode().strip()
    assert state == "active", f"{NODE}: {BEAT} is {state}: nobody hands out what is due at night"
    try:
        on.run(NODE, "systemctl", "stop", BEAT)
        said = on.run(NODE, PYTHON, "-I", "-c", REMEMBER, str(since.timestamp()), user="app")
        assert not said.exit_code, f"{NODE}: {said.stderr.decode(errors='replace')[-200:]}"
        begun = on.run(NODE, "date", "+%F %T.%N").stdout.decode().strip()
    finally:
        on.run(NODE, "systemctl", "start", BEAT)
    command = ("journalctl", "--quiet", "--output=cat", "--unit", BEAT, "--since", begun)
    awake = until(lambda: AWAKE in on.run(NODE, *command).stdout.decode(), SOON_S, every_s=0.5)
    assert awake, f"{NODE}: {BEAT} handed out nothing within {SOON_S:g} s"


def _new_customer(on: Subject) -> str:
    """Create a customer with a plan over the API, and return the number."""
    mark = on.nonce()
    fields = {
        "first_name": "Check",
        "last_name": mark,
        "email": f"{mark}@example.net",
        "phone": "+915550000000",
        "town": "Nowhere",
        "plan": "net-100",
    }
    headers = {**_token(on), "Content-Type": "application/json"}
    body = json.dumps(fields).encode()
    made = on.ask_site("portal", "/api/subscribers/", method="POST", headers=headers, body=body)
    assert made.first.status == 201, f"a new customer was sent to the API: {on.told(made)}"
    return str(made.first.json()["number"])


def _account(on: Subject, number: str) -> Asked:
    asked = on.ask_site("portal", f"/api/subscribers/{number}/", headers=_token(on))
    assert asked.all_have(200), on.told(asked)
    return asked


def _billed(asked: Asked) -> bool:
    return float(asked.first.json()["balance"]) != 0


def _token(on: Subject) -> dict[str, str]:
    return {"Authorization": f"Bearer {on.secret('api-token')}"}
