"""A drill as typed data: what fails under which load, who repairs it, and what it may cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from barelab.model.lab import Lab

# What a run measures and a drill may bound; `drills/figures.py` says what each means.
BOUNDED = (
    *("write_rto_s", "read_rto_s", "degraded_s", "time_to_detect_s", "time_to_full_redundancy_s"),
    "rpo_s",
    *(
        "lost",
        "unexpected",
        "duplicate",
        "wrong",
        "two_writers_s",
        "write_errors",
        "read_errors",
        "p99_s",
    ),
)
# Words for nodes beside their names: the lab's front; who was what when the fault struck.
FRONT, PRIMARY, REPLICA, STRUCK = "front", "primary", "replica", "struck"


class FaultKind(Enum):
    """What happens to the target; all but `NONE` and `SCRIPT` come from outside the node."""

    NONE = "none"
    KILL = "kill"
    HANG = "hang"
    OFF = "off"
    PAUSE = "pause"
    CUT = "cut"
    SCRIPT = "script"


class Moment(Enum):
    """When a step of the runbook is due."""

    STRIKE = "strike"
    ALARM = "alarm"
    HEALED = "healed"


@dataclass(frozen=True, slots=True)
class Fault:
    """The fault. `process` is the name of the server that is killed or hangs.

    `for_s` is when it is lifted; without it, once the service is back, or at the end.
    `prepare` is the text of a script that waits for what must be there; `strike` and `undo` are
    those of `SCRIPT`.
    """

    kind: FaultKind
    target: str
    process: str = ""
    for_s: float | None = None
    prepare: str = ""
    strike: str = ""
    undo: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the reference runbook: a command on a node as its operator, or its power switch."""

    when: Moment
    node: str
    run: str
    power: bool
    within_s: float


@dataclass(frozen=True, slots=True)
class Rules:
    """What a drill comes to in one lab: at most these figures, reached by these steps.

    A missed goal and a broken must are both a no; a goal is a wish, a must is a promise.
    `otherwise` are those of a lab that is made in another way, by option and choice.
    """

    goal: Mapping[str, float]
    must_hold: Mapping[str, float]
    runbook: tuple[Step, ...]
    otherwise: Mapping[tuple[str, str], Rules] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drill:
    """A folder `exercises/drills/NAME/`. The fault strikes at a moment of the window, by the seed.

    The run is whole again when nothing failed for `settle_s`; it is stopped at `stop_after_s`
    after the fault. `wrong` is a question for the database that takes writes, of how many things
    beside payments are not as they must be; empty where there are none.
    """

    name: str
    path: Path
    title: str
    hypothesis: str
    story: str
    labs: Mapping[str, Rules]
    fault: Fault
    writes_per_s: float
    reads_per_s: float
    baseline_s: float
    window_s: float
    settle_s: float
    stop_after_s: float
    wrong: str = ""

    def rules(self, lab: Lab) -> Rules:
        """Return what the drill comes to in a lab, by how the lab's options are set."""
        usual = self.labs[lab.name]
        return next(
            (rules for way, rules in usual.otherwise.items() if way in lab.options.items()), usual
        )
