"""Are payments taken again, for everybody, with all that was there before?"""

from __future__ import annotations

import json

from barelab.grading import Asked, Evidence, Subject, check, evidence
from barelab.support.wait import until

# Of those who have been here longest, and of those who have not.
OTHERS = ("C000007", "C004321", "C008642", "C012012", "C019876")
# The application gives up waiting for a lock after 5 s, so this is a second try at most.
PATIENCE_S = 6.0
SEEDED = {"subscribers": 20_000, "invoices": 170_000, "payments": 170_000}
SAMPLE = 90


@check("A payment that comes in is kept and can be looked up", points=4, timeout_s=60)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before."""
    app, key = on.lab.app, f"check-{on.nonce()}"
    written = _pay(on, "C000001", key)
    assert written.first.status in app.write.expected, f"a payment was sent: {_late(on, written)}"
    read = on.request(app.read, key)
    assert read.all_have(200), f"the payment {key} was sent, but: {on.told(read)}"
    assert key in read.first.text, f"{read.told()}, but not the payment {key}"
    return evidence(f"the payment {key} was sent and found", read)


@check("Other subscribers can pay as well", points=3, timeout_s=60)
def payments_for_others(on: Subject) -> Evidence:
    """One after the other, each with a fresh key: one lock may be in the way of some of them."""
    for number in OTHERS:
        asked = _pay(on, number, f"check-{on.nonce()}")
        assert asked.all_have(201), f"a payment for {number} was sent: {_late(on, asked)}"
    return evidence(f"payments for {', '.join(OTHERS)} were taken", asked)


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


@check("A known key is refused for another payment, and so is a payment for nobody", points=1)
def payments_stay_sound(on: Subject) -> Evidence:
    """What guards the payments was fine before, and no repair needs to take it away."""
    nobody = _send(on, "C999999", f"check-{on.nonce()}")
    assert nobody.all_have(422), f"a payment for a number that nobody has: {on.told(nobody)}"
    again = _send(on, "C000001", "seed-0000001")
    assert again.all_have(409), f"another payment under a known key: {on.told(again)}"
    return evidence("a known key and an unknown number were refused", again, nobody)


def _late(on: Subject, asked: Asked) -> str:
    return f"{on.told(asked)}, after {asked.first.seconds:.1f} s"


def _pay(on: Subject, number: str, key: str) -> Asked:
    """Return the answer to a payment; the first that says it was taken, or the last."""
    answers: list[Asked] = []

    def taken() -> bool:
        answers.append(_send(on, number, key))
        return answers[-1].first.status in on.lab.app.write.expected

    until(taken, PATIENCE_S, every_s=0.2)
    return answers[-1]


def _send(on: Subject, number: str, key: str) -> Asked:
    return on.ask_site(
        "portal",
        "/api/payments/",
        method="POST",
        headers={
            "Authorization": f"Bearer {on.secret('api-token')}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        },
        body=json.dumps({"subscriber": number, "amount": "1.00"}).encode(),
    )
