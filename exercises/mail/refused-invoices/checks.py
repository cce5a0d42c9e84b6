"""Do invoices leave again, from our address and by TLS, and can still nobody else send?"""

from __future__ import annotations

import time
from typing import Any

from barelab.grading import Evidence, Subject, check, evidence, shows_data
from barelab.grading.evidence import Told
from barelab.grading.later import click, mail_of
from barelab.grading.mailbox import mailbox

SERVER, SUBMISSION = "mail1", 587
TAKEN = 250
# A worker tries again after 1, 2, 4 ... seconds.
SOON_S = 60.0
ARRIVES_S = 20.0


@check("An invoice that a click asks for comes soon", points=4, timeout_s=180)
def mails_leave(on: Subject) -> Evidence:
    """Read over IMAP by the operators, as it was kept for the customer."""
    clicked = click(on)
    mail = mail_of(on, clicked, SOON_S)
    assert mail.get("mails"), (
        f"{on.told(clicked)}; no mail of it within {SOON_S:g} s {mail.get('error', '')}"
    )
    return evidence(f"{on.told(clicked)}, and its mail came", clicked, mail)


@check(
    "The application's log-in sends from its address, over TLS, and it is read",
    points=3,
    timeout_s=60,
)
def billing_may_send(on: Subject) -> Evidence:
    """As the application does: it verifies the certificate, and logs in by the seat's password."""
    number = f"<{on.nonce()}@{on.lab.name}.localhost>"
    said = _send(on, "billing", number=number)
    assert said.get("code") == TAKEN, f"billing sends: {said.get('said') or said}"
    found = mailbox(on, "operator", holds=number, deadline_s=ARRIVES_S)
    assert found.get("mails"), f"{number} was taken, and is in no box: {found}"
    return evidence(f"taken over {said['tls']}, and read over {found['tls']}", said, found)


@check(
    "Nobody sends without a log-in, with a wrong password, or as somebody else",
    points=2,
    timeout_s=60,
)
def others_refused(on: Subject) -> Evidence:
    """This was fine before. A customer's name would do for the sender, if it were taken."""
    stranger = f"{on.nonce()}@customer.example"
    tries = {
        "without a log-in": _send(on, "billing", user=""),
        "from outside, without a log-in": _send(on, stranger, user="", to=[stranger]),
        "without TLS": _send(on, "billing", clear=True, user=""),
        "with a wrong password": _send(on, "billing", password=on.nonce()),
        "alerts as billing": _send(on, "billing", user="alerts"),
        "alerts as a stranger": _send(on, stranger, user="alerts"),
    }
    for how, said in tries.items():
        assert said.get("code") != TAKEN, f"{how}: {said.get('said') or 'a mail was taken'}"
    told = "; ".join(f"{how}: {said.get('code') or 'no TLS'}" for how, said in tries.items())
    return evidence(told, *tries.values())


@check("The portal shows data", points=1)
def portal_shows_data(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    asked = shows_data(on, times=3)
    return evidence(f"{asked.told()}, each with data", asked)


def _send(
    on: Subject, sender: str, *, user: str = "billing", number: str = "", **other: Any
) -> Told:
    """Return what the mail server says to a mail from `sender`, sent by the log-in `user`."""
    domain = f"{on.lab.name}.localhost"
    sender = sender if "@" in sender else f"{sender}@{domain}"
    lines = {
        "From": sender,
        "To": f"operator@{domain}",
        "Subject": "Sent by a check",
        "Date": time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime()),
        "Message-ID": number or f"<{on.nonce()}@{domain}>",
    }
    ask: dict[str, Any] = {
        "address": on.address(SERVER),
        "port": SUBMISSION,
        "user": f"{user}@{domain}" if user else "",
        "password": on.secret(f"mail-{user}") if user else "",
        "sender": sender,
        "to": [f"operator@{domain}"],
        "message": "".join(f"{name}: {text}\r\n" for name, text in lines.items())
        + "\r\nHello.\r\n",
        "timeout_s": 10,
    }
    return on.probe("smtp", **ask | other)
