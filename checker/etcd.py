"""etcd: a majority that outlives the loss of one, and answers nobody it does not know."""

from __future__ import annotations

import json
from collections.abc import Sequence

from barelab.grading import Evidence, Outside, Subject, check, evidence
from barelab.grading.databases import write
from barelab.support.wait import until

CLIENTS, PEERS = 2379, 2380
ETCDCTL = "/usr/local/sbin/etcd-admin"
# In the base64 of etcd's JSON: every key there is.
ALL_KEYS = b'{"key": "AA==", "range_end": "AA=="}'
# A new member, or one that was away, takes part within a moment.
PATIENCE_S = 20.0
# Runs beside a node: asks a member for its peers, without a certificate.
ASK_PEER = """
import ssl, sys, urllib.request
trust = ssl.create_default_context(cafile="/proc/1/root/etc/ssl/certs/ca-certificates.crt")
trust.check_hostname = False
try:
    print(urllib.request.urlopen(sys.argv[1], timeout=5, context=trust).status)
except OSError as error:
    print(" ".join(str(error).split()))
"""


@check("Every member of etcd is healthy, and all of them are of one cluster", timeout_s=60)
def healthy(on: Subject) -> Evidence:
    """Asks each for its health, which takes a majority, and each whom it takes for members."""
    names = sorted(_members(on))
    seen = _healthy(on, names)
    for name in names:
        said = on.run(name, ETCDCTL, "member", "list", "--write-out=json")
        assert said.exit_code == 0, f"{name}: {said.stderr.decode(errors='replace')[-200:]}"
        found = sorted(member.get("name", "") for member in json.loads(said.text)["members"])
        assert found == names, f"{name} knows {', '.join(found)} as members"
    return evidence(f"healthy: {', '.join(names)}", *seen)


@check("Strangers learn nothing from etcd and change nothing in it", timeout_s=60)
def strangers_refused(on: Subject) -> Evidence:
    """The probe asks for all keys, and writes one, by TLS without a log-in; and guesses one."""
    seen = []
    for name in _members(on):
        base = f"https://{name}:{CLIENTS}/v3/"
        for what, body in (
            ("kv/range", ALL_KEYS),
            ("kv/put", b'{"key": "YQ==", "value": "YQ=="}'),
            ("auth/authenticate", b'{"name": "root", "password": "root"}'),
        ):
            answer = on.ask(base + what, node=name, port=CLIENTS, method="POST", body=body)
            assert answer.status >= 400, f"{name} answers {what} to a stranger: {answer.told()}"
            seen.append(answer)
    return evidence(f"{', '.join(_members(on))}: {seen[0].text[:120]}", *seen)


@check("Members of etcd take no one for a member without its certificate", timeout_s=60)
def peers_by_certificate(on: Subject) -> Evidence:
    """Asks the members' port from a node that is none, and from a member without certificate."""
    seen = []
    names = _members(on)
    for source in (on.lab.front, *names):
        for target in names:
            url = f"https://{on.address(target)}:{PEERS}/members"
            seen.append(on.beside(source, "python3", "-I", "-c", ASK_PEER, url, timeout_s=20))
            assert "certificate required" in seen[-1].text, (
                f"{source} to {target} without a certificate: {seen[-1].text}"
            )
    return evidence(seen[-1].text, *seen)


@check("Writes go on while one member of etcd is away", alone=True, timeout_s=90)
def outlives_one(on: Subject) -> Evidence:
    """Stops the member that leads, the hardest to miss, and lets it come back."""
    names = _members(on)
    gone = next(name for name in names if _leads(on, name))
    rest = [name for name in names if name != gone]
    on.run(gone, "systemctl", "stop", "etcd.service")
    try:
        written = write(on)
        seen = _healthy(on, rest)
    finally:
        on.run(gone, "systemctl", "start", "--no-block", "etcd.service")
    _healthy(on, names)
    return evidence(f"without {gone}: {', '.join(rest)} are healthy", written, *seen, write(on))


def _members(on: Subject) -> list[str]:
    return [node.name for node in on.lab.with_role("etcd")]


def _healthy(on: Subject, names: Sequence[str]) -> list[Outside]:
    seen: list[Outside] = []
    for name in names:

        def well(name: str = name) -> bool:
            url = f"https://{name}:{CLIENTS}/health"
            answer = on.ask(url, node=name, port=CLIENTS, timeout_s=5)
            seen.append(answer)
            return answer.status == 200 and answer.json()["health"] == "true"

        assert until(well, PATIENCE_S, every_s=0.5), f"{name} is not healthy"
    return seen


def _leads(on: Subject, name: str) -> bool:
    said = on.run(name, ETCDCTL, "endpoint", "status", "--write-out=json")
    status = json.loads(said.text)[0]["Status"]
    return bool(status["leader"] == status["header"]["member_id"])
