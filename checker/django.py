"""The application: data from the database, health, its door, its user and its log."""

from __future__ import annotations

from typing import Any

from barelab.grading import Evidence, Subject, check, evidence, patient, static_names
from barelab.grading.browser import Browser
from barelab.support.wait import until

PORT = 8000
# Runs beside a node, and so asks from its address.
STATUS = """
import http.client, sys
connection = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]), timeout=int(sys.argv[4]))
connection.request("GET", sys.argv[3])
print(connection.getresponse().status)
"""
UNITS = ("app.socket", "app.service")
BACK_S = 30.0
# Something is done on each of up to eight servers.
EACH_S = 120.0
GUESSES = ("", "token", "changeme", "password", "api-token")


@check("The front page shows data from the database")
def shows_data(on: Subject) -> Evidence:
    """Of each site whose page says how to tell."""
    told = []
    for name in on.lab.sites:
        site = on.lab.app.sites[name]
        asked = on.ask_site(name, site.page)
        if site.shows is not None:
            assert asked.all_have(200), on.told(asked)
            assert site.shows in asked.first.text, f"{asked.told()}, but without data"
        else:
            assert asked.first.status in (200, 302), on.told(asked)
        told.append(asked)
    return evidence("; ".join(asked.told() for asked in told), *told)


@check("What is written through the front door can be read back, and is written once")
def keeps_data(on: Subject) -> Evidence:
    """A write with a fresh key, the same again, and a read of it."""
    app, key = on.lab.app, f"verify-{on.nonce()}"
    missing = on.request(app.read, key)
    assert missing.first.status == app.read.missing, f"{missing.told()}, before it was written"
    for _ in range(2):
        written = on.request(app.write, key)
        assert written.first.status in app.write.expected, on.told(written)
    read = on.request(app.read, key)
    assert read.first.status in app.read.expected, on.told(read)
    assert key in read.first.text, f"{read.told()}, but not with {key}"
    return evidence(f"wrote {key} twice, read it back: {read.first.told()}", read)


@check("The health page names the database and its state")
def health(on: Subject) -> Evidence:
    """Through the front door."""
    asked = on.ask_site(on.lab.sites[0], on.lab.app.health)
    assert asked.all_have(200), on.told(asked)
    state = _found(asked.first.json(), "database")
    assert state is not None, f"{asked.told()}, but it does not speak of the database"
    assert "up" in str(state), f"{asked.told()}, database: {state}"
    return evidence(f"{asked.told()}, database: {state}", asked)


@check("The API refuses who has no valid token")
def api_needs_token(on: Subject) -> Evidence:
    """None at all, and those that somebody would guess."""
    read = on.lab.app.read
    path = read.path.replace("{key}", f"verify-{on.nonce()}")
    for guess in GUESSES:
        asked = on.ask_site(read.site, path, headers={"Authorization": f"Bearer {guess}"})
        assert asked.first.status in (401, 403), f"{asked.told()}, with the token {guess!r}"
    return evidence(f"{asked.told()}, with none and with {len(GUESSES) - 1} guesses", asked)


@check("An unknown page is a plain 404, without a look inside")
def no_debug(on: Subject) -> Evidence:
    """Django's page for developers would show settings and paths."""
    asked = on.ask_site(on.lab.sites[0], f"/no-such-page-{on.nonce()}/")
    assert asked.all_have(404), on.told(asked)
    assert "DEBUG" not in asked.first.text, f"{asked.told()}, with Django's page for developers"
    return evidence(asked.told(), asked)


@check("The application runs as a user of its own")
def own_user(on: Subject) -> Evidence:
    """And each node answers for itself."""
    told, answers = [], []
    for node in on.lab.with_role("django"):
        live = on.ask(f"http://{node.name}{on.lab.app.live}", node=node.name, port=PORT)
        assert live.status == 200, f"{node.name}:{PORT} answers {live.told()}"
        users = set(on.run(node.name, "ps", "-o", "user=", "-C", "gunicorn").text.split())
        assert users and not users & {"root", "ops"}, f"{node.name}: gunicorn runs as {users}"
        told.append(f"{node.name}: {', '.join(users)}")
        answers.append(live)
    return evidence("; ".join(told), *answers)


@check("Nodes with an arrow to the uploads are given them, and nobody else", timeout_s=60)
def uploads_refused(on: Subject) -> Evidence:
    """The probe is refused, where others are told that there is no such file."""
    told, seen = [], []
    port, path = on.lab.roles["django"].ports["uploads"], f"/{on.nonce()}"
    for node in on.lab.with_role("django"):
        stranger = on.ask(f"http://{node.name}{path}", node=node.name, port=port)
        assert stranger.status == 403, f"{node.name}:{port} answers the probe: {stranger.told()}"
        for source in on.callers(node.name, port):
            words = (on.address(node.name), str(port), path, f"{patient(8):.0f}")
            said = on.beside(source, "python3", "-I", "-c", STATUS, *words, timeout_s=20)
            assert said.text == "404", f"{node.name}:{port} answers {source}: {said.text}"
            told.append(f"{source} is answered by {node.name}")
            seen.append(said)
    return evidence(f"the probe is refused; {', '.join(told)}", stranger, *seen)


@check("What the application has to say is in the journal")
def log_arrives(on: Subject) -> Evidence:
    """A refused request is logged with its path."""
    nonce, read = on.nonce(), on.lab.app.read
    asked = on.ask_site(read.site, read.path.replace("{key}", nonce))
    nodes = [node.name for node in on.lab.with_role("django")]
    line = until(lambda: _logged(on, nodes, nonce), 8.0)
    assert line, f"{asked.told()}, and no line about it on {', '.join(nodes)}"
    return evidence(line, asked)


@check("Whom the application comes with can log in", timeout_s=180)
def accounts_log_in(on: Subject) -> Evidence:
    """Each account of app.yaml, with the password that the seat has for it."""
    pages = []
    for name, account in on.lab.app.accounts.items():
        visitor = Browser(on, account.site)
        visitor.log_in(name)
        pages.append(visitor.get(on.lab.app.sites[account.site].page))
        assert pages[-1].all_have(200), f"as {name}: {on.told(pages[-1])}"
    told = ", ".join(account.username for account in on.lab.app.accounts.values())
    return evidence(f"logged in as {told}", *pages)


@check("All application servers run the same release", several="django")
def same_release(on: Subject) -> Evidence:
    """Each names the same static files, whose names change with their content."""
    site = on.lab.sites[0]
    pages, found = [], {}
    for node in on.lab.with_role("django"):
        url = f"http://{on.lab.host(site)}{on.lab.app.sites[site].page}"
        pages.append(on.ask(url, node=node.name, port=PORT, headers={"X-Forwarded-Proto": "https"}))
        assert pages[-1].status == 200, f"{node.name}: {pages[-1].told()}"
        names = static_names(on, pages[-1].text)
        found[node.name] = sorted(names)
    assert len({tuple(names) for names in found.values()}) == 1, f"they differ: {found}"
    return evidence(f"{', '.join(found)} name the same {len(names)} static files", *pages)


@check(
    "An upload is given out whichever application server has it", several="django", timeout_s=EACH_S
)
def uploads_from_any(on: Subject) -> Evidence:
    """Puts a file on each node and asks for it at the front door."""
    answers = []
    for node in on.lab.with_role("django"):
        name = f"verify-{on.nonce()}.txt"
        path = f"/var/lib/app/media/{name}"
        on.run(node.name, "sh", "-c", f"echo {name} >{path}; chmod 644 {path}")
        try:
            asked = on.ask_site(on.lab.sites[0], f"{on.lab.app.media_url}{name}", times=4)
        finally:
            on.run(node.name, "rm", "-f", path)
        assert asked.all_have(200), f"a file on {node.name}: {on.told(asked)}"
        assert name in asked.first.text, f"a file on {node.name}: {asked.told()}, but not the file"
        answers.append(asked)
    return evidence(f"given out: {', '.join(asked.url for asked in answers)}", *answers)


@check(
    "Any application server can go, and nobody is logged out",
    several="django",
    alone=True,
    timeout_s=240,
)
def any_can_go(on: Subject) -> Evidence:
    """Logs in, stops one server after the other, and asks for pages meanwhile."""
    account = next(iter(on.lab.app.accounts))
    site = on.lab.app.accounts[account].site
    visitor = Browser(on, site)
    visitor.log_in(account)
    home = on.lab.app.sites[site].page
    answers = []
    for node in on.lab.with_role("django"):
        on.run(node.name, "systemctl", "stop", *UNITS)
        try:
            for _ in range(6):
                answers.append(visitor.get(home))
                assert answers[-1].all_have(200), f"without {node.name}: {on.told(answers[-1])}"
        finally:
            on.run(node.name, "systemctl", "start", *UNITS)
        # The load balancer leaves one that failed alone for a while.
        assert until(lambda: _all_answer(on), BACK_S, every_s=0.5), f"{node.name} is not used again"
    names = ", ".join(node.name for node in on.lab.with_role("django"))
    return evidence(f"without each of {names}: {answers[-1].told()}, as {account}", *answers)


def _all_answer(on: Subject) -> bool:
    """Return whether every application server is used, each of which tells its name."""
    count = len(on.lab.with_role("django"))
    asked = on.ask_site(on.lab.sites[0], on.lab.app.live, times=2 * count)
    return asked.all_have(200) and len({answer.text for answer in asked}) == count


def _logged(on: Subject, nodes: list[str], nonce: str) -> str:
    command = ("journalctl", "--no-pager", "-o", "cat", "--since=-60s", f"--grep={nonce}")
    said = ((node, on.run(node, *command).text.splitlines()) for node in nodes)
    return next((f"{node}: {line}" for node, lines in said for line in lines if nonce in line), "")


def _found(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return value[key] if key in value else _found(list(value.values()), key)
    if isinstance(value, list):
        return next((x for x in (_found(part, key) for part in value) if x is not None), None)
    return None
