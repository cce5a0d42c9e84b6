"""The log server: every node's lines, from whom they are, and none that is lost."""

from __future__ import annotations

import json
import re
from typing import Any

from barelab.grading import Beside, Evidence, Subject, check, evidence
from barelab.grading.relp import relp
from barelab.support.wait import until

ROLE = "log"
SERVER = (ROLE, "relp")
# A line is there within a second, but the first one after the log server was away waits for the
# next, which is there within a minute.
ARRIVES_S = 75.0
# A sender tries again after 3 s, later after 15.
AGAIN_S = 45.0
LINES = 200
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)")
OWN = ("/etc/rsyslog/node.crt", "/etc/rsyslog/node.key")
SITE = ("/etc/ssl/barelab/site.crt", "/etc/ssl/barelab/site.key")
# All run beside a node, whose files are below /proc/1/root. The first prints, for each kept line
# that holds a text, the folder in which it is, and the line.
HOLDS = """
import glob, json, sys
for name in glob.glob("/proc/1/root/var/log/nodes/*/*"):
    for line in open(name, errors="replace"):
        if sys.argv[1] in line:
            print(json.dumps([name.split("/")[-2], line]))
"""
# The second prints mode, group and name of what anybody, or another group than adm, may read.
OPEN = """
import glob, os
top = "/proc/1/root/var/log/nodes"
for name in [top, *glob.glob(top + "/**", recursive=True)]:
    seen = os.stat(name)
    if seen.st_mode & 0o007 or seen.st_gid != 4:
        print(oct(seen.st_mode), seen.st_gid, name)
"""


@check("The log line of a request is found on the log server", timeout_s=120)
def request_found(on: Subject) -> Evidence:
    """Asks for a page with a nonce; the line of the front node tells when, who and which."""
    asked = on.ask_site(on.lab.sites[0])
    assert asked.first.status, on.told(asked)
    found, seen = _arrived(on, asked.nonces[0], on.lab.front)
    assert found.get("unit") == "nginx.service", f"it is of {found.get('unit') or 'no unit'}"
    assert found.get("severity") == "info", f"its severity is {found.get('severity')}"
    assert MOMENT.fullmatch(str(found.get("time"))), f"its time is {found.get('time')}"
    number = asked.first.header("x-request-id")
    assert number and f"id={number}" in found["message"], (
        f"the request {number or 'without an id'} is logged as {found['message']}"
    )
    return evidence(f"{found['time']} {found['node']} {found['message']}", asked, seen)


@check("Lines of every node arrive", timeout_s=120)
def every_node(on: Subject) -> Evidence:
    """Logs a nonce on each and waits for it in that node's folder, with what belongs to it."""
    words = {node.name: f"verify-{on.nonce()}" for node in on.lab.visible()}
    for name, word in words.items():
        on.run(name, "systemd-cat", "--identifier=verify", "--priority=warning", "echo", word)
    seen = []
    for name, word in words.items():
        found, beside = _arrived(on, word, name)
        assert (found.get("identifier"), found.get("severity")) == ("verify", "warning"), (
            f"{name}: its source and severity are lost: {found}"
        )
        seen.append(beside)
    return evidence(f"from {', '.join(words)}", *seen)


@check("The log server takes nothing in plain text")
def tls_only(on: Subject) -> Evidence:
    """Opens a session without TLS from the front node; with TLS, the same is answered."""
    plain = relp(on, on.lab.front, SERVER, ("", ""), plain=True)
    assert "200 OK" not in plain.text, f"in plain text it answers {plain.text[:80]}"
    sealed = relp(on, on.lab.front, SERVER, OWN)
    assert "200 OK" in sealed.text, f"by TLS it does not answer: {sealed.text[:120]}"
    return evidence(f"plain: {plain.text}; by TLS: {sealed.text[:40]}", plain, sealed)


@check("The log server takes nothing from those who are no node of this lab")
def strangers_refused(on: Subject) -> Evidence:
    """Comes without a certificate, and with the site's, which is of the same authority."""
    bare = relp(on, on.lab.front, SERVER, ("", ""))
    assert "200 OK" not in bare.text, f"without a certificate: {bare.text[:80]}"
    other = relp(on, on.lab.front, SERVER, SITE)
    assert "200 OK" not in other.text, f"with the certificate of the site: {other.text[:80]}"
    known = relp(on, on.lab.front, SERVER, OWN)
    assert "200 OK" in known.text, f"with the node's own it does not answer: {known.text[:120]}"
    told = f"no certificate: {bare.text}; the site's: {other.text}; a node's: {known.text[:20]}"
    return evidence(told, bare, other, known)


@check("No node can write under another one's name", timeout_s=120)
def names_kept(on: Subject) -> Evidence:
    """Sends a line that names another node as its source, by the certificate of the true one."""
    true, other = on.lab.front, _others(on)[-1]
    word = f"verify-{on.nonce()}"
    body = json.dumps({"node": other, "unit": "ssh.service", "message": word})
    line = f"syslog <13>1 2026-01-31T12:00:00.000000Z {other} journal - - - {body}"
    sent = relp(on, true, SERVER, OWN, line)
    assert sent.text.count("200 OK") == 2, f"the line was not taken: {sent.text[:200]}"
    _, seen = _arrived(on, word, true)
    named = {(folder, json.loads(line).get("node")) for folder, line in _rows(seen)}
    assert named == {(true, true)}, f"a line of {true} is kept as one of {named}"
    return evidence(f"sent by {true} as {other}, kept as of {true}", sent, seen)


@check("Operators may read all logs, and other accounts none")
def readable(on: Subject) -> Evidence:
    """Looks at the modes of the folder and all that is in it."""
    for node in on.lab.with_role(ROLE):
        seen = on.beside(node.name, "python3", "-I", "-c", OPEN)
        assert not seen.text, f"{node.name}: {seen.text[:200]}"
    return evidence(f"{node.name}: all is of the group adm, and closed to others", seen)


@check("Nothing is lost while the log server is away", alone=True, timeout_s=120)
def outlives_outage(on: Subject) -> Evidence:
    """Stops it, logs numbered lines on a node that reboots meanwhile, and lets it come back."""
    server, sender, word = on.lab.with_role(ROLE)[0].name, _others(on)[-1], f"verify-{on.nonce()}"
    before = f"seq -f '{word} %g.' 1 {LINES // 2}"
    after = f"seq -f '{word} %g.' {LINES // 2 + 1} {LINES}"
    on.run(server, "systemctl", "stop", "rsyslog.service")
    try:
        on.run(sender, "systemd-cat", "--identifier=verify", "sh", "-c", before)
        on.reboot(sender)
        on.run(sender, "systemd-cat", "--identifier=verify", "sh", "-c", after)
    finally:
        on.run(server, "systemctl", "start", "rsyslog.service", timeout_s=30)
    seen = []

    def missing() -> set[int]:
        seen.append(on.beside(server, "python3", "-I", "-c", HOLDS, word))
        numbers = re.findall(rf"{word} (\d+)\.", seen[-1].text)
        return set(range(1, LINES + 1)) - {int(number) for number in numbers}

    assert until(lambda: not missing(), AGAIN_S, every_s=1), (
        f"of {LINES} lines of {sender} {len(missing())} are not on {server}"
    )
    return evidence(f"all {LINES} lines of {sender} are on {server}", seen[-1])


def _others(on: Subject) -> list[str]:
    """Return the nodes that send to the log server; the front one is the first."""
    servers = on.lab.with_role(ROLE)
    names = [node.name for node in on.lab.visible() if node not in servers]
    return sorted(names, key=lambda name: name != on.lab.front)


def _arrived(on: Subject, word: str, node: str) -> tuple[dict[str, Any], Beside]:
    """Wait for a line of a node with a word in it; return its fields and how it was seen."""
    server, seen = on.lab.with_role(ROLE)[0].name, []

    def there() -> dict[str, Any] | None:
        seen.append(on.beside(server, "python3", "-I", "-c", HOLDS, word))
        # How the line is told of, as by sudo, is none of its own.
        rows = [json.loads(line) for folder, line in _rows(seen[-1]) if folder == node]
        return next((row for row in rows if word in row["message"]), None)

    found = until(there, ARRIVES_S, every_s=0.3)
    assert found, f"{server} has no line of {node} with {word}"
    return found, seen[-1]


def _rows(seen: Beside) -> list[tuple[str, str]]:
    return [(folder, line) for folder, line in map(json.loads, seen.text.splitlines())]
