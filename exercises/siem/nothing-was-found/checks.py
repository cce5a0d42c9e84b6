"""Is an attack on the site an event, each time and of either kind, and a visit none?"""

from __future__ import annotations

from barelab.grading import Evidence, Subject, check, evidence, shows_data
from barelab.grading.events import attack, events
from barelab.grading.relp import relp

# What a burglar asks for, of two kinds, each told by a rule of its own.
ATTACKS = ("/.env", "/search/?q=1%27+or+1=1")
INTAKE = ("siem", "intake")
OWN = ("/etc/rsyslog/node.crt", "/etc/rsyslog/node.key")


@check("Each attack on the site is an event, and a visit is none", points=6, timeout_s=430)
def attacks_are_events(on: Subject) -> Evidence:
    """Has each kind told, and then once more: what is told once may be silenced."""
    visit = on.ask_site(on.lab.sites[0])
    seen = [*attack(on, *ATTACKS)[1], *attack(on, *ATTACKS)[1]]
    others, beside = events(on, visit.nonces[0])
    assert not others, f"a mere visit is an event, too: {others[0]['rule']}"
    told = f"asked for {' and '.join(ATTACKS)}: told twice; a visit: not"
    return evidence(told, visit, *seen, beside)


@check("Nobody but the log server may send lines to the siem", points=1)
def strangers_are_refused(on: Subject) -> Evidence:
    """Knocks without a certificate, and with one of another node."""
    seen = [relp(on, on.lab.front, INTAKE, proof) for proof in (("", ""), OWN)]
    for answer, whose in zip(seen, ("no", f"{on.lab.front}'s"), strict=True):
        assert "200 OK" not in answer.text, f"with {whose} certificate: {answer.text[:80]}"
    return evidence(f"{on.lab.front}: {seen[-1].text[:120]}", *seen)


@check("The portal shows data", points=1)
def portal_shows_data(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    asked = shows_data(on, times=3)
    return evidence(f"{asked.told()}, each with data", asked)
