"""What a learner reads: the story, how to look around, hints, and the debrief after the pass."""

from __future__ import annotations

from collections.abc import Callable

from barelab.backends.base import Backend, SeatRef
from barelab.exercises.scripts import rendered
from barelab.launcher.status import statuses
from barelab.model.exercise import Exercise
from barelab.model.item import read_text
from barelab.model.names import PROBE


def story_of(exercise: Exercise) -> str:
    """Return the exercise's story."""
    return read_text(exercise.path / "story.md").strip()


def hint_of(exercise: Exercise, number: int, seed: int, passes: Callable[[str], bool]) -> str:
    """Return the hint of that number, from 1 on, for the seed and for what passes by now."""
    values = {**exercise.values(seed), "passes": passes}
    text = rendered(exercise.path / "hints.md", values, exercise.hints[number - 1])
    return text.strip()


def debrief_of(exercise: Exercise, seed: int) -> str:
    """Return what it was, how to find it, how to prevent it, and where to read on."""
    text = rendered(exercise.path / "debrief.md", exercise.values(seed))
    return text[text.index("## ") :].strip()


def where_to_look(backend: Backend, owner: SeatRef) -> list[str]:
    """Return lines that tell the sites, the nodes, and the commands to go on with."""
    status = statuses(backend, [owner])[0]
    seat = owner.option
    nodes = [node.ref.node for node in status.nodes if node.ref.node != PROBE]
    return [
        *(f"  {name:<10} {url}" for name, url in status.sites.items()),
        "",
        f"Look around:  barelab shell {nodes[0]}{seat}    (nodes: {', '.join(nodes)})",
        f"              barelab logs {nodes[0]}{seat}",
        f"Then:         barelab exercise check{seat}      is it repaired?",
        f"              barelab exercise hint{seat}       a nudge",
        f"              barelab exercise finish{seat}     reboots the lab and grades for good",
    ]
