"""One exercise on one seat: break, follow a script, grade. Knows nothing of attempts."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from barelab.exercises.data_kept import counts
from barelab.exercises.finish import Finish, Say
from barelab.exercises.scripts import break_sections, run_sections, script_sections
from barelab.grading.access import Access
from barelab.grading.checks import Check, load_checks
from barelab.grading.conformance import conformance_checks
from barelab.grading.reboot import reboot
from barelab.grading.results import Result, Verdict
from barelab.grading.runner import Told, run_checks
from barelab.grading.tripwires import run_guarded
from barelab.launcher.front import site_url
from barelab.model.exercise import Exercise
from barelab.support.errors import CouldNotTell
from barelab.support.wait import until

SHOWS_S = 20.0
# Databases that were all rebooted agree first on who takes writes.
SETTLES_S = 30.0


@dataclass(frozen=True, slots=True)
class Round:
    """An exercise with its seed on a running seat; `before` counts its data before the break."""

    exercise: Exercise
    seed: int
    access: Access
    before: Mapping[str, int] = field(default_factory=dict)

    def break_(self) -> None:
        """Break the lab, and return when the break shows or `SHOWS_S` are over."""
        access, breaks = self.access, set(self.exercise.breaks)
        sections = break_sections(self.exercise, self.seed)
        run_sections(access.backend, access.owner, sections, "root")
        named = [check for check in self._checks() if check.name in breaks]
        until(lambda: _all_fail(named, access), SHOWS_S, 0.2)

    def follow(self, folder: str, name: str) -> None:
        """Run a script of `solutions` or `decoys` as a learner would."""
        access = self.access
        sections = script_sections(self.exercise, access.lab, folder, name, self.seed)
        run_sections(access.backend, access.owner, sections)

    def settle(self) -> None:
        """Return once the lab serves, or `SETTLES_S` are over."""
        _settle(self.access)

    def passes(self, name: str) -> bool:
        """Return whether a check of the exercise passes now."""
        named = [check for check in self._checks() if check.name == name]
        return run_checks(named, self.access).verdict is Verdict.PASS

    def counted(self) -> Round:
        """Return this round of a clean lab, knowing how many data there are."""
        return replace(self, before=counts(self.access))

    def check(self, on_result: Told | None = None) -> Result:
        """Grade the exercise's own checks, as the lab is now."""
        return run_guarded(self._checks(), self.access, on_result)

    def finish(self, on_result: Told | None = None, say: Say = lambda _: None) -> Result:
        """Grade for good: now, after a reboot of every node, for a while, and what else it did."""

        def restart() -> None:
            with access.turn:
                reboot(access, [node.name for node in access.lab.visible()])
                _settle(access)

        access = self.access
        finish = Finish(access, self._checks(), self._no_harm(), self.before, on_result, say)
        return finish.grade(restart)

    def _checks(self) -> tuple[Check, ...]:
        return load_checks(self.exercise.path / "checks.py")

    def _no_harm(self) -> tuple[Check, ...]:
        # Those that want to be alone reboot a node, which has just been done to all.
        found = conformance_checks(self.access.lab)
        asked = [c for c in found if not c.alone and c.name not in self.exercise.excuses]
        return tuple(replace(check, points=0) for check in asked)


def _all_fail(checks: Sequence[Check], access: Access) -> bool:
    return run_checks(checks, access).names(Verdict.FAIL) == tuple(c.name for c in checks)


def _settle(access: Access) -> None:
    """Give the lab time to serve again; whether it does is for the checks to say.

    A page may come from a standby long before there is a database that takes writes: that, and
    what else the application needs, its health page tells.
    """
    lab = access.lab
    first = lab.app.sites[lab.sites[0]]
    deadline = time.monotonic() + SETTLES_S
    with access.probe() as probe, suppress(CouldNotTell):
        for path, shows in ((first.page, first.shows or ""), (lab.app.health, "")):
            probe.http(
                site_url(lab, first.name, path, access.published.get("https")),
                kind="until",
                address=next(iter(access.addresses[lab.front].values())),
                port=443,
                matches=re.escape(shows),
                deadline_s=max(deadline - time.monotonic(), 0.0),
                timeout_s=2.0,
            )
