"""Can many visitors come at the same time again?"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from barelab.grading import Evidence, Subject, check, evidence, leads_to_https
from barelab.grading.evidence import Told

VISITORS, BURSTS = 24, 3
PAGE_S = 20.0


@check("Many visitors at the same time all get their page", points=6, timeout_s=120)
def many_at_once(on: Subject) -> Evidence:
    """Each needs a connection of its own from web1 to the application.

    The application opens its connections to the database at the first of them, which takes long
    on a slow machine: visitors who are too many come again.
    """
    told = [_burst(on)]
    while len(told) < BURSTS and not told[-1].all_shown:
        told.append(_burst(on))
    assert told[-1].all_shown, told[-1].text
    return evidence(told[-1].text, told[-1].answer)


@check("Visitors without HTTPS are still led to it", points=1)
def redirect_stays(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    return leads_to_https(on)


class _Burst(NamedTuple):
    answer: Told
    all_shown: bool
    text: str


def _burst(on: Subject) -> _Burst:
    url = on.url("portal", f"/?nonce={on.nonce()}")
    where = on.address(on.lab.front)
    answer = on.probe("burst", url=url, address=where, port=443, count=VISITORS, timeout_s=PAGE_S)
    told = Counter(answer.get("answers", [answer.get("error")]))
    shown = ", ".join(f"{count} x {each}" for each, count in told.items())
    text = f"{VISITORS} visitors asked {url} at once: {shown}"
    return _Burst(answer, told == {"200": VISITORS}, text)
