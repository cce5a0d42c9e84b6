"""An exercise as typed data, and what a seed makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

Value = str | int


# What a diagnosis is asked for: what was wrong, on which node, and what shows it.
PARTS = ("what", "where", "evidence")


@dataclass(frozen=True, slots=True)
class Question:
    """One part of a diagnosis. `answers` holds the right choice for each of the variants."""

    question: str
    choices: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exercise:
    """A folder `exercises/TRACK/SLUG/`, named `TRACK/SLUG`; `path` is the folder.

    `variants` are the ways in which it differs by seed: each a full set of values by name.
    `breaks` names the checks that fail on a broken and untouched lab, and no others do; where it
    names none, nothing is wrong and the lab passes untouched. `excuses` names conformance checks
    `ROLE.CHECK` that a sound repair may fail. `diagnosis` has a question for each of `PARTS`.
    `solutions` and `decoys` are the names of the scripts there, without `.sh`. `without` names the
    nodes and groups that the lab is left without, and `scale` how many nodes groups have that do
    not have their usual number. `machines_only` is true where nodes need a kernel of their own,
    which containers have not.
    """

    name: str
    path: Path
    title: str
    lab: str
    level: int
    minutes: int
    variants: tuple[Mapping[str, Value], ...]
    breaks: tuple[str, ...]
    excuses: tuple[str, ...]
    diagnosis: Mapping[str, Question]
    hints: tuple[str, ...]
    solutions: tuple[str, ...]
    decoys: tuple[str, ...]
    without: tuple[str, ...] = ()
    scale: Mapping[str, int] = field(default_factory=dict)
    machines_only: bool = False

    @property
    def size(self) -> tuple[str, tuple[str, ...], tuple[tuple[str, int], ...]]:
        """The lab, what is left out of it, and at what scale; these can be sorted."""
        return self.lab, tuple(sorted(self.without)), tuple(sorted(self.scale.items()))

    def values(self, seed: int) -> Mapping[str, Value]:
        """Return the values of the variant that the seed picks."""
        return self.variants[seed % len(self.variants)]

    def answers(self, seed: int) -> Mapping[str, str]:
        """Return the choice of each part of the diagnosis that is right for the seed."""
        number = seed % len(self.variants)
        return {part: question.answers[number] for part, question in self.diagnosis.items()}
