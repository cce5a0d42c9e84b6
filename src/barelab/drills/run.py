"""One run of a drill: what was measured, and on which course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from barelab.drills.course import Alarm
from barelab.drills.figures import Figures
from barelab.drills.operating import Command


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened, in seconds since the load began."""

    at_s: float
    kind: str
    text: str

    def as_json(self) -> dict[str, object]:
        """Return it for JSON."""
        return {"at_s": round(self.at_s, 3), "kind": self.kind, "text": self.text}


@dataclass(slots=True)
class Course:
    """What happened when, on the journal's clock, as far as the run has come."""

    struck_at: float = 0.0
    struck: str = ""
    lifted_at: float | None = None
    alarm: Alarm | None = None
    whole_at: float | None = None
    ended: str = ""
    primary: str | None = None
    replica: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is over. `aborted` tells why it does not count, if it does not.

    `marks` are what happened, `states` the changes of each database and application node, `series`
    the load in steps of `STEP_S`: what was acknowledged and what was not.
    """

    id: str
    seed: int
    figures: Figures
    aborted: str
    ended: str
    notes: Sequence[str] = ()
    marks: Sequence[Mark] = ()
    states: Mapping[str, Sequence[tuple[float, str]]] = field(default_factory=dict)
    series: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return the object of design.md, and what a report needs beside it."""
        return {
            **self.figures.as_json(),
            "aborted": self.aborted or None,
            "seed": self.seed,
            "id": self.id,
            "ended": self.ended,
            "notes": list(self.notes),
            "marks": [mark.as_json() for mark in self.marks],
            "states": {
                node: [[round(at, 3), state] for at, state in states]
                for node, states in self.states.items()
            },
            "series": {name: list(values) for name, values in self.series.items()},
        }


def marks_of(course: Course, commands: Sequence[Command], zero: float) -> list[Mark]:
    """Return what happened in order of time, in seconds after `zero`."""
    found = [Mark(course.struck_at - zero, "fault", f"fault strikes {course.struck}".strip())]
    if course.alarm:
        found.append(Mark(course.alarm.at - zero, "alarm", course.alarm.why))
    if course.lifted_at:
        found.append(Mark(course.lifted_at - zero, "lifted", f"fault on {course.struck} is lifted"))
    if course.whole_at:
        found.append(Mark(course.whole_at - zero, "whole", "everything is whole again"))
    for each in commands:
        took = f", {each.ended - each.begun:.1f} s" if each.ended else ""
        failed = f", exit {each.code}: {each.said}" if each.code else ""
        found.append(Mark(each.begun - zero, "operator", f"{each.node}: {each.text}{took}{failed}"))
    return sorted(found, key=lambda mark: mark.at_s)
