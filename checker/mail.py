"""Mail: who may send and as whom, who may read, and that no mail leaves the lab."""

from __future__ import annotations

import base64
import re
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from itertools import product
from typing import Any

from barelab.grading import Evidence, Subject, check, evidence
from barelab.grading.evidence import Told
from barelab.grading.mailbox import IMAPS, PATIENCE_S, mailbox

SUBMISSION = 587
# Ports that mail comes or goes by elsewhere: nothing here answers on them.
CLOSED = {25: "SMTP", 110: "POP3", 143: "IMAP without TLS", 465: "SMTPS", 995: "POP3S"}
ARRIVES_S = 15.0
# A mail that is not taken at once would have waited for a look-up that nobody can answer.
PROMPT_S = 5.0
OUTSIDE = "{}@customer.example"
PUBLIC_KEY = "/etc/mail/dkim.pub"
# Which services Postfix has, which of them could carry mail on, and where all mail has to go.
MASTER = "/etc/postfix/master.cf"
CARRIERS = ("smtp", "pipe", "local")
DOVECOT = "lmtp:unix:private/dovecot-lmtp"
ROUTES = {
    **{f"{each}_transport": DOVECOT for each in ("default", "relay", "local", "virtual")},
    **dict.fromkeys(("relayhost", "transport_maps", "relay_domains"), ""),
}


@check("A mail that is submitted with a password is read over IMAP a moment later", timeout_s=60)
def arrives(on: Subject) -> Evidence:
    """From billing to the operators, with a fresh number."""
    number, said = _send(on, _address(on, "operator"))
    found = _read(on, number)
    return evidence(f"sent over {said['tls']}, read over {found['tls']}", said, found)


@check("Nobody sends or reads without a password, or with a wrong one", timeout_s=60)
def wrong_password(on: Subject) -> Evidence:
    """To an address of the lab and to one outside, from one of the lab and from one outside."""
    sender, seen = _address(on, "billing"), []
    stranger = OUTSIDE.format(on.nonce())
    for by, to in product((sender, stranger), (_address(on, "operator"), stranger)):
        seen.append(_submit(on, by, to, user=""))
        assert seen[-1].get("code", 0) >= 500, f"without a log-in, from {by} to {to}: {seen[-1]}"
    guess = _submit(on, sender, _address(on, "operator"), password=on.nonce())
    assert guess.get("code") == 535, f"sending with a wrong password: {guess}"
    read = mailbox(on, "operator", password=on.nonce())
    assert "AUTHENTICATIONFAILED" in read.get("error", ""), f"reading with a wrong password: {read}"
    return evidence(f"{seen[-1]['said']}; {guess['said']}; {read['error']}", *seen, guess, read)


@check("A password is asked for only over TLS", timeout_s=60)
def no_log_in_before_tls(on: Subject) -> Evidence:
    """Looks at what is offered, and tries a log-in and a mail without TLS all the same."""
    node, sender, to = _node(on), _address(on, "billing"), _address(on, "operator")
    offer = _submit(on, sender, to, user="", message="")
    assert offer.get("secure"), f"{node}:{SUBMISSION}: {offer}"
    plain, secure = ([x for x in offer[w] if x.startswith("auth")] for w in ("plain", "secure"))
    assert not plain, f"{node} offers a log-in before STARTTLS: {plain[0]}"
    assert secure, f"{node} offers no log-in after STARTTLS: {offer['secure']}"
    assert offer["tls"] in ("TLSv1.2", "TLSv1.3"), f"{node} speaks {offer['tls']}"
    log_in = _submit(on, sender, to, clear=True)
    assert log_in.get("code", 0) >= 500, f"a log-in without TLS: {log_in}"
    mail = _submit(on, sender, to, clear=True, user="")
    assert mail.get("code", 0) >= 500, f"a mail without TLS: {mail}"
    told = f"{offer['tls']}: {secure[0]}; without it: {log_in['said']}; {mail['said']}"
    return evidence(told, offer, log_in, mail)


@check("A user sends as himself and as nobody else", timeout_s=60)
def sender_is_the_user(on: Subject) -> Evidence:
    """The password is right; the sender is another user, an alias, or somebody outside."""
    seen = []
    for sender in (_address(on, "operator"), _address(on, "postmaster"), OUTSIDE.format("boss")):
        seen.append(_submit(on, sender, _address(on, "operator")))
        assert seen[-1].get("code") == 553, f"billing sends as {sender}: {seen[-1]}"
    return evidence(seen[0]["said"], *seen)


@check("A mail to a customer outside stays in the lab, and operators can read it", timeout_s=60)
def outside_is_kept(on: Subject) -> Evidence:
    """Sends to an address that nobody has seen before, and reads who it was for."""
    to = OUTSIDE.format(on.nonce())
    number, said = _send(on, to)
    assert said["seconds"] < PROMPT_S, f"a mail to {to} was taken after {said['seconds']:.0f} s"
    found = _read(on, number, "Customers")
    mail = base64.b64decode(found["mails"][0]).decode(errors="replace")
    kept = re.findall(r"^Delivered-To: (.*?)\r?$", mail, re.MULTILINE)
    assert kept == [to], f"the mail to {to} was delivered to {', '.join(kept) or 'nobody'}"
    others = mailbox(on, "billing")
    assert "folders" in others, f"billing cannot read its own mail: {others}"
    seen = [each for each in others["folders"] if "Customers" in each]
    assert not seen, f"billing reads what was sent to others: {seen[0]}"
    return evidence(f"{to}: in the operators' folder Customers, and in no other's", found, others)


@check("Nothing on the mail server can carry a mail out of the lab")
def nothing_leaves(on: Subject) -> Evidence:
    """Asks the engine for its networks and its configuration, and Postfix for what it uses."""
    node = _node(on)
    seen = on.engine(node)
    ways_out = [n.name for n in on.lab.networks if n.name in seen.addresses and not n.internal]
    assert not ways_out, f"{node} is on {', '.join(ways_out)}, which leads out of the host"
    services = on.file(node, MASTER)
    for line in services.decode().splitlines():
        command = "" if line.startswith(("#", " ")) else " ".join(line.split()[7:8])
        assert command not in CARRIERS, f"{node}: Postfix has what carries mail on: {line}"
    said = on.run(node, "postconf", "-x", *ROUTES)
    routes = dict(re.findall(r"^(\w+) =[ \t]*(.*)$", said.text, re.MULTILINE))
    wrong = {name: way for name, way in routes.items() if way != ROUTES[name]}
    assert routes and not wrong, f"{node}: Postfix sends mail elsewhere: {wrong or said.text}"
    return evidence(f"{node}: on {', '.join(seen.addresses)} only; all to Dovecot", seen, services)


@check("No other door for mail is open")
def other_doors_closed(on: Subject) -> Evidence:
    """IMAP without TLS, and the ports that other servers would bring mail to."""
    node = _node(on)
    seen = on.probe("tcp", address=on.address(node), port=IMAPS, timeout_s=5)
    assert seen.get("connected"), f"{node}:{IMAPS}: {seen.get('error')}"
    for port, name in CLOSED.items():
        asked = on.probe("tcp", address=on.address(node), port=port)
        assert not asked.get("connected"), f"{node}:{port} ({name}) answers"
    closed = ", ".join(f"{port} ({name})" for port, name in CLOSED.items())
    return evidence(f"open: {SUBMISSION} and {IMAPS}; closed: {closed}", seen)


@check("What the lab sends is signed, and a change shows", timeout_s=60)
def signed(on: Subject) -> Evidence:
    """Verifies the DKIM signature of a mail by the lab's key, then of one that was altered."""
    records = {f"lab._domainkey{_address(on, '').replace('@', '.')}": _record(on)}
    number, _ = _send(on, OUTSIDE.format(on.nonce()))
    mail = base64.b64decode(_read(on, number, "Customers")["mails"][0])
    assert b"DKIM-Signature:" in mail, f"the mail {number} is not signed"

    def verified(mail: bytes) -> Told:
        return on.probe("dkim", mail=base64.b64encode(mail).decode(), records=records)

    good = verified(mail)
    assert good.get("valid"), f"the signature of {number} is not valid: {good}"
    for old, new in (
        (b"\r\n\r\nSent by", b"\r\n\r\nPaid by"),
        (b"\r\nSubject: ", b"\r\nSubject: Re: "),
    ):
        assert old in mail, f"the mail {number} has changed on its way"
        bad = verified(mail.replace(old, new))
        assert bad.get("valid") is False, f"altered ({new!r}), the signature still holds: {bad}"
    return evidence(f"valid by {good['asked'][0]}; altered, it is not", good, bad)


@check("The page on which mails are read asks for a log-in")
def page(on: Subject) -> Evidence:
    """Asks for it as a visitor does, through the front door; the first one starts it."""
    asked = on.ask(f"https://{on.lab.host('mail')}/", timeout_s=PATIENCE_S)
    assert asked.status == 200, f"https://{on.lab.host('mail')}/: {asked.told()}"
    assert 'name="_pass"' in asked.text, "the page asks for no password"
    assert "secure" in asked.header("set-cookie").lower(), "its cookie may go without TLS"
    return evidence(f"{on.lab.host('mail')} asks for a log-in", asked)


def _node(on: Subject) -> str:
    return on.lab.with_role("mail")[0].name


def _address(on: Subject, user: str) -> str:
    return f"{user}@{on.lab.name}.localhost"


def _record(on: Subject) -> str:
    """Return what the DNS would say of the lab's key (RFC 8463)."""
    from cryptography.hazmat.primitives import serialization as form

    key = form.load_pem_public_key(on.file(_node(on), PUBLIC_KEY))
    raw = key.public_bytes(form.Encoding.Raw, form.PublicFormat.Raw)
    return f"v=DKIM1; k=ed25519; p={base64.b64encode(raw).decode()}"


def _send(on: Subject, to: str) -> tuple[str, Told]:
    """Have a mail taken; return its Message-ID and what the server said."""
    number = f"<{on.nonce()}@{on.lab.name}.localhost>"
    said = _submit(on, _address(on, "billing"), to, number)
    assert said.get("code") == 250, f"a mail to {to} is not taken: {said}"
    return number, said


def _submit(on: Subject, sender: str, to: str, number: str = "", **other: Any) -> Told:
    """Return what is said to a mail from billing, with its password unless `other` has another."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, "A mail of verify"
    mail["Date"] = format_datetime(localtime())
    mail["Message-ID"] = number or f"<{on.nonce()}@{on.lab.name}.localhost>"
    mail.set_content("Sent by verify.\n")
    ask: dict[str, Any] = {
        "address": on.address(_node(on)),
        "port": SUBMISSION,
        "user": _address(on, "billing"),
        "password": on.secret("mail-billing"),
        "sender": sender,
        "to": [to],
        "message": mail.as_string(),
        "timeout_s": PATIENCE_S,
    }
    return on.probe("smtp", **ask | other)


def _read(on: Subject, number: str, box: str = "INBOX") -> Told:
    """Return the operators' mail of that Message-ID, as soon as it is in the box."""
    found = mailbox(on, "operator", box=box, holds=number, deadline_s=ARRIVES_S)
    assert found.get("mails"), f"{number} is not in the operators' {box}: {found}"
    return found
