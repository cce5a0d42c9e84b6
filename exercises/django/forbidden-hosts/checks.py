"""Do people get in by the front door as they are used to, and still nobody else?"""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from barelab.grading import Asked, Evidence, Subject, check, evidence, leads_to_https
from barelab.support.wait import until

CUSTOMER = "C000001"
APP, PORT = "app1", 8000
# A new node makes its first log-ins in its first seconds.
LOG_IN_S = 75.0
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@check("A customer logs in and sees the account", points=4, timeout_s=90.0)
def customer_logs_in(on: Subject) -> Evidence:
    """As a browser does it, by the form; the page must show who the database says it is."""
    cookies = _log_in(on, "portal", CUSTOMER, on.secret("subscriber-password"))
    page = on.ask_site("portal", "/account/", headers={"Cookie": cookies})
    assert page.all_have(200), f"{CUSTOMER} has logged in, and {on.told(page)}"
    token = {"Authorization": f"Bearer {on.secret('api-token')}"}
    known = on.ask_site("portal", f"/api/subscribers/{CUSTOMER}/", headers=token)
    assert known.all_have(200), on.told(known)
    name = known.first.json()["first_name"]
    assert f"Hello, {name}" in page.first.text, f"{page.told()}, but it does not greet {name}"
    return evidence(f"{CUSTOMER} logs in; {page.told()}, with a greeting for {name}", page)


@check("An operator logs in and sees the console", points=3, timeout_s=90.0)
def operator_logs_in(on: Subject) -> Evidence:
    """It is another site of the same application, chosen by its name."""
    cookies = _log_in(on, "console", "operator", on.secret("operator-password"))
    page = on.ask_site("console", f"/subscribers/{CUSTOMER}/", headers={"Cookie": cookies})
    assert page.all_have(200), f"the operator has logged in, and {on.told(page)}"
    assert CUSTOMER in page.first.text, f"{page.told()}, but not about {CUSTOMER}"
    return evidence(f"the operator logs in; {page.told()}", page)


@check("A name that is not ours is refused by the application itself", points=2)
def names_are_checked(on: Subject) -> Evidence:
    """Asked past web1: links in mails would be made from such a name."""
    stranger = f"portal.{on.nonce()}.example"
    for name in (stranger, f"{on.lab.host('portal')}.example"):
        answer = on.ask(f"http://{name}/", node=APP, port=PORT)
        assert answer.status == 400, f"asked {APP} for http://{name}/: {answer.told()}"
    return evidence(f"asked {APP} for http://{name}/: {answer.told()}", answer)


@check("A form that another site sends is refused", points=2)
def forgeries_are_refused(on: Subject) -> Evidence:
    """Once with another origin although all else is right, once without a token."""
    page = on.ask_site("portal", "/login/")
    token, ours = TOKEN.search(page.first.text), _origin(page)
    other = f"https://portal.{on.nonce()}.example"
    # Where not even the form comes, a token is of no use; the log-in says so.
    good = {"csrfmiddlewaretoken": token[1] if token else ""}
    # Django protects its own log-in in any case; tickets only if it was told to protect forms.
    for path, origin, fields in (
        ("/tickets/new/", other, good),
        ("/tickets/new/", ours, {}),
        ("/login/", other, good),
    ):
        asked = _post(on, "portal", path, fields, _cookies(page), origin)
        how = "with" if fields else "without"
        assert asked.first.status in (400, 403), (
            f"a form sent from {origin} {how} a token: {on.told(asked)}"
        )
    return evidence(f"{asked.told()}, with another origin or without a token", asked)


@check("Visitors without HTTPS are still led to it", points=1)
def redirect_stays(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    return leads_to_https(on)


def _log_in(on: Subject, site: str, name: str, password: str) -> str:
    """Return the cookies of a log-in by the site's own form."""
    page = on.ask_site(site, "/login/")
    token = TOKEN.search(page.first.text)
    assert token, f"{on.told(page)}, without a log-in form"
    fields = {"csrfmiddlewaretoken": token[1], "username": name, "password": password}
    sent = [page]

    def decided() -> bool:
        sent.append(_post(on, site, "/login/", fields, _cookies(page), _origin(page)))
        return sent[-1].first.status != 200  # that is the form again: no such log-in yet

    until(decided, LOG_IN_S, every_s=2.0)
    answer = sent[-1]
    assert answer.all_have(302), f"{name} sends the log-in form: {on.told(answer)}{_why(answer)}"
    cookies = _cookies(answer)
    assert "sessionid=" in cookies, f"{name} sends the log-in form: {on.told(answer)}, no session"
    for key, value in answer.first.headers:
        if key == "set-cookie" and value.startswith("sessionid="):
            assert re.search(r";\s*secure", value, re.I), (
                f"{name} logs in, but the browser would send the session without HTTPS as well"
            )
    return cookies


def _post(
    on: Subject, site: str, path: str, fields: dict[str, str], cookies: str, origin: str
) -> Asked:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": cookies,
        "Origin": origin,
        "Referer": f"{origin}{path}",
    }
    body = urlencode(fields).encode()
    return on.ask_site(site, path, method="POST", headers=headers, body=body)


def _origin(page: Asked) -> str:
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}"


def _cookies(asked: Asked) -> str:
    pairs = (value.partition(";")[0] for key, value in asked.first.headers if key == "set-cookie")
    return "; ".join(pairs)


def _why(asked: Asked) -> str:
    """Return the heading of the page that came instead."""
    found = re.search(r"<h1>(.+?)</h1>", asked.first.text)
    return f" ({found[1]})" if found else ""
