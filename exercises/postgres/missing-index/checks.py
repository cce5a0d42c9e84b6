"""Is the list of unpaid invoices as quick as others again, and does it still tell the truth?"""

from __future__ import annotations

import json
import re
from datetime import datetime
from statistics import median

from barelab.grading import Asked, Browser, Evidence, Subject, check, evidence
from barelab.support.wait import until

# (site, path) of the list that is slow, of one like it, and of a page on the other site.
SLOW = ("console", "/invoices/?state=overdue")
LIKE = ("console", "/tickets/?state=closed")
FRONT = ("portal", "/")
ROWS = 25
ROUNDS = 5
# Both lists count, sort and join 25 rows. A sound list of invoices takes about as long as the
# other one, a broken one more than ten times as long. The other one in turn takes about as long as
# the portal's page: who slows it down has not made the first one faster.
AT_MOST, LIKE_AT_MOST = 4.0, 6.0
# On a busy machine a few answers tell little: more are asked for while this lasts, unless they are
# far from being alike.
PATIENCE_S, FAR = 12.0, 2 * AT_MOST
# The slow list may be very slow on a busy machine, and still be true. Then the database gives up.
SLOW_S = 25.0
# The seed makes more of each, however old the image is; their keys are numbered.
SEEDED = {"subscribers": 20_000, "invoices": 170_000, "payments": 170_000}
SAMPLE = 90
NUMBER = re.compile(r'/subscribers/(C\d+)/"')
LAST_PAID = re.compile(r'<time datetime="([^"]+)">.*?muted">(\w+)<', re.S)


@check(
    "The list of unpaid invoices comes about as fast as another list",
    points=5,
    timeout_s=90,
    alone=True,
)
def list_is_fast(on: Subject) -> Evidence:
    """Asks for both in turn, so that a busy machine slows down both; compares the medians."""
    operator = Browser(on, "console")
    operator.log_in("operator")
    visitors = {"console": operator, "portal": Browser(on, "portal")}
    took: dict[tuple[str, str], list[float]] = {SLOW: [], LIKE: [], FRONT: []}
    answers: list[Asked] = []

    def ratio(one: tuple[str, str], other: tuple[str, str]) -> float:
        return median(took[one]) / median(took[other])

    def decided() -> bool:
        for (site, path), seconds in took.items():
            asked = visitors[site].get(path)
            assert asked.all_have(200), on.told(asked)
            rows = asked.first.text.count("</tr>") - 1
            assert site != "console" or rows == ROWS, f"{asked.told()}, with {rows} rows"
            seconds.append(asked.first.seconds)
            answers.append(asked)
        if len(answers) < ROUNDS * len(took):
            return False
        good = ratio(SLOW, LIKE) <= AT_MOST and ratio(LIKE, FRONT) <= LIKE_AT_MOST
        return good or ratio(SLOW, LIKE) >= FAR

    until(decided, PATIENCE_S, every_s=0.0)
    slow, like, front = (median(seconds) * 1000 for seconds in took.values())
    told = (
        f"asked {len(took[SLOW])} times in turn for unpaid invoices, closed tickets and the "
        f"portal: {slow:.0f} ms, {like:.0f} ms and {front:.0f} ms (medians)"
    )
    assert slow / like <= AT_MOST, (
        f"{told}; the invoices take {slow / like:.1f} times as long as the tickets, "
        f"up to {AT_MOST:.0f} times would be normal"
    )
    assert like / front <= LIKE_AT_MOST, f"{told}; now the tickets are slow as well"
    return evidence(told, *answers)


@check(
    "The list tells when each subscriber last paid, up to this moment, to staff only",
    points=3,
    timeout_s=150,
)
def list_is_true(on: Subject) -> Evidence:
    """Pays for the first subscriber of the list: a page that was kept does not know that."""
    operator = Browser(on, "console")
    operator.log_in("operator")
    number = NUMBER.search(_first_row(on, operator)[0])
    assert number, "the list of unpaid invoices names no subscriber"
    token, key = on.secret("api-token"), f"check-{on.nonce()}"
    paid = on.ask_site(
        "portal",
        "/api/payments/",
        method="POST",
        headers={
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        },
        body=json.dumps({"subscriber": number[1], "amount": "1.00", "method": "transfer"}).encode(),
    )
    assert paid.all_have(201), f"paid for {number[1]}: {on.told(paid)}"
    received = datetime.fromisoformat(paid.first.json()["received_at"])
    row, asked = _first_row(on, operator)
    told = f"{number[1]} paid at {received:%H:%M:%S} UTC by transfer"
    said = LAST_PAID.search(row)
    assert said and number[1] in row, f"{told}; the list does not say when they last paid"
    assert (datetime.fromisoformat(said[1]), said[2]) == (received, "transfer"), (
        f"{told}; the list says {said[1]} by {said[2]}"
    )
    stranger = on.ask_site(*SLOW)
    assert stranger.all_have(302), f"without a log-in: {on.told(stranger)}"
    return evidence(f"{told}, and the list said so at once; strangers must log in", asked)


@check("All subscribers, invoices and payments are still there", points=2)
def nothing_is_lost(on: Subject) -> Evidence:
    """Counts them, and looks for a sample of the payments by their keys."""
    headers = {"Authorization": f"Bearer {on.secret('api-token')}"}
    counted = on.ask_site("portal", "/api/counts/", headers=headers)
    assert counted.all_have(200), on.told(counted)
    for what, at_least in SEEDED.items():
        count = counted.first.json().get(what, 0)
        assert count >= at_least, f"only {count} {what} are left"
    step = SEEDED["payments"] // SAMPLE
    keys = ",".join(f"seed-{number:07d}" for number in range(1, SEEDED["payments"], step))
    asked = on.ask_site("portal", f"/api/payments/?keys={keys}", headers=headers)
    assert asked.all_have(200), f"looked for {SAMPLE} payments: {asked.first.told()}"
    missing = asked.first.json()["missing"]
    assert not missing, f"of {SAMPLE} payments {len(missing)} are gone, such as {missing[0]}"
    told = ", ".join(f"{counted.first.json()[what]} {what}" for what in SEEDED)
    return evidence(f"{told}; a sample of {SAMPLE} payments is complete", asked)


def _first_row(on: Subject, operator: Browser) -> tuple[str, Asked]:
    """Return the list's first row as text, or an empty one, and the answer that it came with."""
    asked = operator.get(SLOW[1], timeout_s=SLOW_S)
    assert asked.all_have(200), on.told(asked)
    return asked.first.text.partition("<tbody>")[2].partition("</tr>")[0], asked
