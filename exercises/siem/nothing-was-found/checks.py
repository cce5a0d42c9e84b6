"""Is an attack on the site an event, each time and of either kind, and a visit none?"""

from __future__ import annotations

import time

from barelab.grading import Asked, Beside, Evidence, Subject, check, evidence, shows_data
from barelab.grading.events import events, relp
from barelab.support.wait import until

# What a burglar asks for, of two kinds, each told by a rule of its own.
ATTACKS = {"a file with secrets": "/.env", "SQL": "/search/?q=1%27+or+1=1"}
# Of what follows within ten seconds one is told, so the next try comes later than that.
AGAIN_S = 14.0
# The site promises 30 s, which are not enough on a busy machine, nor where lines had to wait.
SOON_S = 100.0
OWN = ("/etc/rsyslog/node.crt", "/etc/rsyslog/node.key")


@check("Each attack on the site is an event, and a visit is none", points=6, timeout_s=430)
def attacks_are_events(on: Subject) -> Evidence:
    """Has each kind told, and then once more: what is told once may be silenced."""
    visit = on.ask_site(on.lab.sites[0])
    events(on, visit.nonces[0])  # as soon as it answers
    seen = [*_told(on), *_told(on)]
    others, beside = events(on, visit.nonces[0])
    assert not others, f"a mere visit is an event, too: {others[0]['rule']}"
    return evidence(f"{' and '.join(ATTACKS)}: told twice; a visit: not", visit, *seen, beside)


@check("Nobody but the log server may send lines to the siem", points=1)
def strangers_are_refused(on: Subject) -> Evidence:
    """Knocks without a certificate, and with one of another node."""
    seen = [relp(on, on.lab.front, proof) for proof in (("", ""), OWN)]
    for answer, whose in zip(seen, ("no", f"{on.lab.front}'s"), strict=True):
        assert "200 OK" not in answer.text, f"with {whose} certificate: {answer.text[:80]}"
    return evidence(f"{on.lab.front}: {seen[-1].text[:120]}", *seen)


@check("The portal shows data", points=1)
def portal_shows_data(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    asked = shows_data(on, times=3)
    return evidence(f"{asked.told()}, each with data", asked)


def _told(on: Subject) -> list[Asked | Beside]:
    """Attack, with a nonce each time, until an attack of each kind is an event."""
    seen: list[Asked | Beside] = []
    sent: dict[str, str] = {}
    waiting, deadline = set(ATTACKS), time.monotonic() + SOON_S

    def all_told() -> bool:
        for nonce, kind in sent.items():
            if kind in waiting:
                found, beside = events(on, nonce)
                if found:
                    seen.append(beside)
                    waiting.remove(kind)
        return not waiting

    while waiting and time.monotonic() < deadline:
        next_try = time.monotonic() + AGAIN_S
        for kind in sorted(waiting):
            asked = on.ask_site(on.lab.sites[0], ATTACKS[kind])
            assert asked.first.status, on.told(asked)
            sent[asked.nonces[0]] = kind
            seen.append(asked)
        until(all_told, AGAIN_S, every_s=1.0)
        time.sleep(max(0.0, next_try - time.monotonic()))
    assert not waiting, f"{SOON_S:g} s after an attack with {' and '.join(waiting)}: no event of it"
    return seen
