"""Do operators get into the console by their company account, and nobody else?"""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode

from barelab.grading import Answer, Evidence, Outside, Subject, Visitor, check, evidence, shows_data
from barelab.support.wait import until

SERVER, PORT = "iam1", 8443
REALM = "/realms/company"
OPERATORS, OUTSIDER = ("anita", "vikram"), "meera"
# Java takes its time to start, with a whole lab that starts beside it even more.
START_S = 150.0
FORM = re.compile(r'<form[^>]* action="([^"]+)"')


@check("Operators get into the console by their company account", points=6, timeout_s=240)
def operators_get_in(on: Subject) -> Evidence:
    """From the console's log-in page to Keycloak's form, and back to a page with the name."""
    seen = list[Outside]()
    for name in OPERATORS:
        visitor = Visitor(on)
        page = _log_in(on, visitor, name, on.secret(f"{name}-password"))
        place = visitor.url.partition("?")[0]
        assert visitor.host == on.lab.host("console"), f"{name} ends at {place}: {page.told()}"
        assert f"{name} ·" in page.text, f"{name} is at {place}, and not logged in"
        seen += visitor.seen
    return evidence(f"{' and '.join(OPERATORS)} are at the console, logged in", *seen)


@check("Nobody gets in without the group, nor in the console's place", points=3, timeout_s=240)
def others_stay_out(on: Subject) -> Evidence:
    """This was fine before. Who knows no secret of the console's gets no token for a code."""
    visitor = Visitor(on)
    _log_in(on, visitor, OUTSIDER, on.secret(f"{OUTSIDER}-password"))
    visitor.go(on.url("console", "/subscribers/"))
    assert visitor.url.startswith(on.url("console", "/login/")), f"{OUTSIDER} is let in"
    guess = _as_console(on, on.nonce())
    assert guess.status == 401, f"the console with a wrong secret: {guess.told()}"
    return evidence(
        f"refused: {OUTSIDER}, and the console with a wrong secret", guess, *visitor.seen
    )


@check("The portal shows data", points=1)
def portal_shows_data(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    asked = shows_data(on, times=3)
    return evidence(f"{asked.told()}, each with data", asked)


def _log_in(on: Subject, visitor: Visitor, name: str, password: str) -> Answer:
    """Begin at the console, fill in Keycloak's form if it comes, and return where this ends."""

    def awake() -> bool:
        known = on.ask(on.url("identity", f"{REALM}/.well-known/openid-configuration"))
        return known.status == 200

    assert until(awake, START_S, every_s=1.0), f"{on.lab.host('identity')} does not answer"
    page = visitor.go(on.url("console", "/login/company/?next=/"))
    action = FORM.search(page.text) if visitor.host == on.lab.host("identity") else None
    if not action:
        return page
    return visitor.go(
        html.unescape(action[1]), {"username": name, "password": password, "credentialId": ""}
    )


def _as_console(on: Subject, secret: str) -> Answer:
    """Ask for a token as the console does, for a code that nobody was given."""
    fields = {"grant_type": "authorization_code", "code": on.nonce(), "client_id": "console"}
    return on.ask(
        f"https://{SERVER}:{PORT}{REALM}/protocol/openid-connect/token",
        node=SERVER,
        port=PORT,
        method="POST",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode(fields | {"client_secret": secret}).encode(),
    )
