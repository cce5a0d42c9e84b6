"""Will the billing run by itself, and would it make the invoices?"""

from __future__ import annotations

import json
import time
from typing import NamedTuple

from barelab.grading import Evidence, Subject, check, evidence, shows_data
from barelab.grading.answers import Asked
from barelab.grading.evidence import Beside
from barelab.support.wait import until

NODE, SERVICE, COMMAND = "app1", "app-bill.service", "bill"
# The longest day of a year, where clocks are put back.
DAY_S = 25 * 3600.0
RUN_S = 45.0
# Of our own image, asking the node's systemd itself: no program of the node has a part in it.
SYSTEMCTL = (
    "mkdir -p /run/systemd/system; ln -sf /proc/1/root/run/systemd/private /run/systemd/private; "
    "export SYSTEMD_IGNORE_CHROOT=1; "
)
TIMERS = "systemctl list-timers --all --output=json; systemctl show --all '*.service' "
FACTS = "-p Id,User,ExecStart"


class Timer(NamedTuple):
    """A timer that starts billing, when it does next (0: never), and as whom."""

    name: str
    service: str
    in_s: float
    user: str
    command: str


@check("The next billing run starts by itself within a day", points=4)
def next_run_comes(on: Subject) -> Evidence:
    """Asks the node's systemd for its timers; the name of the unit does not matter."""
    seen, timers = _timers(on)
    assert timers, f"{NODE}: no timer starts a billing run"
    first = min(timers, key=lambda timer: timer.in_s or float("inf"))
    assert first.in_s, f"{NODE}: {first.name} has no next time"
    assert first.in_s <= DAY_S, f"{NODE}: {first.name} is due in {first.in_s / 3600:.0f} hours"
    told = f"{NODE}: {first.name} starts {first.service} in {first.in_s / 3600:.1f} hours"
    return evidence(told, seen)


@check("A billing run makes the invoice of a new customer", points=4, timeout_s=75.0)
def run_makes_invoices(on: Subject) -> Evidence:
    """Has systemd start what the timer would, and looks at the customer over the API.

    A run makes only invoices that are missing, so that one more does no harm.
    """
    number = _new_customer(on)
    before = _balance(on, number)
    assert _amount(before) == 0, f"a new customer, and already: {before.first.text[:200]}"
    _, timers = _timers(on)
    service = timers[0].service if timers else SERVICE
    started = _systemctl(on, f"systemctl start --no-block {service}")
    why = started.output.stderr.decode(errors="replace").strip()[-300:]
    assert started.output.exit_code == 0, f"{NODE}: {service} cannot be started: {why}"

    def ended() -> str | None:
        said = _systemctl(on, f"systemctl show {service} -p ActiveState,Job,Result").text
        facts = dict(line.split("=", 1) for line in said.splitlines())
        if _amount(_balance(on, number)):
            return "billed"
        over = facts.get("ActiveState") in ("inactive", "failed") and not facts.get("Job")
        return f"the run ended with: {facts.get('Result')}" if over else None

    how = until(ended, RUN_S, every_s=0.2) or "the run goes on and on"
    after = _balance(on, number)
    assert _amount(after), f"{number} has no invoice after {service} was started: {how}"
    told = f"{service} was started: the new customer {number} now has {_amount(after):.2f}"
    return evidence(f"{told} on the account", after)


@check("Billing runs with no more rights than the application", points=1)
def run_is_modest(on: Subject) -> Evidence:
    """This was fine before. The operators' command leaves root's rights by itself."""
    seen, timers = _timers(on)
    for timer in timers:
        lowers = "/app-manage" in timer.command
        assert timer.user not in ("", "root") or lowers, f"{NODE}: {timer.service} runs as root"
    return evidence(f"{NODE}: no billing run is root's", seen)


@check("The portal shows data", points=1)
def portal_shows_data(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    asked = shows_data(on, times=3)
    return evidence(f"{asked.told()}, each with data", asked)


def _timers(on: Subject) -> tuple[Beside, list[Timer]]:
    """Return the timers whose service is a billing run, as systemd knows them now."""
    seen = _systemctl(on, TIMERS + FACTS)
    listed, _, shown = seen.text.partition("\n")
    services = {}
    for block in shown.split("\n\n"):
        facts = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        services[facts.get("Id", "")] = facts
    found = []
    for row in json.loads(listed):
        facts = services.get(row["activates"] or "", {})
        command = facts.get("ExecStart", "").partition("argv[]=")[2].partition(" ; ")[0]
        if COMMAND in command.split():
            in_s = max(row["next"] / 1e6 - time.time(), 1.0) if row["next"] else 0.0
            user = facts.get("User", "")
            found.append(Timer(row["unit"], row["activates"], in_s, user, command))
    return seen, sorted(found, key=lambda timer: timer.in_s or float("inf"))


def _systemctl(on: Subject, command: str) -> Beside:
    return on.beside(NODE, "sh", "-c", SYSTEMCTL + command)


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
    made = on.ask_site(
        "portal",
        "/api/subscribers/",
        method="POST",
        headers=headers,
        body=json.dumps(fields).encode(),
    )
    assert made.first.status == 201, f"a new customer was sent to the API: {on.told(made)}"
    return str(made.first.json()["number"])


def _balance(on: Subject, number: str) -> Asked:
    asked = on.ask_site("portal", f"/api/subscribers/{number}/", headers=_token(on))
    assert asked.all_have(200), on.told(asked)
    return asked


def _amount(asked: Asked) -> float:
    return float(asked.first.json()["balance"])


def _token(on: Subject) -> dict[str, str]:
    return {"Authorization": f"Bearer {on.secret('api-token')}"}
