"""Is the site back, and does it come back with the machines?"""

from __future__ import annotations

from barelab.grading import Evidence, Subject, check, evidence, shows_data, takes_payment


@check("The portal answers with data", points=5)
def portal_shows_data(on: Subject) -> Evidence:
    """All three machines have a part in it."""
    asked = shows_data(on, times=3)
    return evidence(f"{asked.told()}, each with data", asked)


@check("A payment that comes in is kept and can be looked up", points=4)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before."""
    return takes_payment(on)
