"""Does what a release brings reach visitors, and is it still kept for those who come next?"""

from __future__ import annotations

import re
import secrets

from barelab.grading import Answer, Evidence, Subject, check, evidence, shows_data, static_names
from barelab.support.wait import until

ORIGIN, FOLDER = "app1", "/opt/app/current/staticfiles"
# So long it may be remembered that a file is not there, and a file without a hash be given out
# without a question: a page of a release names its files before each server has them.
MISSING_S, FRESH_S = 25.0, 3600
TOLD_S = re.compile(r"max-age=(\d+)")


@check(
    "What a release brings is given out, under its new name and as it is", points=5, timeout_s=90
)
def release_arrives(on: Subject) -> Evidence:
    """Puts files on the application server, as a release does, and asks for them from outside."""
    word = f"check-{on.nonce()}"
    try:
        early = _asked_for_too_early(on, word)
        first = _brought(on, _named(word))
        second = _brought(on, _named(word))
        plain = _brought(on, f"{word}.css")
        told = plain.header("cache-control")
        kept_s = TOLD_S.search(told)
        assert kept_s and int(kept_s[1]) <= FRESH_S and "immutable" not in told, (
            f"a file without a hash may change, and is to be kept: {told or 'nobody says how long'}"
        )
    finally:
        on.run(ORIGIN, "sh", "-c", f"rm -f {FOLDER}/{word}.*")
    told = "a file that was asked for too early, two of one name with other hashes, one without"
    return evidence(f"{told}: each arrived as it is", early, first, second, plain)


@check("What was given out once is kept for the next visitor", points=2)
def assets_are_kept(on: Subject) -> Evidence:
    """This was fine before: asks twice for what the portal's page names, as two visitors."""
    page = on.ask_site("portal", "/")
    names = static_names(on, page.first.text)
    assert names, f"{on.told(page)}, and names no asset"
    seen = []
    for name in dict.fromkeys(names):
        _asset(on, name)
        seen.append(_asset(on, name, headers={"Cookie": f"visitor={on.nonce()}"}))
        kept = seen[-1].header("x-cache")
        assert seen[-1].status == 200, f"{name}: {seen[-1].told()}"
        assert kept == "HIT", (
            f"{name}, asked for again: {kept or 'nobody says whether it was kept'}"
        )
    return evidence(f"{len(seen)} assets, each a hit for the second visitor", page, *seen)


@check("The portal shows data", points=1)
def portal_shows_data(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    asked = shows_data(on, times=3)
    return evidence(f"{asked.told()}, each with data", asked)


def _asked_for_too_early(on: Subject, word: str) -> Answer:
    """Ask for a file that is not there yet, put it there, and return it when it is given out."""
    name = _named(word)
    before = _asset(on, _path(on, name))
    assert before.status == 404, f"{name}, which nobody has: {before.told()}"
    text = _put(on, name)
    seen = [before]

    def arrived() -> bool:
        seen.append(_asset(on, _path(on, name)))
        return seen[-1].status == 200

    until(arrived, MISSING_S, every_s=1.0)
    assert seen[-1].status == 200, (
        f"{name} was asked for before it was there, and is there for {MISSING_S:g} s: "
        f"{seen[-1].told()}"
    )
    assert text in seen[-1].text, f"{name} is given out with another content than {ORIGIN} has"
    return seen[-1]


def _brought(on: Subject, name: str) -> Answer:
    """Put a file on the application server, and return what is given out of that name."""
    text = _put(on, name)
    answer = _asset(on, _path(on, name))
    assert answer.status == 200, f"{name} is on {ORIGIN}: {answer.told()}"
    assert text in answer.text, f"{name} is given out with another content than {ORIGIN} has"
    return answer


def _named(word: str) -> str:
    """Return the name of a file whose content has just become another."""
    return f"{word}.{secrets.token_hex(6)}.css"


def _put(on: Subject, name: str) -> str:
    text = f".check-{on.nonce()} {{ color: teal; }}"
    made = on.run(ORIGIN, "tee", f"{FOLDER}/{name}", stdin=text.encode())
    assert not made.exit_code, f"{ORIGIN}: {made.stderr.decode(errors='replace')[-200:]}"
    return text


def _path(on: Subject, name: str) -> str:
    return f"{on.lab.app.static_url}{name}"


def _asset(on: Subject, path: str, **question: object) -> Answer:
    return on.ask(f"https://{on.lab.host('assets')}{path}", **question)  # type: ignore[arg-type]
