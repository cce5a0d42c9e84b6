"""A lab that has just started answers slowly for a while: waiting until it does not."""

from __future__ import annotations

from barelab.drills.course import SILENCE_S
from barelab.grading.subject import Subject
from barelab.support.wait import until

IN_A_ROW = 6


def settle(on: Subject, within_s: float = 60.0, every_s: float = 0.5) -> None:
    """Return when the health page was answered well several times in a row, each within a second.

    After `within_s` it returns all the same: then the time before the fault tells of it.
    """
    app, row = on.lab.app, 0

    def settled() -> bool:
        nonlocal row
        asked = on.ask_site(app.write.site, app.health, timeout_s=SILENCE_S)
        row = row + 1 if asked.all_have(200) else 0
        return row >= IN_A_ROW

    until(settled, within_s, every_s)
