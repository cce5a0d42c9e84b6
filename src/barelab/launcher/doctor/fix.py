"""Doing what can be done without harm: start or install the engine, raise a kernel limit."""

from __future__ import annotations

from collections.abc import Callable

from barelab.backends.docker.install import ensure_host
from barelab.launcher.doctor.facts import Facts, State
from barelab.launcher.doctor.judge_machine import inotify
from barelab.launcher.preflight import INOTIFY_RAISED
from barelab.support import machine
from barelab.support.errors import CouldNotTell


def fix(
    facts: Facts,
    assume_yes: bool,
    ask: Callable[[str], bool | None],
    say: Callable[[str], None],
) -> None:
    """Repair what may be repaired, and say what was done and what was not."""
    try:
        ensure_host(assume_yes, ask, say)
    except CouldNotTell as error:
        say(f"not repaired: {error}")
    if facts.engine is None or inotify(facts).state is not State.BAD:
        return
    limit = max(INOTIFY_RAISED, 2 * (facts.engine.room.inotify_limit or 0))
    if machine.raise_inotify(limit):
        say(
            f"inotify instances raised to {limit}, until the next boot; to keep it: "
            f"fs.inotify.max_user_instances={limit} in /etc/sysctl.d/"
        )
    else:
        say(f"not repaired: inotify; `sudo sysctl fs.inotify.max_user_instances={limit}`")
