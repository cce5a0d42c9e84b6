"""Does the former primary follow the new one, and is everything there that was paid?"""

from __future__ import annotations

import hashlib
from typing import Any

from barelab.grading import Evidence, Subject, check, evidence
from barelab.grading.databases import ask_each, in_words, one_writes_all_have_it, paid, promoted
from barelab.grading.evidence import Beside
from barelab.support.wait import until

# As break/db1.sh and break/db2.sh make the keys: before db2 took over, and after it.
TIMES, EACH = ("before", "after"), 8
# A standby that does well is milliseconds behind; one that was just started, seconds.
PATIENCE_S = 25.0
# A database node that was rebooted asks the others before it starts, at most 30 s.
BOOT_S = 45.0


@check(
    "What is written to one database is in the other one within seconds", points=5, timeout_s=120
)
def follows_again(on: Subject) -> Evidence:
    """Pays through the front door, and asks each database; either of them may be the primary."""
    key = paid(on, BOOT_S)

    def came() -> Beside | None:
        seen, found = ask_each(on, key)
        return seen if one_writes_all_have_it(found) else None

    seen = until(came, PATIENCE_S, every_s=0.5)
    told = in_words(ask_each(on, key)[1])
    assert seen, f"{key} was paid, and looked for {PATIENCE_S:g} s later: {told}"
    return evidence(f"{key} was paid: {told}", seen)


@check("The application has a standby again, and reads from it", points=2, timeout_s=120)
def spare_is_known(on: Subject) -> Evidence:
    """Asks the health page, which looks for a standby each time, of both application servers."""
    paid(on, BOOT_S)

    def known() -> Any:
        asked.append(on.ask_site("portal", on.lab.app.health, times=4))
        return asked[-1] if all(_replica(answer) == "up" for answer in asked[-1]) else None

    asked: list[Any] = []
    found = until(known, PATIENCE_S, every_s=1)
    states = ", ".join(sorted({_replica(answer) for answer in asked[-1]}))
    assert found, f"{asked[-1].told()}; the standby to read from: {states}"
    return evidence(f"{found.told()}; the standby to read from is up", found)


@check("Not more than one database takes writes, and one does", points=2, timeout_s=120)
def one_writes(on: Subject) -> Evidence:
    """This was fine before, and a repair that ends with two is worse than none."""

    def alone() -> Beside | None:
        seen, found = ask_each(on)
        return seen if sum(each.writes for each in found) == 1 else None

    seen = until(alone, BOOT_S, every_s=0.5)
    writers = [each.name for each in ask_each(on)[1] if each.writes]
    assert seen, f"{' and '.join(writers) or 'no database'} takes writes"
    return evidence(f"{', '.join(writers)} takes writes, and nobody else", seen)


@check("What was paid before and after db2 took over is still there", points=2, timeout_s=120)
def nothing_is_lost(on: Subject) -> Evidence:
    """Asks for each payment through the front door. This was fine before."""
    assert on.lab.app.read_many, "the application cannot be asked for several payments"
    paid(on, BOOT_S)
    password = on.secret("database-password")
    words = [f"{password} {when} {n}" for when in TIMES for n in range(1, EACH + 1)]
    keys = [f"till-{hashlib.sha256(word.encode()).hexdigest()[:20]}" for word in words]
    asked = on.request(on.lab.app.read_many, ",".join(keys))
    assert asked.all_have(200), on.told(asked)
    missing = asked.first.json()["missing"]
    # Before db2 has taken over there are none of them, in a lab that nobody broke.
    begun = len(missing) < len(keys) or promoted(on)
    assert not begun or not missing, f"{len(missing)} of {len(keys)} payments are gone"
    return evidence(f"{len(keys) - len(missing)} payments were asked for, none is missing", asked)


def _replica(answer: Any) -> str:
    """Return what the health page says of the standby: up, down, or none known."""
    try:
        return str(answer.json()["dependencies"]["replica"]["state"])
    except (ValueError, KeyError, TypeError):
        return "none known"
