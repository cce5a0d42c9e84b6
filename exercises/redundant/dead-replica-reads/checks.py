"""Are pages read from the standby while it is there, and do they come when it is not?"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from socket import inet_ntoa
from typing import Any

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
from barelab.grading.databases import sql
from barelab.support.wait import until

PRIMARY, STANDBY = "db1", "db2"
SERVERS = ("app1", "app2")
UNIT = "postgresql@17-main.service"
PORT, POSTGRES = 8000, 5432
PAGES = 12
# A page takes milliseconds, on a busy machine a second or two; one that waits for a standby which
# says nothing, without an end to that, takes minutes.
PAGE_S = 6.0
# What is entered is in the standby within milliseconds; when it was just restarted, seconds.
PATIENCE_S = 15.0
# With the standby away: to give up two attempts of two seconds each is in order, and so is more.
# The load balancer itself waits for 35 s.
AWAY_S = 12.0
AT_ONCE = 4
# A thread of the application keeps a connection for a minute. One that was made while the standby
# was on its way leads to the primary for so long.
KEPT_S = 75.0
# For the standby to stop, or to start and follow, on a busy machine.
CHANGE_S = 45.0

END_IDLE = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
     WHERE usename = 'app' AND state = 'idle'
"""

# Runs beside an application server: does the standby let it in, and is it one?
LOG_IN = """
import json, sys, psycopg
try:
    with psycopg.connect(**json.loads(sys.argv[1])) as database:
        is_one = database.execute("SELECT pg_is_in_recovery()").fetchone()[0]
        print("" if is_one else "it is no standby")
except psycopg.Error as error:
    print(" ".join(str(error).split()))
"""

# Runs beside the standby: asks each application server some times at once. With `silent`, in the
# place of the standby's own server, takes connections meanwhile and never says a word.
ASK = """
import http.client, json, socket, sys, time
from concurrent.futures import ThreadPoolExecutor

words = json.loads(sys.argv[1])

def ask(server):
    began = time.monotonic()
    place = (words["servers"][server], words["port"])
    connection = http.client.HTTPConnection(*place, timeout=words["wait_s"])
    try:
        headers = {"Host": words["host"], "X-Forwarded-Proto": "https"}
        connection.request("GET", words["page"], headers=headers)
        answer = connection.getresponse()
        text = answer.read(1 << 20).decode(errors="replace")
        found = "" if words["name"] in text else ", without what was entered"
        said = f"{answer.status}{found}"
    except (OSError, http.client.HTTPException) as error:
        said = "no answer" if isinstance(error, TimeoutError) else type(error).__name__
    finally:
        connection.close()
    return server, said, time.monotonic() - began

mute = socket.create_server(tuple(words["silent"]), backlog=128) if words["silent"] else None
asked = [server for server in words["servers"] for _ in range(words["at_once"])]
with ThreadPoolExecutor(len(asked)) as pool:
    print(json.dumps(list(pool.map(ask, asked))))
"""

# Runs beside the standby: the kernel's own list of connections.
CONNECTIONS = "cat /proc/net/tcp /proc/net/tcp6"
ESTABLISHED = "01"


@check("Everybody's pages come soon, with what was entered a moment ago", points=3, timeout_s=90.0)
def pages_come(on: Subject) -> Evidence:
    """Enters a customer with a fresh name over the API, and looks for the name as a stranger."""
    name = entered(on)
    rounds: list[Asked] = []

    def shown() -> bool:
        rounds.append(on.ask_site("portal", "/", times=PAGES, timeout_s=PAGE_S))
        return all(answer.status == 200 and name in answer.text for answer in rounds[-1])

    came = until(shown, PATIENCE_S, every_s=2.0)
    asked = rounds[-1]
    with_it = sum(name in answer.text for answer in asked)
    told = f"{name} was entered, and {on.told(asked)}; {with_it} of them with the name"
    assert came, told
    slowest = max(answer.seconds for answer in asked)
    return evidence(f"{told}, the slowest after {slowest:.1f} s", asked)


@check("Both application servers read from the standby while it is there", points=3, timeout_s=120)
def read_from_standby(on: Subject) -> Evidence:
    """Has each show a page, and looks in the kernel of db2 whose connections it holds."""
    _assert_standby(on)
    url = f"http://{on.lab.host('portal')}/"
    seen: list[Beside] = []
    troubles: list[str] = []

    def pages() -> bool:
        said = {
            server: on.ask(
                url,
                node=server,
                port=PORT,
                headers={"X-Forwarded-Proto": "https"},
                timeout_s=PAGE_S,
            )
            for server in SERVERS
        }
        wrong = [f"{name}: {a.told()}" for name, a in said.items() if a.status != 200]
        troubles.append("; ".join(wrong))
        return not wrong

    def connected() -> bool:
        pages()
        seen.append(on.beside(STANDBY, "sh", "-c", CONNECTIONS))
        there = set(_clients(seen[-1].text))
        missing = [name for name in SERVERS if on.address(name) not in there]
        troubles.append(f"{STANDBY} has no connection from {' or '.join(missing)}")
        return not missing

    assert until(pages, PATIENCE_S, every_s=2.0), f"asked for a page, {troubles[-1]}"
    reads = until(connected, KEPT_S, every_s=1.0)
    assert reads, f"both servers showed pages for {KEPT_S:.0f} s, and {troubles[-1]}"
    told = f"{' and '.join(SERVERS)} show pages, and {STANDBY} has connections from both"
    return evidence(told, seen[-1])


@check(
    "When the standby is silent or off, pages come all the same",
    points=4,
    alone=True,
    timeout_s=240,
)
def goes_on_without(on: Subject) -> Evidence:
    """Puts something silent in the standby's place, then nothing, and brings it back at the end."""
    _assert_standby(on)
    name = entered(on)
    told, seen = [], []

    def asked(silent: bool) -> bool:
        answer, said, sound = _ask(on, name, silent=silent)
        seen.append(answer)
        told.append(said)
        return sound

    came = until(lambda: asked(silent=False), PATIENCE_S, every_s=2.0)
    assert came, f"while {STANDBY} is there: {told[-1]}"
    with _away(on):
        for silent, what in ((True, "silent"), (False, "off")):
            _forget(on)
            sound = asked(silent)
            told[-1] = f"{STANDBY} is {what}: {told[-1]}"
            assert sound, told[-1]
    return evidence("; ".join(told[-2:]), *seen[-2:])


@check("Nobody else can log in to the databases", points=1)
def doors_stay_shut(on: Subject) -> Evidence:
    """The probe tries with the right password; this was so all the time."""
    for node in (PRIMARY, STANDBY):
        for user in ("app", "postgres"):
            dsn = f"host={on.address(node)} port={POSTGRES} dbname=app user={user} sslmode=require"
            said = on.probe("postgres", dsn=f"{dsn} password={on.secret('database-password')}")
            heard = " ".join(str(said.get("error", "")).split())
            assert heard, f"a machine that is no application server may log in to {node} as {user}"
            assert "password authentication failed" not in heard, (
                f"{node} listens to a log-in as {user} from elsewhere: {heard[-200:]}"
            )
    return evidence(f"log-ins from elsewhere are refused: {heard[-200:]}", said)


@check("Visitors without HTTPS are still led to it", points=1)
def redirect_stays(on: Subject) -> Evidence:
    """So was this."""
    return leads_to_https(on)


def _assert_standby(on: Subject) -> None:
    """Return when the standby lets both application servers in.

    Raises:
        AssertionError: it does not, for some seconds.
    """
    for server in SERVERS:
        words = {
            "host": on.address(STANDBY),
            "port": POSTGRES,
            "dbname": "app",
            "user": "app",
            "password": on.secret("database-password"),
            "sslmode": "require",
            "connect_timeout": 3,
        }
        heard: list[str] = []

        def lets_in(
            server: str = server, words: dict[str, Any] = words, heard: list[str] = heard
        ) -> bool:
            seen = on.beside(server, "python3", "-I", "-c", LOG_IN, json.dumps(words))
            assert seen.output.exit_code == 0, seen.output.stderr.decode(errors="replace")[-300:]
            heard.append(seen.text)
            return not heard[-1]

        there = until(lets_in, PATIENCE_S / len(SERVERS), every_s=1.0)
        assert there, f"{STANDBY} as {server} sees it: {heard[-1][-200:]}"


def _ask(on: Subject, name: str, *, silent: bool) -> tuple[Beside, str, bool]:
    """Return the answers of the application servers, in words, and whether all show the name."""
    words = {
        "servers": {server: on.address(server) for server in SERVERS},
        "port": PORT,
        "host": on.lab.host("portal"),
        "page": f"/?nonce={on.nonce()}",
        "name": name,
        "wait_s": AWAY_S,
        "at_once": AT_ONCE,
        "silent": [on.address(STANDBY), POSTGRES] if silent else [],
    }
    seen = on.beside(
        STANDBY, "python3", "-I", "-c", ASK, json.dumps(words), timeout_s=2 * AWAY_S + 10
    )
    assert seen.output.exit_code == 0, seen.output.stderr.decode(errors="replace")[-300:]
    said = json.loads(seen.text)
    parts = []
    for server in SERVERS:
        answers = [answer for at, answer, _ in said if at == server]
        slowest = max(seconds for at, _, seconds in said if at == server)
        counted = ", ".join(f"{answers.count(a)} x {a}" for a in sorted(set(answers)))
        parts.append(f"{server} {counted} within {slowest:.1f} s")
    return seen, "; ".join(parts), all(answer == "200" for _, answer, _ in said)


@contextmanager
def _away(on: Subject) -> Iterator[None]:
    """Have the standby stopped meanwhile, and following again afterwards."""

    def listens() -> bool:
        place = {"address": on.address(STANDBY), "port": POSTGRES}
        return bool(on.probe("tcp", **place, timeout_s=1.0).get("connected"))

    def follows() -> bool:
        state = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
        return listens() and sql(on, PRIMARY, state) != "0"

    on.run(STANDBY, "systemctl", "stop", "--no-block", UNIT)
    try:
        assert until(lambda: not listens(), CHANGE_S, every_s=0.3), f"{STANDBY} does not stop"
        yield
    finally:
        on.run(STANDBY, "systemctl", "start", "--no-block", UNIT)
        back = until(follows, CHANGE_S, every_s=0.5)
        _forget(on)
    assert back, f"{STANDBY} was stopped and started, and does not follow after {CHANGE_S:g} s"


def _forget(on: Subject) -> None:
    """End the application's sessions at the primary that do nothing: it looks anew for each."""
    sql(on, PRIMARY, END_IDLE)


def _clients(table: str) -> Iterator[str]:
    """Yield the addresses with a connection to PostgreSQL's port; the kernel has them in hex."""
    for line in table.splitlines():
        words = line.split()
        if len(words) < 4 or words[3] != ESTABLISHED:
            continue
        if int(words[1].rpartition(":")[2], 16) == POSTGRES:
            # Of an IPv6 address that stands for an IPv4 one, the last eight digits are that one.
            digits = words[2].rpartition(":")[0][-8:]
            yield inet_ntoa(struct.pack("<I", int(digits, 16)))
