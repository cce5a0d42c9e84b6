"""Security events: an attack is one, with its evidence; work is none; and nobody else looks in."""

from __future__ import annotations

from typing import Any

from barelab.grading import Evidence, Subject, check, evidence
from barelab.grading.events import attack, events, rows, search, siem, told
from barelab.grading.relp import relp
from barelab.support.wait import until

ELASTICSEARCH, INTAKE = 9200, ("siem", "intake")
# What the site promises of an event. A changed file is looked for every 10 s, and so is what a
# rule describes.
EVENT_S = 30.0
# A line waits for its sender, and for Elasticsearch to make it findable.
FOUND_S = 20.0
RULES = """
import glob
for name in glob.glob("/proc/1/root/etc/sigma/rules/*.yml"):
    print(name.split("/")[-1].removesuffix(".yml"))
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


@check("An attack on the site is an event with its evidence, and a visit is none", timeout_s=300)
def attack_is_an_event(on: Subject) -> Evidence:
    """Visits a page, then looks for a file of passwords, each with a nonce of its own."""
    visit = on.ask_site(on.lab.sites[0])
    [event], seen = attack(on, "/.env", rule="web-scan", within_s=EVENT_S)
    assert event["node"] == on.lab.front, f"it is told of {event['node']}"
    # The visit came before, so that by now it would be an event as well.
    others, beside = events(on, visit.nonces[0])
    assert not others, f"the visit is an event, too: {others[0]['rule']}"
    return evidence(f"{event['rule']}: {event['message']}", visit, *seen, beside)


@check("A change of a node's configuration is an event", timeout_s=300)
def change_is_an_event(on: Subject) -> Evidence:
    """Puts a file into the front node's configuration, and takes it away."""
    made: list[str] = []

    def change() -> str:
        made.append(f"/etc/verify-{on.nonce()}")
        on.run(on.lab.front, "touch", made[-1])
        return made[-1]

    try:
        acts = {"a change of the configuration": change}
        [event], seen = told(on, acts, "configuration-changed", EVENT_S)
    finally:
        on.run(on.lab.front, "rm", "-f", *made)
    assert event["node"] == on.lab.front, f"it is told of {event['node']}"
    return evidence(f"{event['node']}: {event['message']}", *seen)


@check("The rules see lines of every node", timeout_s=240)
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
            asked = {"query": {"query_string": {"query": query}}}
            answer, beside = search(on, "logs-*/_search", asked)
            seen.append(beside)
            return rows(answer)

        assert until(found, FOUND_S, every_s=0.5), f"a line of {name} is not found: {query}"
    return evidence(f"found by part of their text: {', '.join(words)}", *seen[-len(words) :])


@check("Every rule is looked at", timeout_s=300)
def every_rule(on: Subject) -> Evidence:
    """Compares the rules that people write with those that ElastAlert looked at just now."""
    listed = on.beside(siem(on), "python3", "-I", "-c", RULES)
    query = {
        "size": 0,
        "query": {"range": {"@timestamp": {"gte": "now-40s"}}},
        "aggs": {"rules": {"terms": {"field": "rule_name", "size": 500}}},
    }
    answer, seen = search(on, "siem_status/_search", query)
    buckets = answer["aggregations"]["rules"]["buckets"]
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
        seen.append(relp(on, node, INTAKE, proof))
        assert "200 OK" not in seen[-1].text, f"certificate: {whose}: {seen[-1].text[:80]}"
    seen.append(relp(on, server, INTAKE, OWN))
    assert "200 OK" in seen[-1].text, f"{server} is not let in: {seen[-1].text[:120]}"
    return evidence(f"none: {seen[0].text}; {server}'s: {seen[-1].text[:20]}", *seen)


@check("What the siem has found is for its own node alone")
def search_is_closed(on: Subject) -> Evidence:
    """Knocks at Elasticsearch from other nodes; on its own it answers."""
    where = (on.address(siem(on), "private"), str(ELASTICSEARCH))
    seen = []
    for node in (on.lab.front, on.lab.with_role("log")[0].name):
        seen.append(on.beside(node, "python3", "-I", "-c", TCP, *where))
        assert seen[-1].text.startswith("refused"), f"from {node}: {seen[-1].text}"
    own = on.beside(siem(on), "python3", "-I", "-c", TCP, "127.0.0.1", str(ELASTICSEARCH))
    assert own.text == "connected", f"on its own node: {own.text}"
    return evidence(f"from elsewhere: {seen[-1].text}", *seen, own)


@check("Alertmanager hears of an event", timeout_s=300)
def alertmanager_hears(on: Subject) -> Evidence:
    """Plants another attack and asks the monitoring, where the lab has one, for its evidence."""
    path = "/search/?q=1%27+or+1=1"
    [event], seen = attack(on, path, rule="web-injection", within_s=EVENT_S)
    answers: list[Any] = [*seen]
    for monitor in on.lab.with_role("mon")[:1]:
        port = on.lab.roles["mon"].ports["alertmanager"]
        url = f"http://{monitor.name}:{port}/api/v2/alerts?filter=rule%3D%22web-injection%22"

        def heard(url: str = url, name: str = monitor.name, port: int = port) -> bool:
            answers.append(on.ask(url, node=name, port=port))
            return event["word"] in answers[-1].text

        assert until(heard, FOUND_S, every_s=1), f"{monitor.name} has no alert with the evidence"
    return evidence(f"{event['rule']}: {event['message']}", *answers)
