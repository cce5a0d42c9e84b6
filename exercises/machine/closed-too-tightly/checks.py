"""Does the application get its visitors again, and nobody the old statistics?"""

from __future__ import annotations

from barelab.grading import Evidence, Subject, check, evidence, shows_data, takes_payment

STATISTICS = 8900
SILENT_S = 2.0


@check("The portal answers with data", points=4)
def portal_shows_data(on: Subject) -> Evidence:
    """Several times, by connections of their own."""
    asked = shows_data(on, times=4)
    return evidence(f"{asked.told()}, each with data", asked)


@check("A payment that comes in is kept and can be looked up", points=3)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before."""
    return takes_payment(on)


@check("The old statistics cannot be reached from other machines", points=4)
def statistics_stay_hidden(on: Subject) -> Evidence:
    """The probe is a neighbour on the application's network."""
    where = on.address("app1", "private")
    hidden = on.probe("tcp", address=where, port=STATISTICS, timeout_s=SILENT_S)
    assert not hidden.get("connected"), f"port {STATISTICS} of app1 answers whoever asks"
    return evidence(f"port {STATISTICS} of app1: {hidden.get('error')}", hidden)
