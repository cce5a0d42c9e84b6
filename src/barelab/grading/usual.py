"""What many exercises ask of a site, by what app.yaml says of the application."""

from __future__ import annotations

import re
from base64 import b64encode

from barelab.grading.answers import Asked
from barelab.grading.evidence import Evidence, evidence
from barelab.grading.subject import Subject
from barelab.launcher.probe import Answer
from barelab.support.errors import CouldNotTell


def shows_data(on: Subject, *, times: int) -> Asked:
    """Return so many answers of the first site's page, each with data from the database.

    Raises:
        AssertionError: one is none.
    """
    site = on.lab.app.sites[on.lab.sites[0]]
    asked = on.ask_site(site.name, site.page, times=times)
    assert asked.all_have(200), on.told(asked)
    empty = sum((site.shows or "") not in answer.text for answer in asked)
    assert not empty, f"{asked.told()}, but {empty} pages show nothing from the database"
    return asked


def entered(on: Subject) -> str:
    """Return a name that nobody has seen before, which the first site's page shows from now on.

    Raises:
        AssertionError: it is refused.
        CouldNotTell: app.yaml does not say how that is entered.
    """
    name, enter = f"N{on.nonce()}", on.lab.app.enter
    if enter is None:
        raise CouldNotTell("app.yaml does not say how somebody is entered")
    made = on.request(enter, name)
    assert made.first.status in enter.expected, f"a new customer was sent: {on.told(made)}"
    return name


def takes_payment(on: Subject) -> Evidence:
    """Return evidence that what is written is kept and found, under a key nobody has seen before.

    Raises:
        AssertionError: it is refused, or not found.
    """
    app, key = on.lab.app, f"check-{on.nonce()}"
    written = on.request(app.write, key)
    assert written.first.status in app.write.expected, f"a payment was sent: {on.told(written)}"
    read = on.request(app.read, key)
    assert read.all_have(200), f"the payment {key} was sent, but: {on.told(read)}"
    assert key in read.first.text, f"{read.told()}, but not the payment {key}"
    return evidence(f"the payment {key} was sent and found", read)


def leads_to_https(on: Subject) -> Evidence:
    """Return evidence that who comes by HTTP is sent on.

    Raises:
        AssertionError: that is not so.
    """
    host = on.lab.host(on.lab.sites[0])
    answer = on.ask(f"http://{host}/", port=80)
    target = answer.header("location")
    assert answer.status in (301, 308), f"asked http://{host}/: {answer.told()}"
    assert target.startswith(f"https://{host}"), (
        f"asked http://{host}/: sent to {target or 'nowhere'}"
    )
    return evidence(f"asked http://{host}/: {answer.told()} to {target}", answer)


def static_names(on: Subject, page: str) -> list[str]:
    """Return the paths of the static files that a page names, on its own host or another."""
    return re.findall(rf'"(?:https://[^/"]+)?({re.escape(on.lab.app.static_url)}[^"?]+)"', page)


def wants_operators(on: Subject, page: str, path: str = "/") -> list[Answer]:
    """Return the answers of a page that the front door shows to who has the operators' password.

    Raises:
        AssertionError: it is shown to others, or not to them.
    """
    url, seen = f"https://{on.lab.host(page)}{path}", list[Answer]()
    for password, expected in ((None, 401), (on.nonce(), 401), (on.secret("operators"), 200)):
        seen.append(on.ask(url, headers=as_operator(password) if password else {}))
        kind = "the" if expected == 200 else "a wrong" if password else "no"
        assert seen[-1].status == expected, f"{url} with {kind} password: {seen[-1].told()}"
    return seen


def as_operator(password: str) -> dict[str, str]:
    """Return the header with which a browser shows the operators' password."""
    return {"Authorization": f"Basic {b64encode(f'operators:{password}'.encode()).decode()}"}
