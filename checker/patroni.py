"""Patroni: one leader, which is the primary; nobody else changes it, and it is not asleep."""

from __future__ import annotations

import json
from typing import Any

from barelab.grading import Evidence, Outside, Subject, check, evidence
from barelab.grading.databases import places, write

API = 8008
LAG_BYTES = 1 << 20
START = "postgresql@17-main.service"
# Where they are let in after all, they do no harm.
CHANGES = (
    ("POST", "/switchover", b'{"leader": "nobody"}'),
    ("POST", "/failover", b'{"candidate": "nobody"}'),
    ("PATCH", "/config", b"{}"),
    ("POST", "/restart", b'{"role": "nobody"}'),
    ("DELETE", "/switchover", b""),
)
# Runs beside a node, and so comes from its address: tries changes without a certificate.
TRY = """
import json, ssl, sys, urllib.error, urllib.request
trust = ssl.create_default_context(cafile="/proc/1/root/etc/ssl/certs/ca-certificates.crt")
trust.check_hostname = False
ended = []
for method, path, body in json.loads(sys.argv[2]):
    request = urllib.request.Request(sys.argv[1] + path, body.encode(), method=method)
    try:
        ended.append(urllib.request.urlopen(request, timeout=5, context=trust).status)
    except urllib.error.HTTPError as error:
        ended.append(error.code)
print(json.dumps(ended))
"""


@check("Exactly one node is the leader, and it is the server that takes writes")
def one_leader(on: Subject) -> Evidence:
    """Asks each node's Patroni, and compares it with what the servers say."""
    primary, _ = places(on)
    seen = [on.ask(_url(name, "/leader"), node=name, port=API) for name in _names(on)]
    leaders = [name for name, said in zip(_names(on), seen, strict=True) if said.status == 200]
    assert leaders == [primary], f"leader: {', '.join(leaders) or 'nobody'}; primary: {primary}"
    for name in _names(on):
        told = [each["name"] for each in _cluster(on, name)["members"] if each["role"] == "leader"]
        assert told == leaders, f"{name} takes {', '.join(told) or 'nobody'} for the leader"
    return evidence(f"{primary} is the leader and takes writes", *seen, write(on))


@check("Every other node follows the leader closely")
def followed(on: Subject) -> Evidence:
    """Reads state and lag; where the lab is synchronous, one of them must be so, too."""
    seen: list[Outside] = [write(on)]
    name = _names(on)[0]
    found = {each["name"]: each for each in _cluster(on, name)["members"]}
    assert sorted(found) == sorted(_names(on)), f"{name} knows {', '.join(found)}"
    others = [each for each in found.values() if each["role"] != "leader"]
    for each in others:
        assert each["state"] == "streaming", f"{each['name']} is {each['state']}"
        assert each["lag"] <= LAG_BYTES, f"{each['name']} is {each['lag']} bytes behind"
    answer = on.ask(_url(name, "/config"), node=name, port=API)
    mode = "synchronous" if answer.json().get("synchronous_mode") else "asynchronous"
    meant = on.lab.options.get("replication", mode)
    assert mode == meant, f"replication is {mode}, and the lab was made to be {meant}"
    if mode == "synchronous":
        kept = [each["name"] for each in others if each["role"] == "sync_standby"]
        assert kept, "the mode is synchronous, and no standby is"
    told = ", ".join(f"{each['name']}: {each['role']}, {each['lag']} bytes" for each in others)
    return evidence(told, *seen, answer)


@check("Patroni is on duty: not paused, and quick enough")
def on_duty(on: Subject) -> Evidence:
    """A pause that was forgotten shows when it is too late."""
    seen = []
    for name in _names(on):
        seen.append(on.ask(_url(name, "/config"), node=name, port=API))
        found = seen[-1].json()
        assert not found.get("pause"), f"Patroni is paused (asked {name})"
        least = found["loop_wait"] + 2 * found["retry_timeout"]
        assert least <= found["ttl"] <= 30, f"ttl is {found['ttl']} s, not from {least} to 30 s"
    return evidence(f"not paused; the leader's lock lasts {found['ttl']} s", *seen)


@check("Nobody changes Patroni by its interface without a certificate", timeout_s=60)
def changes_refused(on: Subject) -> Evidence:
    """Tries from outside and, where the address would do, from the database nodes themselves."""
    before, _ = places(on)
    seen: list[Outside] = []
    for name in _names(on):
        for method, path, body in CHANGES:
            answer = on.ask(_url(name, path), node=name, port=API, method=method, body=body)
            assert answer.status in (401, 403), f"{name}: {method} {path}: {answer.told()}"
            seen.append(answer)
        words = [[method, path, body.decode()] for method, path, body in CHANGES]
        base = f"https://{on.address(name)}:{API}"
        for source in _names(on):
            tried = on.beside(source, "python3", "-I", "-c", TRY, base, json.dumps(words))
            ended = json.loads(tried.text)
            assert set(ended) <= {401, 403}, f"{source} may change {name}: {ended}"
            seen.append(tried)
    assert places(on)[0] == before, "refused, and yet the primary is another one"
    return evidence(f"{len(CHANGES)} changes were refused everywhere", *seen)


@check("Nothing but Patroni starts PostgreSQL")
def fenced(on: Subject) -> Evidence:
    """A server started beside it would be a second primary; drills try the rest."""
    seen = []
    for name in _names(on):
        leads_to = on.run(name, "systemctl", "show", "-P", "Id", START).text
        assert leads_to == "patroni@17-main.service", f"{name}: {START} is {leads_to}"
        how = on.file(name, "/etc/postgresql/17/main/start.conf").decode().split()
        assert "auto" not in how, f"{name}: Debian starts the cluster by itself (start.conf)"
        seen.append(on.beside(name, "sh", "-c", "cat /proc/[0-9]*/comm"))
        assert "patroni" in seen[-1].text, f"{name}: no Patroni runs"
    return evidence(f"{START} is Patroni on {', '.join(_names(on))}", *seen)


def _names(on: Subject) -> list[str]:
    return [node.name for node in on.lab.with_role("patroni")]


def _url(node: str, path: str) -> str:
    return f"https://{node}:{API}{path}"


def _cluster(on: Subject, node: str) -> dict[str, Any]:
    answer = on.ask(_url(node, "/cluster"), node=node, port=API)
    assert answer.status == 200, f"{node}: {answer.told()}"
    found: dict[str, Any] = answer.json()
    return found
