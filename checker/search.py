"""Search: what is entered is found by the index, which nobody else can reach, and is not missed."""

from __future__ import annotations

import base64
import json
import time
from functools import partial

from barelab.grading import Asked, Beside, Browser, Evidence, Subject, check, entered, evidence
from barelab.model.app import Search
from barelab.support.errors import CouldNotTell
from barelab.support.wait import until

PORT = 9200
ALIAS = "app"
UNIT = "elasticsearch.service"
# A task, a document and a question, on a busy machine; a worker that has just started first
# makes the index.
FOUND_S = 60.0
# A lab that has just started makes its first index, and Java takes its time on a busy machine.
START_S = 150.0
# The server starts, and whoever sweeps comes back for what changed meanwhile.
BACK_S = 180.0
# Somebody waits for a page: the database answers when the search server does not.
PAGE_S = 5.0
REBUILD_S = 240.0
# Searches by one program beside a node.
AT_ONCE = 10
# Runs beside a node that may ask, and prints each answer's status and body.
ASK = """
import http.client, json, ssl, sys
words = json.loads(sys.argv[1])
trust = ssl.create_default_context(cafile="/proc/1/root/etc/ssl/certs/ca-certificates.crt")
said = []
for method, path, body in words["requests"]:
    try:
        where = (words["name"], words["port"])
        if words["tls"]:
            link = http.client.HTTPSConnection(*where, timeout=5, context=trust)
        else:
            link = http.client.HTTPConnection(*where, timeout=5)
        link.request(method, path, body, {"Content-Type": "application/json", **words["headers"]})
        answer = link.getresponse()
        said.append([answer.status, answer.read().decode(errors="replace")[:2000]])
    except OSError as error:
        said.append([0, f"{type(error).__name__}: {error}"])
print(json.dumps(said))
"""
# None of them would do harm, if it were let through.
FORBIDDEN = (
    ("GET", "/_cluster/settings", None),
    ("PUT", "/_cluster/settings", '{"transient": {}}'),
    ("GET", "/_cat/indices", None),
    ("GET", "/_search", None),
    ("PUT", "/other", "{}"),
    ("DELETE", "/other", None),
    ("DELETE", "/other*", None),
    ("POST", f"/{ALIAS}/_forcemerge?max_num_segments=1000", None),
    ("POST", "/_aliases", '{"actions": [{"remove_index": {"index": "other"}}]}'),
    ("POST", "/_bulk", '{"index": {"_index": "other"}}\n{}\n'),
)

OWN = (("HEAD", f"/_alias/{ALIAS}", None), ("POST", f"/{ALIAS}/_search", '{"size": 1}'))
Answers = tuple[list[tuple[int, str]], Beside]


@check("Who is entered is found by the search server a moment later", timeout_s=270)
def found_by_index(on: Subject) -> Evidence:
    """Entered where customers are, and looked for where operators are."""
    search, visitor = _visitor(on)
    anybody = search.page.format(key="a")
    until(lambda: search.shows in visitor.get(anybody).first.text, START_S, every_s=1.0)
    name = entered(on)
    began = time.monotonic()
    found = until(partial(_found, visitor, search, name), FOUND_S, every_s=0.5)
    assert found, f"{name} is not found by the index within {FOUND_S:g} s"
    took = time.monotonic() - began
    return evidence(f"{name} is found by the index after {took:.1f} s", found)


@check("The search server answers nobody without TLS, and nobody without a password")
def strangers_refused(on: Subject) -> Evidence:
    """Asks as the application's neighbour could that has lost both."""
    seen = []
    for node in on.lab.with_role("search"):
        question = ("POST", f"/{ALIAS}/_search", "{}")
        plain, saw = asked(on, node.name, [question], tls=False, login=_login(on))
        assert plain[0][0] in (0, 400), f"{node.name} answers without TLS: {plain[0]}"
        seen.append(saw)
        for who in ("", f"{ALIAS}:{on.nonce()}"):
            answers, saw = asked(on, node.name, [question, ("GET", "/", None)], login=who)
            assert answers[0][0] == 401, (
                f"{node.name} answers {who or 'who says nothing'}: {answers}"
            )
            assert answers[1][0] in (401, 403), f"{node.name} tells of itself: {answers[1]}"
            seen.append(saw)
    return evidence("without TLS nothing; without the password 401", *seen)


@check("The application may search and keep its own index, and nothing else", timeout_s=210)
def least_privilege(on: Subject) -> Evidence:
    """With the application's password, past the application."""
    seen = []
    for node in on.lab.with_role("search"):
        tries: list[Answers] = []
        allowed = until(partial(_may_search, on, node.name, tries), START_S, every_s=1.0)
        answers, saw = tries[-1]
        assert allowed, f"the application is told: {answers}"
        seen.append(saw)
        answers, saw = asked(on, node.name, FORBIDDEN, login=_login(on))
        for (method, path, _), answer in zip(FORBIDDEN, answers, strict=True):
            assert answer[0] == 403, f"{node.name} lets the application {method} {path}: {answer}"
        seen.append(saw)
        other = '{"index": {"_index": "other", "_id": "1"}}\n{"text": "x"}\n'
        answers, saw = asked(on, node.name, [("POST", f"/{ALIAS}/_bulk", other)], login=_login(on))
        assert answers[0][0] == 400, f"{node.name} takes another index in a body: {answers}"
        seen.append(saw)
    told = ", ".join(f"{method} {path}" for method, path, _ in FORBIDDEN)
    return evidence(f"its own alias: 200; {told}: 403; another index in a body: 400", *seen)


@check("The index is rebuilt, and every search meanwhile is answered", alone=True, timeout_s=330)
def rebuilt_meanwhile(on: Subject) -> Evidence:
    """Asks without a pause from before the rebuild until the new index is the only one."""
    search, visitor = _visitor(on)
    name = entered(on)
    assert until(partial(_found, visitor, search, name), FOUND_S, every_s=0.5), "not found before"
    node, where = (on.lab.with_role(role)[0].name for role in ("search", "django"))
    before, _ = indexes(on)
    command = ("systemd-run", "--quiet", f"--unit=rebuild-{name}", "app-manage", "rebuild_search")
    on.run(where, *command)
    question = (
        "POST",
        f"/{ALIAS}/_search",
        json.dumps({"query": {"query_string": {"query": name}}}),
    )
    count, deadline = 0, time.monotonic() + REBUILD_S
    while time.monotonic() < deadline:
        answers, seen = asked(on, node, [question] * AT_ONCE, login=_login(on))
        lost = [answer for answer in answers if answer[0] != 200 or name not in answer[1]]
        assert not lost, f"during the rebuild {node} does not find {name}: {lost[0]}"
        count += len(answers)
        after, named = indexes(on)
        if len(after) == 1 and after != before:
            told = f"{', '.join(before)} became {', '.join(after)}"
            return evidence(f"{told}; {count} searches meanwhile found {name}", seen, named)
    raise AssertionError(f"no new index within {REBUILD_S:g} s: {', '.join(after)}")


@check("Without the search server pages are there, and it catches up", alone=True, timeout_s=360)
def catches_up(on: Subject) -> Evidence:
    """Stops it, enters somebody, and looks before and after it is started again."""
    search, visitor = _visitor(on)
    nodes = [node.name for node in on.lab.with_role("search")]
    try:
        for node in nodes:
            on.run(node, "systemctl", "stop", UNIT)
        name = entered(on)
        began = time.monotonic()
        page = visitor.get(search.page.format(key=name))
        took = time.monotonic() - began
        assert took < PAGE_S, f"{on.told(page)} after {took:.1f} s"
        assert page.first.status in (200, 302), f"without the search server: {on.told(page)}"
        assert search.shows not in page.first.text, "the index answers, and should be off"
    finally:
        for node in nodes:
            on.run(node, "systemctl", "start", "--no-block", UNIT)
    found = until(partial(_found, visitor, search, name), BACK_S, every_s=1.0)
    assert found, f"{name}, entered meanwhile, is not found within {BACK_S:g} s"
    return evidence(f"a page after {took:.1f} s without it; then it caught up", page, found)


def asked(
    on: Subject,
    node: str,
    requests: list[tuple[str, str, str | None]] | tuple[tuple[str, str, str | None], ...],
    *,
    login: str,
    tls: bool = True,
) -> Answers:
    """Return status and body of each answer, asked from beside a node with an arrow to it."""
    code = base64.b64encode(login.encode()).decode()
    words = {
        "name": node,
        "port": PORT,
        "tls": tls,
        "headers": {"Authorization": f"Basic {code}"} if login else {},
        "requests": requests,
    }
    seen = on.beside(on.callers(node, PORT)[0], "python3", "-I", "-c", ASK, json.dumps(words))
    assert seen.output.exit_code == 0, seen.output.stderr.decode(errors="replace")[-300:]
    return [(status, body) for status, body in json.loads(seen.text)], seen


def indexes(on: Subject) -> tuple[list[str], Beside]:
    """Return the names of the indexes there are for the alias."""
    node = on.lab.with_role("search")[0].name
    answers, seen = asked(on, node, [("GET", f"/{ALIAS}-*/_alias", None)], login=_login(on))
    assert answers[0][0] == 200, f"{node} tells the application: {answers[0]}"
    return sorted(json.loads(answers[0][1])), seen


def _may_search(on: Subject, node: str, tries: list[Answers]) -> bool:
    tries.append(asked(on, node, OWN, login=_login(on)))
    return [status for status, _ in tries[-1][0]] == [200, 200]


def _login(on: Subject) -> str:
    return f"{ALIAS}:{on.secret('search-password')}"


def _visitor(on: Subject) -> tuple[Search, Browser]:
    search = on.lab.app.search
    if search is None:
        raise CouldNotTell("app.yaml does not say where somebody is found")
    visitor = Browser(on, on.lab.app.accounts[search.account].site)
    visitor.log_in(search.account)
    return search, visitor


def _found(visitor: Browser, search: Search, name: str) -> Asked | None:
    page = visitor.get(search.page.format(key=name))
    return page if _shown(page, search, name) else None


def _shown(page: Asked, search: Search, name: str) -> bool:
    """Tell whether the page shows the name as a result, beside the field it was typed into."""
    return page.all_have(200) and search.shows in page.first.text and f"{name} " in page.first.text
