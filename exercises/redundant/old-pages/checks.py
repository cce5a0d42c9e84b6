"""Does db2 have what is written to db1, and do pages show it?"""

from __future__ import annotations

from barelab.grading import Evidence, Subject, check, entered, evidence, takes_payment
from barelab.grading.databases import ask_each, in_words
from barelab.grading.evidence import Beside
from barelab.support.wait import until

PRIMARY, STANDBY = "db1", "db2"
# A standby that does well is milliseconds behind; one that was just restarted, seconds.
PATIENCE_S = 12.0
PAGES = 4


@check("Everybody's pages show within seconds what somebody has entered", points=4)
def pages_are_of_now(on: Subject) -> Evidence:
    """Enters a customer with a fresh name over the API, and looks for the name as a stranger."""
    name = entered(on)

    def shown() -> bool:
        return all(name in answer.text for answer in on.ask_site("portal", "/", times=PAGES))

    came = until(shown, PATIENCE_S, every_s=0.5)
    asked = on.ask_site("portal", "/", times=PAGES)
    assert asked.all_have(200), on.told(asked)
    assert came, (
        f"{name} was entered; {PATIENCE_S:g} s later: {asked.told()}, not all with the name"
    )
    return evidence(f"{name} was entered: {asked.told()}, all with the name", asked)


@check("What db1 has written is in db2 within seconds", points=4)
def standby_follows(on: Subject) -> Evidence:
    """Pays, and asks each database for the payment; who reads pages from where does not matter."""
    key = f"check-{on.nonce()}"
    paid = on.request(on.lab.app.write, key)
    assert paid.first.status in on.lab.app.write.expected, f"a payment was sent: {on.told(paid)}"

    def came() -> Beside | None:
        seen, found = ask_each(on, key)
        return seen if all(each.has_it for each in found) else None

    seen = until(came, PATIENCE_S, every_s=0.5)
    told = in_words(ask_each(on, key)[1])
    assert seen, f"the payment {key} was sent, and looked for {PATIENCE_S:g} s later: {told}"
    return evidence(f"the payment {key} is in {PRIMARY} and {STANDBY}", seen)


@check("db1 takes the writes, and db2 is its standby", points=1)
def places_are_kept(on: Subject) -> Evidence:
    """This was fine before: the fault is no reason to change places."""
    seen, found = ask_each(on)
    for each in found:
        assert not each.trouble, each.told()
        assert each.standby == (each.name == STANDBY), each.told()
    return evidence(f"{PRIMARY} takes writes, {STANDBY} is a standby", seen)


@check("A payment that comes in is kept and can be looked up", points=1)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before. This was fine all the time."""
    return takes_payment(on)
