"""Grading for good: repaired now, after a reboot and for a while, with no harm done beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from barelab.exercises.data_kept import data_kept
from barelab.grading import tripwires
from barelab.grading.access import Access
from barelab.grading.checks import Check
from barelab.grading.results import CheckResult, Result, Verdict, joined
from barelab.grading.runner import Told, could_not, run_checks
from barelab.grading.tripwires import Sight
from barelab.support.errors import BarelabError
from barelab.support.wait import until

STABLE_S = 15.0
# A window that is broken again and again is no window: this long is waited for a whole one.
PATIENCE_S = 4 * STABLE_S
_POLL_S = 3.0
_HOLDS = ("holds", "It holds: no check turns red and no service restarts for a while")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Finish:
    """What is graded, in which seat. `before` are the application's counts before the break."""

    access: Access
    checks: Sequence[Check]
    no_harm: Sequence[Check]
    before: Mapping[str, int]
    on_result: Told | None = None
    say: Say = field(default=lambda _: None)

    def grade(self, reboot: Callable[[], None]) -> Result:
        """Return the result. What is red now is told at once; only a repair is put to the test."""
        try:
            return self._grade(reboot)
        except BarelabError as error:
            return could_not(self.checks, str(error))

    def _grade(self, reboot: Callable[[], None]) -> Result:
        self.access.refuse_unless_running()
        tripwires.look(self.access, deep=False)
        self.say("is all well now?")
        now = run_checks(self.checks, self.access)
        if now.verdict is not Verdict.PASS:
            return self._told(now)
        self.say("all is well now; rebooting every node, as will happen to them one day")
        reboot()
        after = self._told(run_checks(self.checks, self.access))
        if after.verdict is not Verdict.PASS:
            return after
        self.say(f"does it hold for {STABLE_S:g} s?")
        held = self._held()
        if held.verdict is not Verdict.PASS:
            return joined((after, held))
        with self.access.turn:
            rest = run_checks((*self.no_harm, data_kept(self.before)), self.access)
            tripwires.look(self.access, deep=True)
        odd = tuple(check for check in rest.checks if check.verdict is not Verdict.PASS)
        self._told(Result(odd))
        self.say(f"{len(rest.checks) - len(odd)} checks of all else in the lab pass")
        return joined((after, held, rest))

    def _told(self, result: Result) -> Result:
        for check in result.checks if self.on_result else ():
            self.on_result(check)  # type: ignore[misc]
        return result

    def _held(self) -> Result:
        began = time.monotonic()
        window = _Window(self.access, self.checks)
        held = until(window.whole, PATIENCE_S, _POLL_S)
        verdict = Verdict.PASS if held else window.verdict
        name, title = _HOLDS
        seconds = time.monotonic() - began
        return self._told(
            Result((CheckResult(name, title, verdict, 0, 0, window.evidence, seconds),))
        )


class _Window:
    """The time since which nothing turned red and nothing restarted."""

    def __init__(self, access: Access, checks: Sequence[Check]) -> None:
        self._access = access
        self._checks = [check for check in checks if not check.alone]
        self._begin(self._look(), Verdict.FAIL, "")

    def whole(self) -> bool:
        """Ask once, and return whether the window is long enough by now."""
        result = run_checks(self._checks, self._access)
        self._asked += 1
        if result.verdict is not Verdict.PASS:
            self._begin(self._look(), result.verdict, _odd(result))
            return False
        if time.monotonic() - self._since < STABLE_S:
            return False
        # What restarted in between runs under other numbers now: two looks see it all.
        marks = self._look()
        if marks != self._marks:
            self._begin(marks, Verdict.FAIL, f"restarted meanwhile: {self._changed(marks)}")
            return False
        self.evidence = f"asked {self._asked} times in {STABLE_S:g} s, nothing restarted"
        return True

    def _begin(self, marks: dict[str, object], verdict: Verdict, evidence: str) -> None:
        self._since, self._marks, self._asked = time.monotonic(), marks, 0
        self.verdict, self.evidence = verdict, evidence

    def _look(self) -> dict[str, object]:
        sights, nodes = tripwires.look(self._access, deep=False), self._access.look()
        marks: dict[str, object] = {name: nodes[name].started_at for name in sights}
        for node in self._access.lab.visible():
            units = [u for role in node.roles for u in self._access.lab.roles[role].units]
            running = _of(sights[node.name], units)
            marks |= {f"{unit} on {node.name}": pids for unit, pids in running.items()}
        return marks

    def _changed(self, marks: Mapping[str, object]) -> str:
        names = {n for n in (*marks, *self._marks) if marks.get(n) != self._marks.get(n)}
        return ", ".join(sorted(names))


def _of(sight: Sight, units: Sequence[str]) -> dict[str, tuple[int, ...]]:
    return {unit: sight.services[unit] for unit in units if unit in sight.services}


def _odd(result: Result) -> str:
    odd = [check for check in result.checks if check.verdict is not Verdict.PASS]
    return "; ".join(f"{check.title}: {check.evidence}" for check in odd)
