"""Monitoring: everybody is asked, what is measured is true, and trouble becomes an alert."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

from barelab.grading import Evidence, Subject, check, evidence
from barelab.grading.usual import as_operator, wants_operators
from barelab.launcher.probe import Answer
from barelab.support.wait import until

PROMETHEUS, ALERTMANAGER, NODE = 9090, 9093, 9100
# A node that has just come up is asked within 15 s; a rule looks every 15 s.
ASKED_S = 45.0
# To be seen, to last, to be looked at, to be told.
ALERT_S = 75.0
DAY_S = 86400.0
REQUESTS = 5
# Whose service is asked by which job, one answer for each node.
JOBS = {
    "nginx": "nginx",
    "cdn": "nginx",
    "django": "app",
    "postgres": "postgres",
    "redis": "redis",
    "search": "search",
    "mail": "mail",
    "siem": "siem",
    "mon": "alertmanager",
}
SIGNALS = {
    "latency": "app:seconds:p95",
    "traffic": "site:requests:rate1m",
    "errors": "app:errors:ratio1m",
    "saturation": "app:busy:ratio",
    "disk": "node_filesystem_avail_bytes",
    "memory": "node_memory_MemAvailable_bytes",
    "database connections": "pg_stat_activity_count",
    "certificate": "probe_ssl_earliest_cert_expiry",
}
# Runs beside a node: asks for another's figures with this node's own certificate, or with none.
ASK_NODE = """
import ssl, sys, urllib.request
root = "/proc/1/root/etc"
trust = ssl.create_default_context(cafile=f"{root}/ssl/certs/ca-certificates.crt")
trust.check_hostname = False
if sys.argv[2] == "own":
    trust.load_cert_chain(f"{root}/prometheus/node.crt", f"{root}/prometheus/node.key")
try:
    print(urllib.request.urlopen(sys.argv[1], timeout=5, context=trust).status)
except OSError as error:
    print(" ".join(str(error).split()))
"""


@check("Every node and every service is asked, and answers the monitoring", timeout_s=75)
def everybody_answers(on: Subject) -> Evidence:
    """Compares who answers Prometheus with the lab's own nodes."""
    wanted = {("node", node.name) for node in on.lab.visible()}
    for role, job in JOBS.items():
        wanted |= {(job, node.name) for node in on.lab.with_role(role)}
    wanted |= {("site", site) for site in on.lab.sites}
    # Flower, on the first of them, speaks for all workers.
    wanted |= {("celery", node.name) for node in on.lab.with_role("celery")[:1]}
    said: list[Answer] = []

    def missing() -> list[str]:
        # One job asks all Nginx at once, and says of each whether it answered.
        rows, answer = _query(on, 'up{job!="nginx"} == 1 or nginx_up == 1')
        said.append(answer)
        found = {(row["job"], row.get("node") or row.get("site")) for row, _ in rows}
        return sorted(f"{job} of {name}" for job, name in wanted - found)

    until(lambda: not missing(), ASKED_S, every_s=2)
    assert not (lost := missing()), f"not answering: {', '.join(lost)}"
    return evidence(f"{len(wanted)} are asked and answer", said[-1])


@check("The front door is asked by name from outside: pages and certificates are good")
def site_is_probed(on: Subject) -> Evidence:
    """Each site answers the monitoring, which also knows when its certificate ends."""
    good, answer = _query(on, 'probe_success{job="site"} == 1')
    assert {row["site"] for row, _ in good} == set(on.lab.sites), (
        f"these are good: {sorted(row['site'] for row, _ in good)}"
    )
    ends, asked = _query(on, "probe_ssl_earliest_cert_expiry")
    real = on.ask(f"https://{on.lab.host(on.lab.sites[0])}/")
    for row, value in ends:
        assert abs(value - float(real.tls["not_after"])) < 1, (
            f"{row['site']}: it says that the certificate ends at {value:.0f}"
        )
    days = (min(value for _, value in ends) - time.time()) / DAY_S
    return evidence(f"{len(good)} sites, {days:.0f} days left", answer, asked, real)


@check("What the monitoring measures is what happens", timeout_s=90)
def measures(on: Subject) -> Evidence:
    """Sends requests and finds them counted; and every signal has a value of now."""
    before = _total(on, "sum(app_requests_total)")
    asked = on.ask_site(on.lab.sites[0], times=REQUESTS)
    assert asked.all_have(200), on.told(asked)
    grown = until(
        lambda: _total(on, "sum(app_requests_total)") >= before + REQUESTS, ASKED_S, every_s=2
    )
    assert grown, f"of {REQUESTS} requests {_total(on, 'sum(app_requests_total)') - before:.0f} are"
    said = []
    for what, query in SIGNALS.items():
        rows, answer = _query(on, query)
        assert rows, f"{what} is not measured: {query} has no value"
        said.append(answer)
    if len(on.lab.with_role("postgres")) > 1:
        rows, answer = _query(on, "pg_replication_lag_seconds")
        assert rows, "how far a standby is behind is not measured"
    return evidence(f"{REQUESTS} requests are counted; {', '.join(SIGNALS)}", asked, *said)


@check("Every rule is loaded and can be evaluated, and Alertmanager hears of it")
def rules(on: Subject) -> Evidence:
    """Whether alerts fire and clear is proven when the image is built, rule by rule."""
    answer = _ask(on, PROMETHEUS, "/api/v1/rules")
    found = [rule for group in answer.json()["data"]["groups"] for rule in group["rules"]]
    alerts = {rule["name"] for rule in found if rule["type"] == "alerting"}
    for rule in found:
        assert rule["health"] != "err", f"{rule['name']}: {rule.get('lastError')}"
    wanted = {"NodeDown", "ExporterDown", "SiteDown", "ErrorsMany", "PagesSlow", "ReplicationLag"}
    wanted |= {"ConnectionsMany", "CertificateEnding", "DiskFilling", "MemoryShort", "QueueLong"}
    assert wanted <= alerts, f"there is no rule for {', '.join(sorted(wanted - alerts))}"
    heard = _ask(on, PROMETHEUS, "/api/v1/alertmanagers")
    assert heard.json()["data"]["activeAlertmanagers"], "Prometheus knows no Alertmanager"
    return evidence(f"{len(alerts)} alerts: {', '.join(sorted(alerts))}", answer, heard)


@check("The monitoring's pages want the operators' password")
def pages_want_a_log_in(on: Subject) -> Evidence:
    """By the front door: without it and with a wrong one refused, with it let in."""
    seen = [
        *wants_operators(on, "monitoring", "/consoles/index.html"),
        *wants_operators(on, "alerts"),
    ]
    right = as_operator(on.secret("operators"))
    for name in ("nodes", "site", "application", "database"):
        url = f"https://{on.lab.host('monitoring')}/consoles/{name}.html"
        seen.append(on.ask(url, headers=right))
        assert seen[-1].status == 200, f"{url}: {seen[-1].told()}"
        assert "error executing" not in seen[-1].text, f"{url}: {seen[-1].text[:200]}"
    return evidence("401 without, 200 with it", *seen)


@check("Nobody but the monitoring gets a node's figures or the application's", timeout_s=60)
def strangers_refused(on: Subject) -> Evidence:
    """A node asks with its own certificate and with none; a visitor asks the site and Nginx."""
    seen: list[Any] = []
    front = on.lab.front
    for node in on.lab.visible():
        url = f"https://{on.address(node.name, 'private')}:{NODE}/metrics"
        for how in ("none", "own"):
            seen.append(on.beside(front, "python3", "-I", "-c", ASK_NODE, url, how, timeout_s=20))
            refused = ("certificate required", "bad certificate")
            assert any(word in seen[-1].text for word in refused), (
                f"{node.name} answers {front} with {how} certificate: {seen[-1].text}"
            )
    seen.append(on.ask_site(on.lab.sites[0], "/metrics"))
    assert seen[-1].first.status == 404, f"the site's /metrics: {seen[-1].told()}"
    seen.append(on.ask(f"http://{front}/ping", port=80))
    assert seen[-1].status == 403, f"Nginx' counters: {seen[-1].told()}"
    return evidence(f"{seen[0].text}; the site's /metrics: 404; Nginx' /ping: 403", *seen)


@check(
    "A node that no longer answers becomes an alert, and is none when it does",
    alone=True,
    timeout_s=180,
)
def stopped_exporter_is_an_alert(on: Subject) -> Evidence:
    """Stops the exporter of the front node for so long."""
    unit, name = "prometheus-node-exporter.service", on.lab.front
    assert "NodeDown" not in _alerts(on, name)[0], f"there is an alert of {name} already"
    began = time.monotonic()
    on.run(name, "systemctl", "stop", unit)
    try:
        fired = until(lambda: "NodeDown" in _alerts(on, name)[0], ALERT_S, every_s=1)
        told, seen = _alerts(on, name)
        took_s = time.monotonic() - began
        down, _ = _query(on, f'up{{job="node",node="{name}"}} == 0')
    finally:
        on.run(name, "systemctl", "start", unit)
    assert fired, f"{ALERT_S:g} s after {name} fell silent Alertmanager has {told or 'no alert'}"
    assert down, f"there is an alert of {name}, which answers"
    over = until(lambda: "NodeDown" not in _alerts(on, name)[0], ALERT_S, every_s=1)
    assert over, f"{ALERT_S:g} s after {name} is back there still is an alert of it"
    return evidence(f"NodeDown of {name} after {took_s:.0f} s, and over again", seen)


def _mon(on: Subject) -> str:
    return on.lab.with_role("mon")[0].name


def _ask(on: Subject, port: int, path: str) -> Answer:
    answer = on.ask(f"http://{_mon(on)}:{port}{path}", node=_mon(on), port=port)
    assert answer.status == 200, f"{_mon(on)}:{port}{path}: {answer.told()}"
    return answer


def _query(on: Subject, query: str) -> tuple[list[tuple[dict[str, str], float]], Answer]:
    """Return the labels and values of a query to Prometheus, and its answer."""
    answer = _ask(on, PROMETHEUS, f"/api/v1/query?query={quote(query)}")
    rows = answer.json()["data"]["result"]
    return [(row["metric"], float(row["value"][1])) for row in rows], answer


def _total(on: Subject, query: str) -> float:
    return sum(value for _, value in _query(on, query)[0])


def _alerts(on: Subject, node: str) -> tuple[list[str], Answer]:
    """Return the names of Alertmanager's alerts of a node."""
    answer = _ask(on, ALERTMANAGER, "/api/v2/alerts")
    labels = [alert["labels"] for alert in answer.json()]
    return sorted(each["alertname"] for each in labels if each.get("node") == node), answer
