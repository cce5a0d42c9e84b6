"""The probe's program: reads questions as lines of JSON, asks from the network, answers likewise.

It runs in the hidden probe node with Debian's Python and nothing else, and keeps no state between
questions. Every answer is an object; `error` in it says why there is no other.
"""

from __future__ import annotations

import base64
import fcntl
import http.client
import imaplib
import json
import re
import smtplib
import socket
import ssl
import struct
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

AUTHORITY = "/etc/ssl/certs/ca-certificates.crt"
BODY_BYTES = 1 << 20
BLOCK = bytes(1 << 16)
SIOCGIFADDR = 0x8915
DOORS_AT_ONCE = 32


def http_once(question: dict) -> dict:
    """Send one HTTP request to a fixed address under the host name of its URL."""
    started = time.monotonic()
    connection, tls = connected(question)
    try:
        answer = exchanged(connection, question)
        return {**answer, "seconds": time.monotonic() - started, "tls": tls}
    finally:
        connection.close()


def connected(question: dict) -> tuple[http.client.HTTPConnection, dict]:
    """Open a connection for the question's URL; one that was closed is not opened again."""
    scheme, name, port, _, _ = parts(question["url"])
    timeout = float(question.get("timeout_s", 5))
    connection = http.client.HTTPConnection(name, port, timeout=timeout)
    connection.auto_open = 0
    there = (question.get("address", name), question.get("port", port))
    connection.sock = socket.create_connection(there, timeout)
    if scheme != "https":
        return connection, {}
    try:
        connection.sock, tls = wrap(connection.sock, name, question)
    except Exception:
        connection.close()
        raise
    return connection, tls


def exchanged(connection: http.client.HTTPConnection, question: dict) -> dict:
    """Send the question's request on an open connection and return what came back.

    `zeros`, a place in the body and a count, puts so many zero bytes there: a large file.
    """
    _, _, _, host, path = parts(question["url"])
    body = base64.b64decode(question["body"]) if question.get("body") else None
    headers = {"Host": host, "User-Agent": "barelab-probe", **question.get("headers", {})}
    if question.get("zeros"):
        at, count = question["zeros"]
        headers["Content-Length"] = str(len(body) + count)
        body = with_zeros(body, at, count)
    connection.request(question.get("method", "GET"), path, body, headers)
    answer = connection.getresponse()
    return {
        "status": answer.status,
        "headers": [[key.lower(), value] for key, value in answer.getheaders()],
        "body": base64.b64encode(answer.read(BODY_BYTES)).decode(),
    }


def parts(url: str) -> tuple[str, str, int, str, str]:
    """Return a URL's scheme, host name, port, Host header and path."""
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    name, _, port = host.partition(":")
    return scheme, name, int(port or (443 if scheme == "https" else 80)), host, f"/{path}"


def with_zeros(body: bytes, at: int, count: int) -> Iterator[bytes]:
    """Yield the body with so many zero bytes in it, in blocks: a large file takes no memory."""
    yield body[:at]
    for start in range(0, count, len(BLOCK)):
        yield BLOCK[: count - start]
    yield body[at:]


def wrap(raw: socket.socket, name: str, question: dict) -> tuple[ssl.SSLSocket, dict]:
    """Speak TLS, by the seat's authority alone unless the question says otherwise."""
    context = ssl.create_default_context(cafile=question.get("authority", AUTHORITY))
    if not question.get("verify", True):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if question.get("tls_at_most"):
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = getattr(ssl.TLSVersion, question["tls_at_most"])
        context.set_ciphers(question.get("ciphers", "ALL") + ":@SECLEVEL=0")
    if question.get("alpn"):
        context.set_alpn_protocols(question["alpn"])
    wrapped = context.wrap_socket(raw, server_hostname=name)
    certificate = wrapped.getpeercert() or {}
    return wrapped, {
        "version": wrapped.version(),
        "cipher": (wrapped.cipher() or ("",))[0],
        "alpn": wrapped.selected_alpn_protocol(),
        "not_after": ssl.cert_time_to_seconds(certificate["notAfter"]) if certificate else None,
        "names": [value for _, value in certificate.get("subjectAltName", ())],
    }


def http_until(question: dict) -> dict:
    """Repeat a request until its answer has the status and fits the pattern, or time is over."""
    deadline = time.monotonic() + float(question["deadline_s"])
    pattern = re.compile(question.get("matches", ""))
    answer: dict = {"error": "not asked"}
    pause_s = 0.03
    while True:
        late = time.monotonic() >= deadline
        answer = attempt(http_once, question)
        text = base64.b64decode(answer.get("body", "")).decode(errors="replace")
        if answer.get("status") == question.get("status", 200) and pattern.search(text):
            return {**answer, "matched": True}
        if late:
            return {**answer, "matched": False}
        # Each question takes time from what is asked for: the longer it takes, the rarer.
        time.sleep(pause_s)
        pause_s = min(1.25 * pause_s, 0.25)


def burst(question: dict) -> dict:
    """Send the same request `count` times, `at_once` at the same time (all, unless it is given).

    `answers` has the status or error of each, `seconds` how long each took.
    """
    count = int(question["count"])
    with ThreadPoolExecutor(int(question.get("at_once", count))) as pool:
        asked = [pool.submit(attempt, http_once, question) for _ in range(count)]
        found = [each.result() for each in asked]
    return {
        "answers": [str(each.get("status") or each["error"]) for each in found],
        "seconds": [each["seconds"] for each in found if "seconds" in each],
    }


def tls(question: dict) -> dict:
    """Shake hands and tell what was agreed on, without a request.

    With `tls_at_most` nothing newer is offered, with `ciphers` (as OpenSSL lists them; for TLS 1.2
    and older) nothing else, and with `alpn` these protocols.
    """
    connection, agreed = connected(question)
    connection.close()
    return agreed


def tcp(question: dict) -> dict:
    """Open a TCP connection and say whether it was accepted; with `greeting`, what came then.

    With `only_by`, one of the probe's own addresses, nothing leaves by another network than its.
    """
    started = time.monotonic()
    with socket.socket() as connection:
        connection.settimeout(float(question.get("timeout_s", 2)))
        if question.get("only_by"):
            device = device_of(question["only_by"])
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
        connection.connect((question["address"], int(question["port"])))
        heard = connection.recv(1024) if question.get("greeting") else b""
        return {
            "connected": True,
            "greeting": heard.decode(errors="replace"),
            "seconds": time.monotonic() - started,
        }


def doors(question: dict) -> dict:
    """Say which of many pairs of address and port accept a TCP connection, asked side by side."""
    places = [{**question, "address": address, "port": port} for address, port in question["doors"]]
    with ThreadPoolExecutor(DOORS_AT_ONCE) as pool:
        answers = list(pool.map(lambda place: attempt(tcp, place), places))
    found = zip(question["doors"], answers, strict=True)
    return {"open": [place for place, answer in found if answer.get("connected")]}


def device_of(address: str) -> str:
    """Return the name of the network interface that has the address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode())
            try:
                answer = fcntl.ioctl(asking, SIOCGIFADDR, request)
            except OSError:
                continue  # an interface without an address
            if socket.inet_ntoa(answer[20:24]) == address:
                return name
    raise LookupError(f"no interface has {address}")


def postgres(question: dict) -> dict:
    """Log in to PostgreSQL and run one statement; `rows` holds texts."""
    import psycopg

    with psycopg.connect(question["dsn"], connect_timeout=3, autocommit=True) as connection:
        cursor = connection.execute(question.get("sql", "select 1"))
        return {"rows": [[str(value) for value in row] for row in cursor.fetchmany(100)]}


def smtp(question: dict) -> dict:
    """Submit a mail and tell what the server offered and said, up to what it refused.

    `plain` and `secure` are what it offers before and after STARTTLS; `code` and `said` its last
    word. Without `user` nobody logs in, without `message` nothing is sent, and with `clear` all is
    tried without TLS.
    """
    told: dict = {"code": 0, "said": ""}
    started = time.monotonic()
    timeout = float(question.get("timeout_s", 5))
    with smtplib.SMTP(question["address"], int(question["port"]), "probe", timeout) as session:
        session.ehlo()
        told["plain"] = offered(session)
        try:
            if not question.get("clear"):
                session.starttls(context=ssl.create_default_context(cafile=AUTHORITY))
                session.ehlo()
                told["tls"] = session.sock.version()
                told["secure"] = offered(session)
            if question.get("user"):
                session.user, session.password = question["user"], question["password"]
                session.auth("PLAIN", session.auth_plain)
            if question.get("message"):
                session.sendmail(question["sender"], question["to"], question["message"].encode())
                told["code"] = 250
        except smtplib.SMTPRecipientsRefused as error:
            told["code"], said = next(iter(error.recipients.values()))
            told["said"] = said.decode(errors="replace")
        except smtplib.SMTPResponseException as error:
            said = error.smtp_error
            told |= {"code": error.smtp_code, "said": said.decode(errors="replace")}
    return {**told, "seconds": time.monotonic() - started}


def offered(session: smtplib.SMTP) -> list[str]:
    """Return what the server said in its answer to EHLO, a feature with its parameters each."""
    return sorted(" ".join([name, *text.split()]) for name, text in session.esmtp_features.items())


def imap(question: dict) -> dict:
    """Log in over TLS and return the mails of a box whose `header` holds a text, at most ten.

    Waits for the first one until the deadline. `mails` are in base64; `folders` are all there are.
    """
    deadline = time.monotonic() + float(question.get("deadline_s", 0))
    timeout = float(question.get("timeout_s", 5))
    trust = ssl.create_default_context(cafile=AUTHORITY)
    address, port = question["address"], int(question["port"])
    with imaplib.IMAP4_SSL(address, port, ssl_context=trust, timeout=timeout) as session:
        tls = session.sock.version()
        session.login(question["user"], question["password"])
        folders = [line.decode(errors="replace") for line in session.list()[1] if line]
        while True:
            # A box may come into being with its first mail.
            ok, said = session.select(question.get("box", "INBOX"), readonly=True)
            found = [b""]
            if ok == "OK":
                found = session.search(None, "HEADER", question["header"], question["holds"])[1]
            if found[0] or time.monotonic() >= deadline:
                break
            time.sleep(0.1)
        if ok != "OK":
            return {"error": said[0].decode(errors="replace"), "folders": folders}
        mails = [session.fetch(n, "(BODY.PEEK[])")[1][0][1] for n in found[0].split()[:10]]
        return {
            "mails": [base64.b64encode(mail).decode() for mail in mails],
            "folders": folders,
            "tls": tls,
        }


def dkim(question: dict) -> dict:
    """Verify a mail's DKIM signature; `records` stands for the DNS: names and their texts."""
    import dkim as library

    def look_up(name: bytes, **_: object) -> bytes:
        asked.append(name.decode().rstrip("."))
        return question["records"].get(asked[-1], "").encode()

    asked: list[str] = []
    mail = base64.b64decode(question["mail"])
    return {"valid": bool(library.verify(mail, dnsfunc=look_up)), "asked": asked}


def clock(_question: dict) -> dict:
    """Tell the probe's own time, in seconds since the epoch."""
    return {"time": time.time()}


def attempt(ask, question: dict) -> dict:
    """Return the answer, or the error by its class and text."""
    try:
        return ask(question)
    except Exception as error:  # noqa: BLE001 - whatever happened is the answer
        return {"error": f"{type(error).__name__}: {error}".strip()}


QUESTIONS = {
    "http": http_once,
    "until": http_until,
    "burst": burst,
    "tls": tls,
    "tcp": tcp,
    "doors": doors,
    "postgres": postgres,
    "smtp": smtp,
    "imap": imap,
    "dkim": dkim,
    "clock": clock,
}


def main() -> None:
    """Answer questions until the input ends."""
    for line in sys.stdin:
        question = json.loads(line)
        answer = attempt(QUESTIONS[question["ask"]], question)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
