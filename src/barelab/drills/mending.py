"""A seat made whole before and after a run: what `up` mends, and databases that lost touch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from barelab.backends.base import Backend, SeatRef
from barelab.drills.watching import Watches
from barelab.drills.writers import Role, Sample
from barelab.launcher.up import Launcher
from barelab.model.lab import Lab
from barelab.support.errors import CouldNotTell
from barelab.support.wait import until

# A server that starts, replays its log or finds its primary takes so long.
_PATIENCE_S = 30.0
_COPY_S = 90.0
# Nodes of this role take writes at the same time, each for itself.
_ALL_WRITE = "masters"


@dataclass(frozen=True, slots=True)
class Mender:
    """What makes a seat whole; `say` hears what was done beside the usual."""

    backend: Backend
    lab: Lab
    owner: SeatRef
    say: Callable[[str], None]

    def up(self) -> None:
        """Bring the seat up, as the command does."""
        self._launcher().up(self.lab, self.owner)

    def databases(self) -> None:
        """Return when one database takes writes and all others follow it.

        A database that does neither is made anew, as `reset` does it, and follows then.

        Raises:
            CouldNotTell: they are not whole all the same; the message names them.
        """
        watches = Watches(self.backend, self.owner, self.lab)
        try:
            if until(lambda: not self._odd(watches), _PATIENCE_S, 0.2):
                return
            lost = self._odd(watches)
            one_writes = Role.PRIMARY in {s.role for s in watches.latest().values() if s}
        finally:
            watches.close()
        if not one_writes:
            raise CouldNotTell(f"{self.owner}: no database takes writes ({', '.join(lost)})")
        self.say(f"{', '.join(lost)} did not come back; made anew")
        self._launcher().reset(self.lab, self.owner, lost)
        self._await_whole()

    def _await_whole(self) -> None:
        watches = Watches(self.backend, self.owner, self.lab)
        try:
            if not until(lambda: not self._odd(watches), _COPY_S, 0.2):
                told = ", ".join(self._odd(watches))
                raise CouldNotTell(f"{self.owner}: {told} cannot be made whole")
        finally:
            watches.close()

    def _odd(self, watches: Watches) -> list[str]:
        return odd(watches.latest(), [node.name for node in self.lab.with_role(_ALL_WRITE)])

    def _launcher(self) -> Launcher:
        return Launcher(self.backend, lambda _: None, lambda _: None)


def odd(latest: Mapping[str, Sample | None], writers: Collection[str] = ()) -> list[str]:
    """Return the databases that neither take writes nor follow.

    Where no `writers` are named, all but one of several that take writes are odd, too.
    """
    writing = [n for n, s in latest.items() if s is not None and s.role is Role.PRIMARY]
    rightly = [n for n in writing if n in writers] if writers else writing[:1]
    sound = {n for n, s in latest.items() if s is not None and s.following} | {*rightly}
    return [node for node in latest if node not in sound]
