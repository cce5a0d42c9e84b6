"""The workers: each waits for work, and one alone hands out what is due."""

from __future__ import annotations

import re
from functools import partial
from ipaddress import ip_address

from barelab.grading import Asked, Beside, Browser, Evidence, Subject, check, evidence
from barelab.grading.evidence import Told
from barelab.grading.mailbox import mailbox
from barelab.grading.usual import wants_operators
from barelab.support.errors import CouldNotTell
from barelab.support.wait import until

PORT = 6379
# A worker asks for its broker ever more rarely, at most so.
PATIENCE_S = 40.0
# Where the mail server keeps what goes to customers.
SENT = "Customers"
# A click, a task, and a mail, on a busy machine; a worker that has just started first connects.
MAILED_S = 45.0
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


def click(on: Subject) -> Asked:
    """Return the answer to a click that has something done later: app.yaml."""
    later = on.lab.app.later
    if later is None:
        raise CouldNotTell("app.yaml does not say what workers do later")
    visitor = Browser(on, on.lab.app.accounts[later.account].site)
    visitor.log_in(later.account)
    clicked = visitor.send(later.page, {}, form=later.form)
    assert clicked.all_have(302), f"a click: {on.told(clicked)}"
    return clicked


def mail_of(on: Subject, clicked: Asked, within_s: float = MAILED_S) -> Told:
    """Return the mails that carry the click's id, as soon as there is one."""
    request = clicked.first.header("x-request-id")
    return mailbox(
        on, "operator", box=SENT, header="X-Request-ID", holds=request, deadline_s=within_s
    )


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
