"""Is what the queue has taken still there when its server was killed, and when it was rebooted?"""

from __future__ import annotations

from barelab.grading import Evidence, Subject, check, evidence, shows_data
from barelab.grading.later import click, mail_of
from barelab.support.wait import until

QUEUE, PORT, UNIT = "redis1", 6379, "redis-server.service"
WORKER, WORK = "worker1", "celery@1.service"
BACK_S = 30.0
# Longer than a worker takes to start and to connect on a busy machine.
SOON_S = 75.0


@check(
    "What was queued before its server was killed and rebooted is done afterwards",
    points=6,
    alone=True,
    timeout_s=300,
)
def outlives_its_server(on: Subject) -> Evidence:
    """Stops the worker, clicks, kills Redis, reboots its node, and starts the worker again."""
    try:
        on.run(WORKER, "systemctl", "kill", "--signal=KILL", WORK)
        on.run(WORKER, "systemctl", "stop", WORK)
        clicked = click(on)
        on.run(QUEUE, "systemctl", "kill", "--signal=KILL", UNIT)
        back = until(lambda: _answers(on), BACK_S, every_s=0.5)
        assert back, f"{QUEUE} does not answer {BACK_S:g} s after it was killed"
        on.reboot(QUEUE)
    finally:
        on.run(WORKER, "systemctl", "start", WORK)
    mail = mail_of(on, clicked, SOON_S)
    told = f"a mail was asked for, {QUEUE} killed and rebooted, and then the worker started"
    assert mail.get("mails"), f"{told}: no mail of it within {SOON_S:g} s"
    return evidence(f"{told}: the mail came", clicked, mail)


@check("A mail that a click asks for comes soon", points=1, timeout_s=180)
def mails_leave(on: Subject) -> Evidence:
    """This was fine before, as long as nothing is rebooted."""
    clicked = click(on)
    mail = mail_of(on, clicked, SOON_S)
    assert mail.get("mails"), f"{on.told(clicked)}; no mail of it within {SOON_S:g} s"
    return evidence(f"{on.told(clicked)}, and its mail came", clicked, mail)


@check("The portal shows data", points=1)
def portal_shows_data(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    asked = shows_data(on, times=3)
    return evidence(f"{asked.told()}, each with data", asked)


def _answers(on: Subject) -> bool:
    asked = on.probe("tcp", address=on.address(QUEUE), port=PORT)
    return bool(asked.get("connected"))
