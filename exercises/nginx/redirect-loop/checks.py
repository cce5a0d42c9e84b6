"""Do pages come to an end, do forms arrive, and is everything still encrypted?"""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from barelab.grading import Evidence, Subject, check, evidence
from barelab.grading.answers import Asked
from barelab.support.errors import CouldNotTell
from barelab.support.wait import until

MARK = 'class="newest-name"'
SUBSCRIBER = "C000001"
# The application makes its first accounts after its first start, with least priority, and leaves
# this file then. Trying to log in until it works would keep it from that: log-ins cost computing.
ACCOUNTS, ACCOUNTS_S, LOG_IN_S = "/var/lib/app/accounts-made", 40.0, 10.0
# From the console's front page to its log-in is one step.
STEPS = 4
# Django compares the form's token with the cookie's; the browser may choose it.
TOKEN = "t" * 32


@check("The portal answers with data", points=3)
def portal_shows_data(on: Subject) -> Evidence:
    """Several times, without a single redirect."""
    asked = on.ask_site("portal", "/", times=5)
    assert asked.all_have(200), _told(on, asked)
    empty = sum(MARK not in answer.text for answer in asked)
    assert not empty, f"{asked.told()}, but {empty} pages show nothing from the database"
    return evidence(f"{asked.told()}, each with data", asked)


@check("The console leads to its log-in, and stops there", points=1)
def console_comes_up(on: Subject) -> Evidence:
    """Follows redirects as a browser does, and asks for the page's looks."""
    asked, told = on.ask_site("console", "/"), []
    for _ in range(STEPS):
        told.append(_told(on, asked))
        if asked.first.status not in (301, 302, 307, 308):
            break
        target = urlsplit(asked.first.header("location"))
        asked = on.ask_site(
            "console", f"{target.path or '/'}{'?' * bool(target.query)}{target.query}"
        )
    else:
        raise AssertionError(f"still redirected after {STEPS} steps; {told[-1]}")
    assert asked.all_have(200) and 'type="password"' in asked.first.text, told[-1]
    sheet = re.search(r'"(/static/[^"]+\.css)"', asked.first.text)
    assert sheet, f"{told[-1]}, and names no style sheet"
    looks = on.ask_site("console", sheet[1])
    assert looks.all_have(200), f"{told[-1]}, but its style sheet: {_told(on, looks)}"
    return evidence("; then ".join(told), asked, looks)


@check("A payment that comes in is kept and can be looked up", points=2)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before."""
    app, key = on.lab.app, f"check-{on.nonce()}"
    written = on.request(app.write, key)
    assert written.first.status in app.write.expected, f"a payment was sent: {_told(on, written)}"
    read = on.request(app.read, key)
    assert read.all_have(200), f"the payment {key} was sent, but: {_told(on, read)}"
    assert key in read.first.text, f"{read.told()}, but not the payment {key}"
    return evidence(f"the payment {key} was sent and found", read)


@check("A customer can log in, with cookies for HTTPS only", points=3, timeout_s=75)
def customers_log_in(on: Subject) -> Evidence:
    """As a browser does it, which says where the form came from: Django compares that."""
    form = {"username": SUBSCRIBER, "password": on.secret("subscriber-password")}

    def log_in() -> Asked | None:
        tried.append(_post(on, "/login/", form))
        # 200 is the form again; all else will not change.
        return tried[-1] if tried[-1].first.status != 200 else None

    tried: list[Asked] = []
    sent = log_in()
    if sent is None:
        until(lambda: _has_accounts(on), ACCOUNTS_S, every_s=0.5)
        sent = until(log_in, LOG_IN_S, every_s=1.0) or tried[-1]
    told = f"{SUBSCRIBER} logs in: {_told(on, sent)}"
    cookies = [value for name, value in sent.first.headers if name == "set-cookie"]
    session = next((each for each in cookies if each.startswith("sessionid=")), "")
    assert sent.all_have(302) and session, told
    open_ones = [each.split("=")[0] for each in cookies if not re.search(r"(?i);\s*secure", each)]
    assert not open_ones, f"{told}, but browsers may send {', '.join(open_ones)} without encryption"
    account = on.ask_site("portal", "/account/", headers={"Cookie": session.split(";")[0]})
    assert account.all_have(200), f"{told}; then {_told(on, account)}"
    assert SUBSCRIBER in account.first.text, f"{told}; {account.told()}, of somebody else"
    return evidence(f"{told}; then {account.told()}", sent, account)


@check("How a visitor came is for Nginx to say, not for the visitor", points=1)
def visitors_cannot_pretend(on: Subject) -> Evidence:
    """Asks by HTTPS with a header that claims otherwise: page and form must not mind."""
    claim = {"X-Forwarded-Proto": "http"}
    page = on.ask_site("portal", "/", headers=claim)
    assert page.all_have(200), f"claiming to come by HTTP: {_told(on, page)}"
    form = _post(on, "/logout/", {}, claim)
    assert form.all_have(302), f"a form, claiming to come by HTTP: {_told(on, form)}"
    return evidence(f"claiming to come by HTTP: {page.told()}; a form: {form.told()}", page, form)


@check("Visitors without HTTPS are still led to it", points=1)
def redirect_stays(on: Subject) -> Evidence:
    """This was fine before, also for visitors who claim to come by HTTPS."""
    for headers in ({}, {"X-Forwarded-Proto": "https"}):
        url = f"http://{on.lab.host('portal')}/login/?nonce={on.nonce()}"
        answer = on.ask(url, port=80, headers=headers)
        target = answer.header("location")
        assert answer.status in (301, 302, 307, 308), f"asked {url}: {answer.told()}"
        kept = target.startswith("https://portal.") and target.endswith(urlsplit(url).query)
        assert kept, f"asked {url}: sent to {target or 'nowhere'}"
    return evidence(f"asked {url}: {answer.told()} to {target}", answer)


def _post(
    on: Subject, path: str, form: dict[str, str], claim: dict[str, str] | None = None
) -> Asked:
    """Send a form of the portal as a browser would."""
    port = on.engine(on.lab.front).ports.get("https")
    host = on.lab.host("portal")
    headers = {
        "Origin": f"https://{host}:{port}" if port and port != 443 else f"https://{host}",
        "Cookie": f"csrftoken={TOKEN}",
        "Content-Type": "application/x-www-form-urlencoded",
        **(claim or {}),
    }
    body = urlencode({"csrfmiddlewaretoken": TOKEN, **form}).encode()
    return on.ask_site("portal", path, method="POST", headers=headers, body=body)


def _has_accounts(on: Subject) -> bool:
    try:
        on.file("app1", ACCOUNTS)
    except CouldNotTell:
        return False
    return True


def _told(on: Subject, asked: Asked) -> str:
    """Return question and answers, and where the last of them leads."""
    target = asked.answers[-1].header("location")
    if not target:
        return on.told(asked)
    there, here = urlsplit(target), urlsplit(asked.url)
    same = there.path == here.path and there.netloc in ("", here.netloc)
    # The nonce in the query is the check's own.
    place = "itself" if same else target.partition("?")[0]
    return f"{on.told(asked)}, which leads to {place}"
