"""The workers: each waits for work, and one alone hands out what is due."""

from __future__ import annotations

import re
from functools import partial
from ipaddress import ip_address

from barelab.grading import Beside, Evidence, Subject, check, evidence
from barelab.grading.later import MAILED_S, click, mail_of
from barelab.grading.usual import wants_operators
from barelab.support.wait import until

PORT = 6379
# A worker asks for its broker ever more rarely, at most so.
PATIENCE_S = 40.0
# The command line of each process, a line each.
COMMANDS = "for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$f; echo; done 2>/dev/null"
BEAT = re.compile(r"celery\b.* beat\b")


@check("Every worker has a connection to the queue", timeout_s=60)
def connected(on: Subject) -> Evidence:
    """Looks from beside each for established connections to Redis."""
    seen = []
    for node in on.lab.with_role("celery"):
        found = until(partial(_links, on, node.name), PATIENCE_S, every_s=1.0)
        assert found, f"{node.name} has no connection to the queue"
        seen.append(found)
    return evidence(f"{', '.join(n.name for n in on.lab.with_role('celery'))} are connected", *seen)


@check(
    "A task that a click queues is done by a worker, and its mail is read over IMAP",
    beside="mail",
    timeout_s=120,
)
def click_to_mail(on: Subject) -> Evidence:
    """The mail carries the id that the click was answered with."""
    clicked = click(on)
    mail = mail_of(on, clicked)
    assert mail.get("mails"), f"{on.told(clicked)}; no mail of it within {MAILED_S:g} s: {mail}"
    return evidence(f"{on.told(clicked)}, and its mail", clicked, mail)


@check(
    "A task whose worker dies is done by another one, once",
    beside="mail",
    alone=True,
    timeout_s=120,
)
def outlives_workers(on: Subject) -> Evidence:
    """Kills all workers, has a task queued, and starts them again."""
    nodes = [node.name for node in on.lab.with_role("celery")]
    try:
        for name in nodes:
            on.run(name, "systemctl", "kill", "--signal=KILL", "celery@1.service")
            on.run(name, "systemctl", "stop", "celery@1.service")
        clicked = click(on)
        early = mail_of(on, clicked, within_s=2.0)
        assert not early.get("mails"), f"a mail came while no worker ran: {early}"
    finally:
        for name in nodes:
            on.run(name, "systemctl", "start", "celery@1.service")
    mail = mail_of(on, clicked)
    count = len(mail.get("mails", ()))
    assert count == 1, f"{on.told(clicked)}, and then {count} mails of it"
    return evidence("none without a worker, one afterwards", clicked, early, mail)


@check("One node alone hands out what is to be done at a certain time")
def one_beat(on: Subject) -> Evidence:
    """Two would bill twice, none never."""
    seen, found = [], []
    for node in on.lab.with_role("celery"):
        seen.append(on.beside(node.name, "sh", "-c", COMMANDS))
        found += [node.name for line in seen[-1].text.splitlines() if BEAT.search(line)]
    assert len(found) == 1, f"beat runs on {', '.join(found) or 'no node'}"
    return evidence(f"beat runs on {found[0]}", *seen)


@check("The page that shows what workers do wants the operators' password")
def page_wants_a_log_in(on: Subject) -> Evidence:
    """Through the front door, without a password, with a wrong one, and with the right one."""
    seen = wants_operators(on, "workers")
    told = "401, with a wrong password 401, with the right one 200"
    return evidence(f"https://{on.lab.host('workers')}/: {told}", *seen)


def _links(on: Subject, node: str) -> Beside | None:
    wanted = {_hex(on.address(each.name)) for each in on.lab.with_role("redis")}
    seen = on.beside(node, "cat", "/proc/1/net/tcp")
    rows = [line.split() for line in seen.text.splitlines()[1:]]
    # The remote end, and the state "established": proc(5).
    return seen if any(row[2] in wanted and row[3] == "01" for row in rows) else None


def _hex(address: str) -> str:
    """Return an address and the queue's port as /proc/net/tcp writes them."""
    return f"{int.from_bytes(ip_address(address).packed, 'little'):08X}:{PORT:04X}"
