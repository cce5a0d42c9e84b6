"""Does a log-in last, whichever server is asked, until somebody logs out?"""

from __future__ import annotations

import json
import threading
from collections import Counter
from typing import Any, NamedTuple

from barelab.grading import (
    Asked,
    Beside,
    Browser,
    Evidence,
    Subject,
    check,
    evidence,
    takes_payment,
)
from barelab.grading.browser import LOG_IN_S
from barelab.support.wait import until

FRONT, PORT = "lb1", 8000
SERVERS = ("app1", "app2")
# A page of each account that strangers do not get: they are sent to the log-in.
PRIVATE = {"subscriber": "/account/", "operator": "/subscribers/"}
# More than chance would lead past a server that gets every second one.
PAGES = 16
# At each server: it has two processes, and what is kept in one only must show.
TIMES = 6
# For a lab's first log-ins to be made, in one check before another's turn, and then for all
# questions on a busy machine.
SLOW_S = 2 * LOG_IN_S + 75.0
VISIT_S = 40.0
# Each log-in takes 19 MiB of a server (subscribers/hashers.py). Checks run side by side, and some
# of them log in: one after the other, as people do.
ONE_AT_A_TIME = threading.Lock()
# Cookies that are not the session's.
OTHERS = ("csrftoken", "wrote", "messages")

# Runs beside the load balancer, and asks each server in its words: logs in at one, looks at all
# who they think it is, and perhaps logs out at one and looks again with the cookies from before.
VISIT = """
import http.client, json, sys
from collections import Counter
from urllib.parse import urlencode

words = json.loads(sys.argv[1])
host = words["host"]

class Visitor:
    def __init__(self):
        self.cookies = {}

    def ask(self, server, method, path, fields=None):
        connection = http.client.HTTPConnection(words["servers"][server], words["port"], timeout=5)
        headers = {"Host": host, "X-Forwarded-Proto": "https", "Origin": "https://" + host}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Referer"] = f"https://{host}{path}"
            body = urlencode({**fields, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")})
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            for line in answer.headers.get_all("Set-Cookie", []):
                self.keep(line)
            return str(answer.status)
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()

    def keep(self, line):
        # As browsers do: what is meant for another host, or begins with a promise that the rest
        # of the line does not keep, is not taken.
        pair, *rest = line.split(";")
        name, _, value = (part.strip() for part in pair.partition("="))
        marks = {key.strip().lower(): of.strip() for key, _, of in (r.partition("=") for r in rest)}
        domain = marks.get("domain", "").lstrip(".").lower()
        ours = not domain or host == domain or host.endswith("." + domain)
        promised = "secure" in marks if name.startswith(("__Secure-", "__Host-")) else True
        if name.startswith("__Host-"):
            promised = promised and not domain and marks.get("path") == "/"
        if marks.get("max-age") == "0":
            self.cookies.pop(name, None)
        elif ours and promised:
            self.cookies[name] = value

    def known(self):
        asked = {}
        for server in words["servers"]:
            found = Counter()
            for _ in range(words["times"]):
                status = self.ask(server, "GET", words["page"])
                found[status] += 1
                if not status.isdecimal():
                    break  # a silent server is slow to ask
            asked[server] = found
        return asked

visitor = Visitor()
visitor.ask(words["first"], "GET", "/login/")
told = {"log_in": visitor.ask(words["first"], "POST", "/login/", words["who"])}
if told["log_in"] == "302":
    told["known"] = visitor.known()
    if words["leave_at"]:
        former = Visitor()
        former.cookies = dict(visitor.cookies)
        told["log_out"] = visitor.ask(words["leave_at"], "POST", "/logout/", {})
        told["after"] = former.known()
print(json.dumps(told))
"""


class Visit(NamedTuple):
    """A log-in at a server, which pages each of them gave then, and after a log-out."""

    seen: Beside
    said: dict[str, Any]
    told: str

    @property
    def known(self) -> bool:
        """Whether every server took it for one who is logged in, each time."""
        return all(set(found) == {"200"} for found in self.said["known"].values())


@check("Who has logged in stays so, page after page", points=3, timeout_s=SLOW_S)
def log_ins_last(on: Subject) -> Evidence:
    """As a customer and as an operator, by the forms, at the front door."""
    told = []
    for account, page in PRIVATE.items():
        visitor = Browser(on, on.lab.app.accounts[account].site)
        with ONE_AT_A_TIME:
            visitor.log_in(account)
        found = Counter[str]()
        while found.total() < PAGES and all(map(str.isdecimal, found)):
            asked = visitor.get(page)
            found[asked.first.told()] += 1
        told.append(f"logged in as {account}, then {page}: {_listed(found)}")
        assert set(found) == {"200"}, told[-1]
    return evidence("; ".join(told), asked)


@check(
    "A log-in that one application server made is known to the other", points=4, timeout_s=SLOW_S
)
def either_server_knows(on: Subject) -> Evidence:
    """So either of them may go. Asks each past the load balancer's choice, in its words.

    Once each way: what one knows of the other need not be so the other way round.
    """
    told, seen = [], []
    for account, first in zip(PRIVATE, SERVERS, strict=True):
        visit = _visit(on, account, first)
        assert visit.known, visit.told
        told.append(visit.told)
        seen.append(visit.seen)
    return evidence("; ".join(told), *seen)


@check("Who logs out is out, at both application servers", points=2, timeout_s=SLOW_S)
def log_out_holds(on: Subject) -> Evidence:
    """Logs in at one, out at the other, and tries the cookies from before."""
    told, seen = [], []
    for first, second in (SERVERS, SERVERS[::-1]):
        visit = _visit(on, "subscriber", first, leave_at=second)
        assert visit.known, visit.told
        after = visit.said["after"]
        told.append(f"{visit.told}; logged out at {second}, then {_by_server(after)}")
        assert visit.said["log_out"] == "302", f"the log-out at {second}: {visit.said['log_out']}"
        still = [name for name, found in after.items() if set(found) != {"302"}]
        assert not still, told[-1]
        seen.append(visit.seen)
    return evidence("; ".join(told), *seen)


@check("Nobody gets in without a log-in", points=1)
def strangers_stay_out(on: Subject) -> Evidence:
    """Without cookies, and with made-up ones. This was fine all the time."""
    made_up = on.nonce() * 2
    for cookies in ("", f"sessionid={made_up}; __Host-session={made_up}"):
        asked = on.ask_site(
            "portal", PRIVATE["subscriber"], headers={"Cookie": cookies} if cookies else {}
        )
        assert asked.all_have(302), f"a stranger with cookies '{cookies}': {on.told(asked)}"
        assert "/login/" in asked.first.header("location"), f"{asked.told()}, not to the log-in"
    return evidence(f"a stranger is sent to the log-in: {asked.told()}", asked)


@check("The session's cookie goes over HTTPS only, and no script sees it", timeout_s=SLOW_S)
def cookie_is_safe(on: Subject) -> Evidence:
    """So it was all the time."""
    who = on.lab.app.accounts["subscriber"]
    fields = {"username": who.username, "password": _password(on, "subscriber")}
    tries: list[Asked] = []

    def decided() -> bool:
        with ONE_AT_A_TIME:
            tries.append(Browser(on, "portal").send("/login/", fields))
        return not tries[-1].all_have(200)  # that is the form again: no such log-in yet

    until(decided, LOG_IN_S, every_s=2.0)
    sent = tries[-1]
    given = [value for key, value in sent.first.headers if key == "set-cookie"]
    ours = [line for line in given if not line.startswith(OTHERS)]
    assert ours, f"{who.username} logs in: {on.told(sent)}, without a cookie"
    for line in ours:
        marks = {part.strip().lower() for part in line.split(";")[1:]}
        name = line.partition("=")[0]
        assert {"secure", "httponly"} <= marks, f"the cookie {name} is not Secure and HttpOnly"
    return evidence(f"{name} is Secure and HttpOnly", sent)


@check("A payment that comes in is kept and can be looked up", points=1)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before. This was fine all the time."""
    return takes_payment(on)


def _visit(on: Subject, account: str, first: str, leave_at: str = "") -> Visit:
    """Log in at a server; a new lab makes its log-ins when all else is done.

    Raises:
        AssertionError: it lets nobody in.
    """
    who = on.lab.app.accounts[account]
    words = {
        "servers": {name: on.address(name) for name in SERVERS},
        "port": PORT,
        "host": on.lab.host(who.site),
        "page": PRIVATE[account],
        "who": {"username": who.username, "password": _password(on, account)},
        "first": first,
        "leave_at": leave_at,
        "times": TIMES,
    }
    tries: list[tuple[Beside, dict[str, Any]]] = []

    def decided() -> bool:
        with ONE_AT_A_TIME:
            seen = on.beside(
                FRONT, "python3", "-I", "-c", VISIT, json.dumps(words), timeout_s=VISIT_S
            )
        assert seen.output.exit_code == 0, seen.output.stderr.decode(errors="replace")[-300:]
        tries.append((seen, json.loads(seen.text)))
        return tries[-1][1]["log_in"] != "200"  # that is the form again: no such log-in yet

    until(decided, LOG_IN_S, every_s=2.0)
    seen, said = tries[-1]
    assert said["log_in"] == "302", f"{who.username} logs in at {first}: {said['log_in']}"
    return Visit(seen, said, f"{who.username} logs in at {first}, then {_by_server(said['known'])}")


def _password(on: Subject, account: str) -> str:
    return on.secret(on.lab.app.secrets[on.lab.app.accounts[account].password])


def _by_server(found: dict[str, dict[str, int]]) -> str:
    return ", ".join(f"{name} says {_listed(counts)}" for name, counts in found.items())


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} x {status}" for status, count in counts.items())
