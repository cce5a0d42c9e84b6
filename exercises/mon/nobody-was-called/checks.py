"""Do the operators hear of an alert, whatever its severity?"""

from __future__ import annotations

import json
import time

from barelab.grading import Answer, Evidence, Subject, check, evidence, shows_data
from barelab.grading.evidence import Told
from barelab.grading.mailbox import mailbox

MONITORING, PORT = "mon1", 9093
READER = "operator"
SEVERITIES = ("critical", "warning")
# Ten seconds are waited for others of the same kind; the rest is for a busy machine.
SOON_S = 30.0
# By then it is over by itself.
LASTS_S = 60.0


@check("An alert that Prometheus raises is in the operators' mail soon", points=6, timeout_s=120)
def alerts_are_mailed(on: Subject) -> Evidence:
    """Tells Alertmanager of one alert of each severity, as Prometheus does, by names not seen yet.

    Two names, because alerts of one name are one mail.
    """
    raised = {severity: f"Check{on.nonce()}" for severity in SEVERITIES}
    taken = _raise(on, raised)
    assert taken.status == 200, f"{MONITORING} was told of an alert: {taken.told()}"
    deadline, seen = time.monotonic() + SOON_S, list[Told]()
    for name in raised.values():
        left_s = max(0.0, deadline - time.monotonic())
        seen.append(mailbox(on, READER, header="Subject", holds=name, deadline_s=left_s))
    lost = [each for each, mail in zip(raised, seen, strict=True) if not mail.get("mails")]
    assert not lost, f"after {SOON_S:g} s no mail of an alert that is {' or '.join(lost)}"
    return evidence(f"one that is {' and one that is '.join(raised)} were mailed", taken, *seen)


@check("The portal shows data", points=1)
def portal_shows_data(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    asked = shows_data(on, times=3)
    return evidence(f"{asked.told()}, each with data", asked)


def _raise(on: Subject, names: dict[str, str]) -> Answer:
    """Tell Alertmanager of alerts by their severity, each of a node that nobody has."""
    ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + LASTS_S))
    alerts = [
        {
            "labels": {"alertname": name, "severity": severity, "node": on.nonce()},
            "annotations": {"summary": "Raised by a check", "description": "Nothing to do."},
            "endsAt": ends,
        }
        for severity, name in names.items()
    ]
    return on.ask(
        f"http://{MONITORING}:{PORT}/api/v2/alerts",
        node=MONITORING,
        port=PORT,
        method="POST",
        headers={"Content-Type": "application/json"},
        body=json.dumps(alerts).encode(),
    )
