"""Loading exercises: `exercises/TRACK/SLUG/exercise.yaml` and the files beside it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from barelab.model import record as words
from barelab.model.diagnosis import read_diagnosis
from barelab.model.document import read_document
from barelab.model.exercise import Exercise, Value
from barelab.model.exercise_folder import (
    check_breaks,
    check_debrief,
    check_names,
    hints,
    scripts,
)
from barelab.model.exercise_lab import nodes_for, read_scale, read_without
from barelab.model.item import Item, read_text
from barelab.model.lab_file import lab_names
from barelab.model.readers import boolean, each, integer, items, reference, table, text, word
from barelab.model.record import Record, record
from barelab.support.errors import UsageError
from barelab.support.paths import content_root
from barelab.support.text import did_you_mean, quoted

DRILLS = "drills"
_conformance_check = word(r"[a-z][a-z0-9-]*\.[a-z][a-z0-9_]*", "a conformance check ROLE.CHECK")
_KEYS = ("title", "lab", "level", "minutes", "variants", "breaks", "diagnosis")
_OPTIONAL = ("without", "scale", "excuses", "machines_only")


def exercise_names(root: Path | None = None) -> tuple[str, ...]:
    """Return the names TRACK/SLUG of all exercises, sorted; drills are none."""
    folder = (root or content_root()) / "exercises"
    found = (path for path in folder.glob("[!._]*/[!._]*") if path.is_dir())
    return tuple(sorted(_name(path) for path in found if path.parent.name != DRILLS))


def load_exercise(name: str, root: Path | None = None) -> Exercise:
    """Return an exercise, its whole folder looked over; its lab's roles and the app are not read.

    Raises:
        UsageError: there is no such exercise; the error names the nearest.
        ContentError: a file of it is wrong or missing.
    """
    root = root or content_root()
    folder = _folder(name, root)
    top = record(read_document(folder / "exercise.yaml"), _KEYS, _OPTIONAL)
    lab = top.get("lab", reference("lab", lab_names(root)))
    without, scale = read_without(top, lab, root), read_scale(top, lab, root)
    variants = top.get("variants", _variants)
    read_text(folder / "story.md")
    check_debrief(folder / "debrief.md")
    check_breaks(folder, lab, nodes_for(lab, without, scale, root))
    return Exercise(
        name=name,
        path=folder,
        title=top.get("title", text),
        lab=lab,
        level=top.get("level", integer(1, 4)),
        minutes=top.get("minutes", integer(1, 480)),
        variants=variants,
        breaks=_breaks(top, check_names(folder / "checks.py")),
        excuses=top.get_or("excuses", each(_conformance_check), ()),
        diagnosis=top.get("diagnosis", lambda item: read_diagnosis(item, variants)),
        hints=hints(folder / "hints.md"),
        solutions=scripts(folder / "solutions", at_least=1),
        decoys=scripts(folder / "decoys", at_least=2),
        without=without,
        scale=scale,
        machines_only=top.get_or("machines_only", boolean, default=False),
    )


def _name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def _folder(name: str, root: Path) -> Path:
    names = exercise_names(root)
    if name not in names:
        hint = did_you_mean(name, names) or did_you_mean(name, (n.split("/")[1] for n in names))
        raise UsageError(f"no exercise {quoted(name)}{hint} (barelab exercise list shows all)")
    folder = root / "exercises" / name
    words.check_name(folder.parent.name, folder.parent)
    words.check_name(folder.name, folder)
    return folder


def _breaks(top: Record, checks: Collection[str]) -> tuple[str, ...]:
    return top.get("breaks", each(reference("check in checks.py", checks)))


def _variants(item: Item) -> tuple[dict[str, Value], ...]:
    variants: list[dict[str, Value]] = []
    seen: set[frozenset[tuple[str, Value]]] = set()
    for part in items(item, at_least=1):
        variant = table(words.variable, _value)(part)
        if variants and variant.keys() != variants[0].keys():
            wanted = ", ".join(variants[0]) or "none"
            raise part.fault(f"must all have the same keys as the first: {wanted}")
        if (same := frozenset(variant.items())) in seen:
            raise part.fault("has the same variant twice")
        seen.add(same)
        variants.append(variant)
    return tuple(variants)


def _value(item: Item) -> Value:
    if isinstance(item.value, int) and not isinstance(item.value, bool):
        return item.value
    return text(item)
