"""The lab of an exercise, in the size in which the exercise runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from barelab.model.exercise import Exercise
from barelab.model.lab import PRESENCE, Lab
from barelab.model.lab_file import lab_choices, lab_groups, load_lab
from barelab.model.nodes import MAX_COUNT
from barelab.model.options import chosen, without
from barelab.model.readers import each, integer, reference, table
from barelab.model.record import Record
from barelab.model.scale import scaled


def lab_for(exercise: Exercise, root: Path | None = None) -> Lab:
    """Return an exercise's lab as it is for the exercise.

    Raises:
        UsageError, ContentError: as for `load_lab`.
    """
    lab = scaled(load_lab(exercise.lab, root), exercise.scale)
    return chosen(lab, without(lab, exercise.without))


def nodes_for(
    lab: str, without: Collection[str], scale: Mapping[str, int], root: Path
) -> tuple[str, ...]:
    """Return the names of the nodes that are there, and read nothing but the lab's own file."""
    groups = lab_groups(lab, root) | {
        group: tuple(f"{group}{number + 1}" for number in range(count))
        for group, count in scale.items()
    }
    return tuple(n for group, names in groups.items() if group not in without for n in names)


def read_without(top: Record, lab: str, root: Path) -> tuple[str, ...]:
    """Return what an exercise's file leaves out of its lab.

    Raises:
        ContentError: the lab cannot do without it.
    """
    choices = lab_choices(lab, root).items()
    can = [option for option, ways in choices if ways == PRESENCE]
    return top.get_or("without", each(reference("node that the lab can do without", can)), ())


def read_scale(top: Record, lab: str, root: Path) -> dict[str, int]:
    """Return the numbers of nodes in an exercise's file.

    Raises:
        ContentError: there is no such group.
    """
    groups = [key for key, names in lab_groups(lab, root).items() if names != (key,)]
    return top.get_or("scale", table(reference("group", groups), integer(1, MAX_COUNT)), {})
