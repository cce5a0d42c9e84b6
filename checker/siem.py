"""Security events: an attack is one, with its evidence; work is none; and nobody else looks in."""

from __future__ import annotations

import json
from typing import Any

from barelab.grading import Beside, Evidence, Subject, check, evidence
from barelab.support.wait import until

ROLE, ELASTICSEARCH = "siem", 9200
# What the site promises of an event. A changed file is looked for every 10 s, and so is what a
# rule describes.
EVENT_S = 30.0
# A line waits for its sender, and for Elasticsearch to make it findable.
FOUND_S = 20.0
# Beside the siem, whose Elasticsearch answers its own node alone.
SEARCH = """
import sys, urllib.request
head = {"Content-Type": "application/json"}
asked = urllib.request.Request("http://127.0.0.1:9200/" + sys.argv[1], sys.argv[2].encode(), head)
print(urllib.request.urlopen(asked, timeout=10).read().decode())
"""
RULES = """
import glob
for name in glob.glob("/proc/1/root/etc/sigma/rules/*.yml"):
    print(name.split("/")[-1].removesuffix(".yml"))
"""
# Beside any node: opens a RELP session by TLS, with a certificate of that node where it is named.
RELP = """
import socket, ssl, sys
address, port, name, certificate, key = sys.argv[1:]
root = "/proc/1/root"
try:
    trust = ssl.create_default_context(cafile=root + "/etc/ssl/certs/ca-certificates.crt")
    if certificate:
        trust.load_cert_chain(root + certificate, root + key)
    wire = socket.create_connection((address, int(port)), timeout=8)
    wire = trust.wrap_socket(wire, server_hostname=name)
    data = b"relp_version=0\\nrelp_software=verify\\ncommands=syslog"
    wire.sendall(b"1 open %d %s\\n" % (len(data), data))
    print(" ".join(wire.recv(4096).decode(errors="replace").split()) or "closed")
except OSError as error:
    print("refused:", " ".join(str(error).split()))
"""
TCP = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=5)
    print("connected")
except OSError as error:
    print("refused:", " ".join(str(error).split()))
"""
OWN = ("/etc/rsyslog/node.crt", "/etc/rsyslog/node.key")
SITE = ("/etc/ssl/barelab/site.crt", "/etc/ssl/barelab/site.key")


@check("An attack on the site is an event with its evidence, and a visit is none", timeout_s=60)
def attack_is_an_event(on: Subject) -> Evidence:
    """Visits a page, then looks for a file of passwords, each with a nonce of its own."""
    visit = on.ask_site(on.lab.sites[0])
    attack = on.ask_site(on.lab.sites[0], "/.env")
    assert attack.first.status, on.told(attack)
    event, seen = _event(on, "web-scan", attack.nonces[0])
    assert event["node"] == on.lab.front, f"it is told of {event['node']}"
    # The visit came before, so that by now it would be an event as well.
    others, beside = _events(on, visit.nonces[0])
    assert not others, f"the visit is an event, too: {others[0]['rule']}"
    return evidence(f"{event['rule']}: {event['message']}", visit, attack, seen, beside)


@check("A change of a node's configuration is an event", timeout_s=60)
def change_is_an_event(on: Subject) -> Evidence:
    """Puts a file into the front node's configuration, and takes it away."""
    path = f"/etc/verify-{on.nonce()}"
    on.run(on.lab.front, "touch", path)
    try:
        event, seen = _event(on, "configuration-changed", path)
    finally:
        on.run(on.lab.front, "rm", "-f", path)
    assert event["node"] == on.lab.front, f"it is told of {event['node']}"
    return evidence(f"{event['node']}: {event['message']}", seen)


@check("The rules see lines of every node", timeout_s=90)
def lines_of_every_node(on: Subject) -> Evidence:
    """Logs a nonce on each and searches for it, with the fields that rules ask for."""
    words = {node.name: f"verify-{on.nonce()}" for node in on.lab.visible()}
    for name, word in words.items():
        on.run(name, "systemd-cat", "--identifier=verify", "echo", word)
    seen = []
    for name, word in words.items():
        # As rules have it: part of a text, in letters of any size.
        query = f"identifier:verify AND node:{name} AND message:*{word[2:].upper()}*"

        def found(query: str = query) -> list[dict[str, Any]]:
            rows, beside = _search(
                on, "logs-*/_search", {"query": {"query_string": {"query": query}}}
            )
            seen.append(beside)
            return rows

        assert until(found, FOUND_S, every_s=0.5), f"a line of {name} is not found: {query}"
    return evidence(f"found by part of their text: {', '.join(words)}", *seen[-len(words) :])


@check("Every rule is looked at", timeout_s=60)
def every_rule(on: Subject) -> Evidence:
    """Compares the rules that people write with those that ElastAlert looked at just now."""
    listed = on.beside(_siem(on), "python3", "-I", "-c", RULES)
    query = {
        "size": 0,
        "query": {"range": {"@timestamp": {"gte": "now-40s"}}},
        "aggs": {"rules": {"terms": {"field": "rule_name", "size": 500}}},
    }
    seen = on.beside(_siem(on), "python3", "-I", "-c", SEARCH, "siem_status/_search", _text(query))
    buckets = json.loads(seen.text)["aggregations"]["rules"]["buckets"]
    wanted, looked = {*listed.text.split()}, {each["key"] for each in buckets}
    assert len(wanted) >= 10, f"there are {len(wanted)} rules"
    assert wanted <= looked, f"not looked at: {', '.join(sorted(wanted - looked))}"
    return evidence(f"{len(wanted)} rules within 40 s: {', '.join(sorted(wanted))}", listed, seen)


@check("The siem takes lines from the log server alone", timeout_s=60)
def strangers_refused(on: Subject) -> Evidence:
    """Comes without a certificate, with the site's, with a node's, and with the log server's."""
    front, server = on.lab.front, on.lab.with_role("log")[0].name
    asked = [("none", front, ("", "")), ("the site's", front, SITE), ("a node's", front, OWN)]
    seen = []
    for whose, node, proof in asked:
        seen.append(_relp(on, node, proof))
        assert "200 OK" not in seen[-1].text, f"certificate: {whose}: {seen[-1].text[:80]}"
    seen.append(_relp(on, server, OWN))
    assert "200 OK" in seen[-1].text, f"{server} is not let in: {seen[-1].text[:120]}"
    return evidence(f"none: {seen[0].text}; {server}'s: {seen[-1].text[:20]}", *seen)


@check("What the siem has found is for its own node alone")
def search_is_closed(on: Subject) -> Evidence:
    """Knocks at Elasticsearch from other nodes; on its own it answers."""
    where = (on.address(_siem(on), "private"), str(ELASTICSEARCH))
    seen = []
    for node in (on.lab.front, on.lab.with_role("log")[0].name):
        seen.append(on.beside(node, "python3", "-I", "-c", TCP, *where))
        assert seen[-1].text.startswith("refused"), f"from {node}: {seen[-1].text}"
    own = on.beside(_siem(on), "python3", "-I", "-c", TCP, "127.0.0.1", str(ELASTICSEARCH))
    assert own.text == "connected", f"on its own node: {own.text}"
    return evidence(f"from elsewhere: {seen[-1].text}", *seen, own)


@check("Alertmanager hears of an event", timeout_s=60)
def alertmanager_hears(on: Subject) -> Evidence:
    """Plants another attack and asks the monitoring, where the lab has one, for its evidence."""
    attack = on.ask_site(on.lab.sites[0], "/search/?q=1%27+or+1=1")
    event, seen = _event(on, "web-injection", attack.nonces[0])
    answers: list[Any] = [attack, seen]
    for monitor in on.lab.with_role("mon")[:1]:
        port = on.lab.roles["mon"].ports["alertmanager"]
        url = f"http://{monitor.name}:{port}/api/v2/alerts?filter=rule%3D%22web-injection%22"

        def told(url: str = url, name: str = monitor.name, port: int = port) -> bool:
            answers.append(on.ask(url, node=name, port=port))
            return attack.nonces[0] in answers[-1].text

        assert until(told, FOUND_S, every_s=1), f"{monitor.name} has no alert with the evidence"
    return evidence(f"{event['rule']}: {event['message']}", *answers[:2], answers[-1])


def _siem(on: Subject) -> str:
    return on.lab.with_role(ROLE)[0].name


def _text(query: dict[str, Any]) -> str:
    return json.dumps(query)


def _search(on: Subject, path: str, query: dict[str, Any]) -> tuple[list[dict[str, Any]], Beside]:
    seen = on.beside(_siem(on), "python3", "-I", "-c", SEARCH, path, _text(query))
    assert seen.text, f"Elasticsearch of {_siem(on)} does not answer"
    return [hit["_source"] for hit in json.loads(seen.text)["hits"]["hits"]], seen


def _events(on: Subject, word: str) -> tuple[list[dict[str, Any]], Beside]:
    """Return the latest events whose evidence has a word in it: the line, and the rule's name."""
    query = {"size": 200, "sort": [{"alert_time": {"order": "desc", "unmapped_type": "date"}}]}
    rows, seen = _search(on, "siem/_search", query)
    found = [row["match_body"] | {"rule": row["rule_name"]} for row in rows if "rule_name" in row]
    return [each for each in found if word in each["message"]], seen


def _event(on: Subject, rule: str, word: str) -> tuple[dict[str, Any], Beside]:
    """Wait for an event of a rule with a word in its evidence."""
    seen = []

    def there() -> dict[str, Any] | None:
        rows, beside = _events(on, word)
        seen.append(beside)
        return next((row for row in rows if row["rule"] == rule), None)

    found = until(there, EVENT_S, every_s=0.5)
    assert found, f"{EVENT_S:g} s later {_siem(on)} has no event `{rule}` with {word}"
    return found, seen[-1]


def _relp(on: Subject, source: str, proof: tuple[str, str]) -> Beside:
    port = str(on.lab.roles[ROLE].ports["intake"])
    where = (on.address(_siem(on), "private"), port, _siem(on))
    return on.beside(source, "python3", "-I", "-c", RELP, *where, *proof)
