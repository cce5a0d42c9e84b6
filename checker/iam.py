"""The identity provider: who gets into the console by it, who does not, and what if it is away."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

from barelab.grading import Browser, Evidence, Outside, Subject, Visitor, check, evidence
from barelab.launcher.probe import Answer
from barelab.support.wait import until

REALM, MASTER = "/realms/company", "/realms/master"
UNIT = "keycloak.service"
OPERATOR, SUPERVISOR, OUTSIDER, LOCKED = "anita", "vikram", "meera", "lockout-check"
# As the realm has it: images/iam.
FAILURES = 5
# Java takes its time to start, with a whole lab that starts beside it even more.
START_S = 150.0
# Keycloak refuses an account that somebody else tries at the same moment.
_TURN = threading.Lock()
_FORM = re.compile(r'<form[^>]* action="([^"]+)"')
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@check("An operator logs in to the console with a company account", timeout_s=240)
def operator_logs_in(on: Subject) -> Evidence:
    """From the console's log-in page to Keycloak's form, and back to a page with the name."""
    told, seen = [], list[Outside]()
    for name in (OPERATOR, SUPERVISOR):
        visitor = Visitor(on)
        page = _log_in(on, visitor, name, _password(on, name))
        assert visitor.host == on.lab.host("console"), f"{name} ends at {visitor.url}"
        assert page.status == 200, f"{name} at {visitor.url}: {page.told()}"
        assert f"{name} ·" in page.text, f"{visitor.url} does not show who is logged in"
        told.append(name)
        seen += visitor.seen
    return evidence(f"logged in as {' and as '.join(told)}", *seen)


@check("A wrong password does not get in", timeout_s=240)
def wrong_password(on: Subject) -> Evidence:
    """Then the right one does, so that this was the reason."""
    visitor = Visitor(on)
    page = _log_in(on, visitor, OPERATOR, on.nonce())
    assert visitor.host == on.lab.host("identity"), f"a wrong password leads to {visitor.url}"
    form = page.text
    home = visitor.go(on.url("console", "/"))
    assert visitor.url.startswith(on.url("console", "/login/")), f"let in: {home.told()}"
    assert "Invalid username or password" in form, "Keycloak does not say what is wrong"
    right = Visitor(on)
    _log_in(on, right, OPERATOR, _password(on, OPERATOR))
    assert right.host == on.lab.host("console"), f"the right one leads to {right.url}"
    return evidence("refused: Invalid username or password", *visitor.seen, *right.seen)


@check("Who is in no group of operators does not get in, with the right password", timeout_s=240)
def no_group(on: Subject) -> Evidence:
    """Keycloak knows her, and the console says that she may not."""
    visitor = Visitor(on)
    page = _log_in(on, visitor, OUTSIDER, _password(on, OUTSIDER))
    assert visitor.url.startswith(on.url("console", "/login/")), f"she ends at {visitor.url}"
    assert "may not use the console" in page.text, "the page does not say why"
    visitor.go(on.url("console", "/subscribers/"))
    assert visitor.url.startswith(on.url("console", "/login/")), f"let in: {visitor.url}"
    return evidence(f"{OUTSIDER}: This company account may not use the console.", *visitor.seen)


@check("A log-out of the console ends the company's session, too", timeout_s=240)
def log_out(on: Subject) -> Evidence:
    """Before it, the way in takes no password; after it, it does."""
    visitor = Visitor(on)
    page = _log_in(on, visitor, OPERATOR, _password(on, OPERATOR))
    begin = on.url("console", "/login/company/")
    visitor.go(begin)
    assert visitor.host == on.lab.host("console"), f"asked again at once: {visitor.url}"
    token = _TOKEN.search(page.text)
    assert token, f"no form to log out on {visitor.url}"
    visitor.go(on.url("console", "/logout/"), {"csrfmiddlewaretoken": token[1]})
    assert visitor.url.startswith(on.url("console", "/login/")), f"it ends at {visitor.url}"
    form = visitor.go(begin)
    assert visitor.host == on.lab.host("identity"), f"still logged in: {visitor.url}"
    return evidence(f"after the log-out {visitor.host} asks for the password", form, *visitor.seen)


@check("Guessing passwords locks the account for a while", timeout_s=300)
def lockout(on: Subject) -> Evidence:
    """With an account made for this, which is open again afterwards."""
    right = _password(on, LOCKED)
    seen: list[Outside] = []
    _open(on)
    try:
        for _ in range(FAILURES):
            guess = Visitor(on)
            _log_in(on, guess, LOCKED, on.nonce())
            assert guess.host == on.lab.host("identity"), f"a guess leads to {guess.url}"
        locked = Visitor(on)
        page = _log_in(on, locked, LOCKED, right)
        seen += locked.seen
        assert locked.host == on.lab.host("identity"), (
            f"after {FAILURES} guesses the right one does"
        )
        assert "Invalid username or password" in page.text, (
            "whoever guesses learns that it is locked"
        )
    finally:
        _open(on)
    again = Visitor(on)
    _log_in(on, again, LOCKED, right)
    assert again.host == on.lab.host("console"), f"opened again, it leads to {again.url}"
    told = f"the right password is refused after {FAILURES} guesses, and taken once opened"
    return evidence(told, *seen, *again.seen)


@check("Without the identity provider the local operator still gets in", alone=True, timeout_s=240)
def break_glass(on: Subject) -> Evidence:
    """Keycloak stands still meanwhile."""
    _awake(on)
    node = _node(on)
    on.run(node, "systemctl", "kill", "--signal=SIGSTOP", UNIT)
    try:
        away = on.ask(f"http://{node}:8080{REALM}", node=node, port=8080, timeout_s=3)
        assert not away.status, f"{node} answers all the same: {away.told()}"
        visitor = Browser(on, "console")
        visitor.log_in("operator")
        page = visitor.get("/")
        assert page.all_have(200), on.told(page)
    finally:
        on.run(node, "systemctl", "kill", "--signal=SIGCONT", UNIT)
    _awake(on)
    return evidence(f"{node} stands still, and operator is logged in: {page.told()}", page)


@check("Administrators' pages are for the private network alone", timeout_s=200)
def admin_is_private(on: Subject) -> Evidence:
    """The front door shows the company's realm and nothing else."""
    _awake(on)
    seen: list[Outside] = []
    for path in ("/admin/", f"{MASTER}/", "/admin/master/console/", "/metrics", "/health"):
        answer = on.ask(on.url("identity", path))
        assert answer.status in (403, 404), f"{path} through the front door: {answer.told()}"
        seen.append(answer)
    for path in (f"{REALM}/..%2fmaster", f"{REALM}/../master/", f"{REALM}/%2e%2e/master/"):
        answer = on.ask(on.url("identity", path))
        assert '"master"' not in answer.text, f"{path} shows the administrators' realm"
    own = on.ask(f"https://{_node(on)}:8443{MASTER}", node=_node(on), port=8443)
    assert own.status == 200, f"{_node(on)}:8443{MASTER}: {own.told()}"
    return evidence(f"404 through the front door; {_node(on)}:8443 answers by TLS", *seen, own)


@check("Tokens name the address that browsers know, wherever they are asked for", timeout_s=200)
def issuer(on: Subject) -> Evidence:
    """What the application asks for goes to the node itself, by TLS of the seat's authority."""
    _awake(on)
    path = f"{REALM}/.well-known/openid-configuration"
    front = on.ask(on.url("identity", path))
    own = on.ask(f"https://{_node(on)}:8443{path}", node=_node(on), port=8443)
    for answer in (front, own):
        assert answer.status == 200, f"{path}: {answer.told()}"
        assert answer.json()["issuer"] == on.url("identity", REALM), answer.json()["issuer"]
    inside = urlsplit(own.json()["token_endpoint"]).netloc
    assert inside == f"{_node(on)}:8443", f"tokens would be asked for at {inside}"
    return evidence(f"issuer {front.json()['issuer']}, tokens from {inside}", front, own)


@check("A code is given to the console alone, and a token to who has its secret", timeout_s=200)
def strict_client(on: Subject) -> Evidence:
    """Another way back, no challenge, a guessed secret, a password without a browser."""
    _awake(on)
    console = Visitor(on)
    console.go(on.url("console", "/login/company/"))
    known = {name: value[0] for name, value in parse_qs(urlsplit(console.url).query).items()}
    assert console.host == on.lab.host("identity"), f"the console leads to {console.url}"
    wrong = {
        "another way back": {**known, "redirect_uri": "https://evil.example/"},
        "a path beside it": {**known, "redirect_uri": known["redirect_uri"] + "x"},
        "no challenge": {k: v for k, v in known.items() if not k.startswith("code_challenge")},
    }
    seen: list[Outside] = []
    for what, query in wrong.items():
        answer = on.ask(
            on.url("identity", f"{REALM}/protocol/openid-connect/auth?") + urlencode(query)
        )
        refused = answer.status == 400 or "error=" in answer.header("location")
        assert refused, f"{what}: {answer.told()}"
        seen.append(answer)
    password = {"grant_type": "password", "username": OPERATOR, "password": _password(on, OPERATOR)}
    for what, fields in (
        ("a guessed secret", {"grant_type": "authorization_code", "code": on.nonce()}),
        (
            "a password without a browser",
            {**password, "client_secret": on.secret("oidc-client-secret")},
        ),
    ):
        sent = {"client_id": "console", "client_secret": on.nonce(), **fields}
        answer = _post(on, f"{REALM}/protocol/openid-connect/token", sent)
        assert answer.status in (400, 401), f"{what}: {answer.told()}"
        seen.append(answer)
    return evidence(f"refused: {', '.join(wrong)}, a guessed secret, a password", *seen)


@check("Who logs in, and who tried to, is in the journal", timeout_s=240)
def events(on: Subject) -> Evidence:
    """A stranger's name that nobody has seen before."""
    stranger = f"stranger-{on.nonce()}"
    visitor = Visitor(on)
    _log_in(on, visitor, stranger, on.nonce())
    command = (
        "journalctl",
        "--no-pager",
        "-o",
        "cat",
        "-u",
        UNIT,
        "--since=-60s",
        f"--grep={stranger}",
    )
    line = until(lambda: on.run(_node(on), *command).text.strip(), 10.0)
    assert line, f"no line about {stranger} in the journal of {_node(on)}"
    assert "LOGIN_ERROR" in line, line[:200]
    return evidence(line.splitlines()[0][:200], *visitor.seen)


def _log_in(on: Subject, visitor: Visitor, name: str, password: str) -> Answer:
    """Begin at the console, fill in Keycloak's form, and return the page that this ends with."""
    _awake(on)
    page = visitor.go(on.url("console", "/login/company/?next=/"))
    action = _FORM.search(page.text)
    assert visitor.host == on.lab.host("identity") and action, (
        f"the console's log-in leads to {visitor.url.partition('?')[0]}, {page.told()}, no form"
    )
    fields = {"username": name, "password": password, "credentialId": ""}
    with _TURN:
        return visitor.go(html.unescape(action[1]), fields)


def _awake(on: Subject) -> None:
    """Return when the realm is shown by the front door; a new node takes a while."""
    seen: list[Answer] = []

    def well() -> bool:
        seen.append(on.ask(on.url("identity", REALM + "/.well-known/openid-configuration")))
        return seen[-1].status == 200

    assert until(well, START_S, every_s=1.0), f"{on.lab.host('identity')}: {seen[-1].told()}"


def _open(on: Subject) -> None:
    """Forget the failures of the account that is made for this, as its administrator."""
    _awake(on)
    fields = {"grant_type": "password", "client_id": "admin-cli", "username": "admin"}
    fields["password"] = on.secret("admin-password")
    told = _post(on, f"{MASTER}/protocol/openid-connect/token", fields)
    assert told.status == 200, f"the administrator's log-in: {told.told()}"
    base, node = f"https://{_node(on)}:8443/admin{REALM}", _node(on)
    headers = {"Authorization": f"Bearer {told.json()['access_token']}"}
    users = on.ask(
        f"{base}/users?exact=true&username={LOCKED}", node=node, port=8443, headers=headers
    )
    path = f"{base}/attack-detection/brute-force/users/{users.json()[0]['id']}"
    gone = on.ask(path, node=node, port=8443, headers=headers, method="DELETE")
    assert gone.status in (200, 204), f"its failures cannot be forgotten: {gone.told()}"


def _post(on: Subject, path: str, fields: Mapping[str, str]) -> Answer:
    return on.ask(
        f"https://{_node(on)}:8443{path}",
        node=_node(on),
        port=8443,
        method="POST",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode(fields).encode(),
    )


def _password(on: Subject, name: str) -> str:
    return on.secret(f"{name}-password")


def _node(on: Subject) -> str:
    return on.lab.with_role("iam")[0].name
