"""Running a drill several times in a seat, and keeping what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from barelab.backends.base import Backend, NodeRef, SeatRef
from barelab.drills import keeping
from barelab.drills.leftovers import forget, pick_up
from barelab.drills.mending import Mender
from barelab.drills.metering import RUNS
from barelab.drills.rehearsal import Rehearsal, Show
from barelab.drills.results import Rehearsed
from barelab.drills.run import Run
from barelab.model.drill import Drill
from barelab.model.lab import Lab
from barelab.model.names import PROBE
from barelab.support.errors import BarelabError, UsageError
from barelab.support.locks import hold

# What a result says until its drill is over.
UNDER_WAY = "barelab was killed during the drill"
INTERRUPTED = "the drill was interrupted"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run: how often, from which seed on, and who repairs."""

    drill: Drill
    lab: Lab
    owner: SeatRef
    runs: int
    seed: int
    operator: str


def rehearse(
    order: Order,
    backend: Backend,
    show: Show,
    on_run: Callable[[int, Run], None],
    say: Callable[[str], None],
) -> Rehearsed:
    """Run a drill so many times and return what it came to; each run is kept at once.

    What a killed drill left in the seat is picked up before.

    Raises:
        UsageError: a drill is under way in this seat.
    """
    runs: list[Run] = []
    drill, owner = order.drill, order.owner
    rules = drill.rules(order.lab)
    begun_at = datetime.now(UTC).isoformat(timespec="seconds")
    done = Rehearsed(
        drill, rules, order.lab, owner.seat, order.operator, begun_at, backend.of(owner).name, runs
    )
    name = f"{begun_at[:19].replace(':', '-')}-{drill.name}-{owner.lab}"
    with _alone(owner):
        pick_up(backend, owner, say)
        mender = Mender(backend, order.lab, owner, say)
        mender.databases()
        for number in range(order.runs):
            one = Rehearsal(
                drill,
                rules,
                order.lab,
                owner,
                backend,
                order.seed + number,
                order.operator,
                mender,
                show,
            )
            left = {"aborted": UNDER_WAY, "under_way": one.id}
            keeping.keep(name, {**done.as_json(), **left})
            try:
                run, journal = one.run_and_journal()
            except (KeyboardInterrupt, BarelabError) as error:
                left["aborted"] = str(error) or INTERRUPTED
                keeping.keep(name, {**done.as_json(), **left})
                raise
            keeping.keep_journal(name, run.id, journal)
            forget(backend, NodeRef(owner, PROBE), f"{RUNS}/{run.id}")
            runs.append(run)
            on_run(number, run)
        keeping.keep(name, done.as_json())
    return done


@contextmanager
def _alone(owner: SeatRef) -> Iterator[None]:
    holders: list[str] = []
    try:
        with hold(f"drill-{owner.lab}.{owner.seat}", holders.append, timeout_s=0.0):
            yield
    except TimeoutError:
        raise UsageError(
            f"a drill is under way in {owner} already (process {holders[0]})"
        ) from None
