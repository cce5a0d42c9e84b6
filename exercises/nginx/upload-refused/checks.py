"""Do photos of the promised size arrive whole, and nothing that is far larger?"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from barelab.grading import Evidence, Subject, check, evidence
from barelab.grading.answers import Asked
from barelab.support.errors import CouldNotTell
from barelab.support.wait import until

SUBSCRIBER = "C000001"
# The application makes its first accounts after its first start, with least priority, and leaves
# this file then. Trying to log in until it works would keep it from that: log-ins cost computing.
ACCOUNTS, ACCOUNTS_S, LOG_IN_S = "/var/lib/app/accounts-made", 40.0, 10.0

MIB = 1 << 20
PHOTO = 3 * MIB // 2
LARGEST = 5 * MIB
FILM = 1 << 30

# Django compares the form's token with the cookie's; the browser may choose it.
TOKEN = "t" * 32
BOUNDARY = "photo-boundary"
FORM = "/tickets/new/"
JPEG = b"\xff\xd8\xff\xe0"


@check(
    "A customer's photo arrives with its ticket, and comes back as it was", points=4, timeout_s=75
)
def photo_arrives(on: Subject) -> Evidence:
    """Larger than what passed before; it begins with a nonce, and is fetched again."""
    session, begins = _log_in(on), JPEG + on.nonce().encode()
    sent = _send(on, session, begins, PHOTO, topic="slow", subject="Photo", body="As you asked")
    told = f"sent a ticket with a photo of {PHOTO:,} bytes: {_said(on, sent)}"
    assert sent.first.status == 302, told
    page = _ask(on, session, sent.first.header("location"))
    link = re.search(rf'href="({re.escape("/media/")}[^"]+)"', page.first.text)
    assert page.all_have(200) and link, f"{told}; then {on.told(page)}, without an attached file"
    file = on.ask_site("portal", link[1])
    assert file.all_have(200), f"{told}; then {on.told(file)}"
    length, start = file.first.header("content-length"), file.first.body[: len(begins)]
    assert length == str(PHOTO), f"{told}; it came back with {length or 'unknown'} bytes"
    assert start == begins, f"{told}; something else came back"
    assert not file.first.body[len(begins) :].strip(b"\0"), f"{told}; it came back changed"
    return evidence(f"{told}; the same {PHOTO:,} bytes came back", sent, page, file)


@check("A file of 5 MB, as the leaflet promises, is accepted", points=3, timeout_s=75)
def largest_allowed(on: Subject) -> Evidence:
    """The ticket lacks its subject, so that the form alone is judged and nothing is kept."""
    sent = _send(on, _log_in(on), JPEG, LARGEST, topic="slow", body="As you asked")
    told = f"sent a form with a photo of {LARGEST:,} bytes: {_said(on, sent)}"
    assert sent.all_have(200) and "This field is required" in sent.first.text, told
    assert "too large" not in sent.first.text, told
    return evidence(f"{told}; only the missing subject is asked for", sent)


@check("What is far too large is still refused", points=2, timeout_s=75)
def limits_stay(on: Subject) -> Evidence:
    """This was fine before: by Nginx before the first byte, and by the form a little above 5 MB."""
    length = {"Content-Length": str(FILM)}
    for path in (FORM, "/"):
        film = on.ask_site("portal", path, method="POST", headers=length)
        told = f"announced {FILM:,} bytes: {film.told()}"
        assert film.all_have(413), told
    sent = _send(on, _log_in(on), JPEG, LARGEST + MIB // 2, topic="slow", body="As you asked")
    refused = sent.first.status == 413 or "too large" in sent.first.text
    assert refused, f"sent a form with a photo of {LARGEST + MIB // 2:,} bytes: {_said(on, sent)}"
    return evidence(f"{told}; a photo of {LARGEST + MIB // 2:,} bytes: refused too", film, sent)


def _ask(on: Subject, session: str, path: str, **question: Any) -> Asked:
    """Ask for a page of the portal as the customer who is logged in."""
    headers = {"Cookie": f"csrftoken={TOKEN}; {session}", **question.pop("headers", {})}
    return on.ask_site("portal", path, headers=headers, **question)


def _send(on: Subject, session: str, begins: bytes, size: int, **fields: str) -> Asked:
    """Send the form for a ticket, with a file of so many bytes that begins like this."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {"csrfmiddlewaretoken": TOKEN, **fields}.items()
    ]
    file = 'name="attachment"; filename="lamps.jpg"\r\nContent-Type: image/jpeg'
    parts.append(f"--{BOUNDARY}\r\nContent-Disposition: form-data; {file}\r\n\r\n")
    before = "".join(parts).encode() + begins
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return _ask(
        on,
        session,
        FORM,
        method="POST",
        headers={"Origin": _origin(on), "Content-Type": kind},
        body=before + f"\r\n--{BOUNDARY}--\r\n".encode(),
        zeros=[len(before), size - len(begins)],
    )


def _log_in(on: Subject) -> str:
    """Return the cookie of a session of the customer's."""
    form = {
        "csrfmiddlewaretoken": TOKEN,
        "username": SUBSCRIBER,
        "password": on.secret("subscriber-password"),
    }
    headers = {
        "Cookie": f"csrftoken={TOKEN}",
        "Origin": _origin(on),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    asked: list[Asked] = []

    def session() -> str:
        body = urlencode(form).encode()
        asked.append(on.ask_site("portal", "/login/", method="POST", headers=headers, body=body))
        cookies = [value for name, value in asked[-1].first.headers if name == "set-cookie"]
        found = [each.split(";")[0] for each in cookies if each.startswith("sessionid=")]
        return found[0] if found else ""

    until(lambda: _has_accounts(on), ACCOUNTS_S, every_s=0.5)
    given = until(lambda: session() or None, LOG_IN_S, every_s=1.0)
    assert given, f"{SUBSCRIBER} cannot log in: {on.told(asked[-1])}"
    return given


def _has_accounts(on: Subject) -> bool:
    try:
        on.file("app1", ACCOUNTS)
    except CouldNotTell:
        return False
    return True


def _origin(on: Subject) -> str:
    port = on.engine(on.lab.front).ports.get("https")
    host = on.lab.host("portal")
    return f"https://{host}:{port}" if port and port != 443 else f"https://{host}"


def _said(on: Subject, sent: Asked) -> str:
    """Return the status, and what the form says of the file."""
    large = "too large" in sent.first.text and sent.first.status == 200
    return f"{on.told(sent)}{', and the form says that it is too large' if large else ''}"
