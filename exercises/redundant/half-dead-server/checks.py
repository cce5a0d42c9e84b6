"""Does each application server serve what the site has now, and does each get its share?"""

from __future__ import annotations

import json
from collections import Counter
from typing import NamedTuple

from barelab.grading import (
    Asked,
    Beside,
    Evidence,
    Subject,
    check,
    entered,
    evidence,
    leads_to_https,
)
from barelab.support.wait import until

FRONT, PORT = "lb1", 8000
SERVERS = ("app1", "app2")
# Pages are read from the standby: milliseconds behind, and after a restart seconds. The load
# balancer leaves a server that did not take connections alone for 5 s.
PATIENCE_S = 12.0
# More than chance would lead past a server that gets every second one.
PAGES = 16
REQUESTS = 24
# A server that is silent costs every question its full time; that, too, must come to an end here.
SLOW_S = 75.0

# Runs beside the load balancer, and so asks each server from its address and in its words: enters
# a customer with each, and looks with each for all of them.
EACH = """
import http.client, json, sys, time

words = json.loads(sys.argv[1])
servers, names = words["servers"], words["names"]

def ask(server, site, path, fields=None):
    connection = http.client.HTTPConnection(servers[server], words["port"], timeout=5)
    headers = {"Host": words["hosts"][site], "X-Forwarded-Proto": "https"}
    body = None
    if fields:
        headers |= {"Authorization": "Bearer " + words["token"], "Content-Type": "application/json"}
        body = json.dumps(fields)
    try:
        connection.request("POST" if body else "GET", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(1 << 20).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, f"{type(error).__name__}: {error}"
    finally:
        connection.close()

def trouble(server):
    status, text = ask(server, "portal", words["live"])
    if status != 200 or f'"{server}"' not in text:
        return f"{words['live']}: {status}, and does not say that it is {server}"
    status, text = ask(server, "console", "/login/")
    if status != 200 or 'name="password"' not in text:
        return f"the console's log-in: {status}, without a form"
    status, text = ask(server, "portal", words["page"])
    missing = [at for at, name in names.items() if name not in text]
    if status != 200 or missing:
        what = "does not show data" if words["shows"] not in text else (
            f"does not show the customer who was entered at {' and '.join(missing)}")
        return f"{words['page']}: {status}, and {what}"
    return ""

fields = {"last_name": "Check", "phone": "+915550000000", "town": "Nowhere"}
told = {}
for server, name in names.items():
    mail = {"first_name": name, "email": f"{name.lower()}@example.net"}
    status, text = ask(server, "portal", "/api/subscribers/", {**fields, **mail})
    if status != 201:
        told[server] = f"a new customer was sent to its API: {status} {text[:80]}"
deadline = time.monotonic() + words["patience_s"]
while True:
    seen = {server: told.get(server) or trouble(server) for server in servers}
    if not any(seen.values()) or time.monotonic() > deadline:
        break
    time.sleep(0.5)
print(json.dumps(seen))
"""


class Share(NamedTuple):
    """Who answered at the front door how often, and what is wrong with it."""

    asked: Asked
    told: str
    trouble: str


@check("Every page of the portal shows what was entered a moment ago", points=3, timeout_s=SLOW_S)
def visitors_see_data(on: Subject) -> Evidence:
    """Enters a customer with a fresh name at the front door, and looks for the name there."""
    name = entered(on)

    def shown() -> bool:
        rounds.append(on.ask_site("portal", "/", times=PAGES))
        return all(answer.status == 200 and name in answer.text for answer in rounds[-1])

    rounds: list[Asked] = []
    came = until(shown, PATIENCE_S, every_s=0.5)
    asked = rounds[-1]
    with_it = sum(name in answer.text for answer in asked)
    told = f"{name} was entered, and {on.told(asked)}; {with_it} of them with the name"
    assert came, told
    return evidence(told, asked)


@check(
    "Each application server serves the site, and both serve the same", points=4, timeout_s=SLOW_S
)
def each_serves_data(on: Subject) -> Evidence:
    """Asks each as the load balancer does; what was entered at one must be seen at the other."""
    app, sites = on.lab.app, on.lab.sites
    words = {
        "servers": {name: on.address(name) for name in SERVERS},
        "names": {name: f"N{on.nonce()}" for name in SERVERS},
        "hosts": {site: on.lab.host(site) for site in sites},
        "port": PORT,
        "token": on.secret("api-token"),
        "live": app.live,
        "page": app.sites["portal"].page,
        "shows": app.sites["portal"].shows,
        "patience_s": PATIENCE_S,
    }
    seen = on.beside(FRONT, "python3", "-I", "-c", EACH, json.dumps(words), timeout_s=60.0)
    assert seen.output.exit_code == 0, _why(seen)
    wrong = {name: trouble for name, trouble in json.loads(seen.text).items() if trouble}
    told = "; ".join(f"{name}: {trouble}" for name, trouble in wrong.items())
    assert not wrong, f"asked from {FRONT}, {told}"
    return evidence(f"asked from {FRONT}, {' and '.join(SERVERS)} show what each was told", seen)


@check(
    "Both application servers take their share of the requests, and serve it",
    points=2,
    timeout_s=SLOW_S,
)
def both_take_their_share(on: Subject) -> Evidence:
    """Each server tells its name; a share counts where the site is served as well."""
    last: list[Share] = []

    def shared() -> bool:
        last.append(_share(on))
        return not last[-1].trouble

    until(shared, PATIENCE_S, every_s=0.5)
    share = last[-1]
    assert not share.trouble, f"{share.told}; {share.trouble}"
    return evidence(share.told, share.asked)


@check("Visitors without HTTPS are still led to it", points=1)
def redirect_stays(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    return leads_to_https(on)


def _share(on: Subject) -> Share:
    asked = on.ask_site("portal", on.lab.app.live, times=REQUESTS)
    counts = Counter(_server(answer.text) for answer in asked)
    took = ", ".join(f"{name} {counts[name]}" for name in SERVERS)
    told = f"of {REQUESTS} requests at the front door: {took}"
    # Half of an even share: other checks ask at the same time.
    few = REQUESTS / len(SERVERS) / 2
    if idle := [name for name in SERVERS if counts[name] < few]:
        return Share(asked, told, f"{' and '.join(idle)} got too few")
    page = on.lab.app.sites["portal"]
    url = f"http://{on.lab.host('portal')}{page.page}"
    for name in SERVERS:
        answer = on.ask(url, node=name, port=PORT, headers={"X-Forwarded-Proto": "https"})
        if answer.status != 200 or (page.shows or "") not in answer.text:
            return Share(asked, told, f"the portal's page of {name}: {answer.told()}, without data")
    return Share(asked, told, "")


def _server(text: str) -> str:
    """Return the server that says that it lives, or nothing where no server does."""
    try:
        return str(json.loads(text)["node"])
    except (ValueError, KeyError, TypeError):
        return ""


def _why(seen: Beside) -> str:
    return seen.output.stderr.decode(errors="replace").strip()[-300:]
