"""Is the application behind the front door again, and is it really the application?"""

from __future__ import annotations

from barelab.grading import (
    Evidence,
    Subject,
    check,
    evidence,
    leads_to_https,
    shows_data,
    takes_payment,
)


@check("The portal answers through web1 with data", points=4)
def portal_shows_data(on: Subject) -> Evidence:
    """Ten times in a row, because one good answer in two is no repair."""
    asked = shows_data(on, times=10)
    return evidence(f"{asked.told()}, each with data", asked)


@check("The console answers through web1", points=2)
def console_answers(on: Subject) -> Evidence:
    """It asks for a log-in, which is an answer of the application too."""
    asked = on.ask_site("console", "/", times=3)
    assert all(answer.status in (200, 302) for answer in asked), on.told(asked)
    return evidence(asked.told(), asked)


@check("A payment that comes in is kept and can be looked up", points=4)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before: no page prepared in advance can know it."""
    return takes_payment(on)


@check("Visitors without HTTPS are still led to it", points=1)
def redirect_stays(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    return leads_to_https(on)
