"""Does each name lead to its own site, and does nobody get a page that is another's?"""

from __future__ import annotations

from barelab.grading import Asked, Evidence, Subject, check, evidence, shows_data, static_names
from barelab.grading.later import logged_in

LOG_IN = "/login/"
# On the console's pages alone: before a log-in, and after it.
DOOR, INSIDE = "<h1>Operator console</h1>", "Waiting longest for an answer"


@check("The console's name leads to the console, whatever customers have read before", points=4)
def console_is_the_operators(on: Subject) -> Evidence:
    """Asks for each page as a customer first, so that one which was kept is found."""
    shows_data(on, times=1)
    first = on.ask_site("console", "/")
    _asks_to_log_in(on, first)
    return evidence(f"{first.told()}, which leads to the operators' log-in", first, _door(on))


@check("An operator gets in, and nobody else sees that page", points=4, timeout_s=120)
def operators_get_in(on: Subject) -> Evidence:
    """Behind the log-in, with its looks; the next one who asks is asked to log in."""
    _door(on)
    visitor = logged_in(on)
    shows_data(on, times=1)
    page = visitor.get("/")
    assert page.all_have(200) and INSIDE in page.first.text, (
        f"an operator logged in: {on.told(page)}, and it is not the console's first page"
    )
    sheets = [name for name in static_names(on, page.first.text) if name.endswith(".css")]
    assert sheets, f"{page.told()}, and names no style sheet"
    for sheet in sheets:
        asked = on.ask_site("console", sheet)
        assert asked.all_have(200), on.told(asked)
    stranger = on.ask_site("console", "/")
    _asks_to_log_in(on, stranger)
    shows_data(on, times=1)
    told = "an operator got in; whoever asked next did not, and a customer saw the portal"
    return evidence(told, page, stranger)


@check("The portal shows data", points=1)
def portal_shows_data(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    asked = shows_data(on, times=3)
    return evidence(f"{asked.told()}, each with data", asked)


def _door(on: Subject) -> Asked:
    customers = on.ask_site("portal", LOG_IN)
    assert customers.all_have(200), on.told(customers)
    assert DOOR not in customers.first.text, f"{customers.told()}: the operators' log-in"
    operators = on.ask_site("console", LOG_IN)
    assert operators.all_have(200), on.told(operators)
    assert DOOR in operators.first.text, f"{operators.told()}: not the operators' log-in"
    return operators


def _asks_to_log_in(on: Subject, asked: Asked) -> None:
    answer = asked.first
    assert answer.status == 302 and answer.header("location").startswith(LOG_IN), (
        f"without a log-in, {on.told(asked)}, and is not sent to {LOG_IN}"
    )
