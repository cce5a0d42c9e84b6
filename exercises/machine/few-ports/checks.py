"""Can many visitors come at the same time again?"""

from __future__ import annotations

from collections import Counter

from barelab.grading import Evidence, Subject, check, evidence, leads_to_https

VISITORS = 24
PAGE_S = 20.0


@check("Many visitors at the same time all get their page", points=6, timeout_s=120)
def many_at_once(on: Subject) -> Evidence:
    """Each needs a connection of its own from web1 to the application."""
    url = on.url("portal", f"/?nonce={on.nonce()}")
    where = on.address(on.lab.front)
    burst = on.probe("burst", url=url, address=where, port=443, count=VISITORS, timeout_s=PAGE_S)
    told = Counter(burst.get("answers", [burst.get("error")]))
    shown = ", ".join(f"{count} x {answer}" for answer, count in told.items())
    assert told == {"200": VISITORS}, f"{VISITORS} visitors asked {url} at once: {shown}"
    return evidence(f"{VISITORS} visitors asked {url} at once: {shown}", burst)


@check("Visitors without HTTPS are still led to it", points=1)
def redirect_stays(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    return leads_to_https(on)
