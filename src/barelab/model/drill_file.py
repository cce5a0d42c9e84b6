"""Loading drills: `exercises/drills/NAME/drill.yaml` and the texts beside it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from barelab.model import record as words
from barelab.model.document import read_document
from barelab.model.drill import (
    BOUNDED,
    FRONT,
    PRIMARY,
    REPLICA,
    STRUCK,
    Drill,
    Fault,
    FaultKind,
    Moment,
    Rules,
    Step,
)
from barelab.model.exercise_file import DRILLS
from barelab.model.item import Item, read_text
from barelab.model.lab_file import lab_choices, lab_names, lab_nodes
from barelab.model.readers import (
    Reader,
    check_key,
    items,
    mapping,
    number,
    reference,
    table,
    text,
    word,
)
from barelab.model.record import Record, record
from barelab.support.errors import UsageError
from barelab.support.paths import content_root
from barelab.support.text import did_you_mean, quoted

_KEYS = ("title", "hypothesis", "labs", "load", "fault", "stop_after_s")
_TIMES = ("baseline_s", "window_s", "settle_s")
# Enough for any failover; more would be a benchmark.
_rate = number(0, 100)
_seconds = number(0, 900)
_bound = number(0, 1_000_000)
_process = word(r"[A-Za-z0-9_.-]{1,15}", "the name of a process, at most 15 characters")
_kind = reference("kind of fault", tuple(kind.value for kind in FaultKind))
_moment = reference("moment", tuple(moment.value for moment in Moment))
_figure = reference("figure", BOUNDED)
_STEP_S = 60.0
_OTHERWISE = "otherwise"
WRONG = "wrong.sql"


def drill_names(root: Path | None = None) -> tuple[str, ...]:
    """Return the names of all drills, sorted."""
    folder = (root or content_root()) / "exercises" / DRILLS
    return tuple(sorted(path.name for path in folder.glob("[!._]*") if path.is_dir()))


def load_drill(name: str, root: Path | None = None) -> Drill:
    """Return a drill, its whole folder looked over.

    Raises:
        UsageError: there is no such drill; the error names the nearest.
        ContentError: a file of it is wrong or missing.
    """
    root = root or content_root()
    names = drill_names(root)
    if name not in names:
        hint = did_you_mean(name, names)
        raise UsageError(f"no drill {quoted(name)}{hint} (barelab drill list shows all)")
    folder = root / "exercises" / DRILLS / name
    words.check_name(name, folder / "drill.yaml")
    top = record(read_document(folder / "drill.yaml"), _KEYS, _TIMES)
    load = top.get("load", lambda item: record(item, ("writes_per_s", "reads_per_s")))
    labs = _labs(top.entries["labs"], root)
    nodes = [set(lab_nodes(lab, root)) for lab in labs]
    return Drill(
        name=name,
        path=folder,
        title=top.get("title", text),
        hypothesis=top.get("hypothesis", text),
        story=read_text(folder / "story.md").strip(),
        labs=labs,
        fault=_fault(top.entries["fault"], folder, set.intersection(*nodes)),
        writes_per_s=load.get("writes_per_s", _rate),
        reads_per_s=load.get("reads_per_s", _rate),
        baseline_s=top.get_or("baseline_s", _seconds, 5.0),
        window_s=top.get_or("window_s", _seconds, 5.0),
        settle_s=top.get_or("settle_s", _seconds, 5.0),
        stop_after_s=top.get("stop_after_s", _seconds),
        wrong=read_text(folder / WRONG).strip() if (folder / WRONG).exists() else "",
    )


def _labs(item: Item, root: Path) -> dict[str, Rules]:
    known = reference("lab", lab_names(root))
    if not mapping(item):
        raise item.fault("must have at least 1")
    return {
        check_key(lab, entry, known): _of_lab(entry, lab, root)
        for lab, entry in mapping(item).items()
    }


def _of_lab(item: Item, lab: str, root: Path) -> Rules:
    nodes = lab_nodes(lab, root)
    usual = _rules(item, nodes, (_OTHERWISE,))
    if _OTHERWISE not in mapping(item):
        return usual
    choices = lab_choices(lab, root).items()
    ways = {f"{option}={each}": (option, each) for option, (_, *rest) in choices for each in rest}
    known = reference("option of the lab and choice", ways)
    others = mapping(mapping(item)[_OTHERWISE]).items()
    otherwise = {ways[check_key(way, entry, known)]: _rules(entry, nodes) for way, entry in others}
    return replace(usual, otherwise=otherwise)


def _rules(item: Item, nodes: Collection[str], more: Collection[str] = ()) -> Rules:
    entry = record(item, ("goal", "must_hold"), ("runbook", *more))
    return Rules(
        goal=entry.get("goal", table(_figure, _bound)),
        must_hold=entry.get("must_hold", table(_figure, _bound)),
        runbook=entry.get_or(
            "runbook", lambda steps: tuple(_step(step, nodes) for step in items(steps)), ()
        ),
    )


def _step(item: Item, nodes: Collection[str]) -> Step:
    entry = record(item, ("when", "node"), ("run", "power", "within_s"))
    if ("run" in entry.entries) == ("power" in entry.entries):
        raise item.key_fault("a step of a runbook must have either 'run' or 'power'")
    return Step(
        when=Moment(entry.get("when", _moment)),
        node=entry.get("node", _target(nodes, STRUCK)),
        run=entry.get_or("run", text, ""),
        power=entry.get_or("power", reference("way to switch", ("on",)), "") == "on",
        within_s=entry.get_or("within_s", _seconds, _STEP_S),
    )


def _target(nodes: Collection[str], *more: str) -> Reader[str]:
    return reference("node", (FRONT, PRIMARY, REPLICA, *more, *sorted(nodes)))


def _fault(item: Item, folder: Path, nodes: Collection[str]) -> Fault:
    entry = record(item, ("kind",), ("target", "process", "for_s"))
    kind = FaultKind(entry.get("kind", _kind))
    _check_keys(item, entry, kind)
    scripted, prepare = kind is FaultKind.SCRIPT, folder / "prepare.sh"
    return Fault(
        kind=kind,
        target=entry.get_or("target", _target(nodes), ""),
        process=entry.get_or("process", _process, ""),
        for_s=entry.get_or("for_s", _seconds, None),
        prepare=read_text(prepare) if prepare.exists() else "",
        strike=read_text(folder / "strike.sh") if scripted else "",
        undo=read_text(folder / "undo.sh") if scripted else "",
    )


def _check_keys(item: Item, entry: Record, kind: FaultKind) -> None:
    wants = {
        "target": kind is not FaultKind.NONE,
        "process": kind in (FaultKind.KILL, FaultKind.HANG),
    }
    for key, wanted in wants.items():
        if wanted and key not in entry.entries:
            raise item.key_fault(f"a fault of the kind '{kind.value}' lacks the key '{key}'")
        if not wanted and key in entry.entries:
            raise entry.entries[key].key_fault(f"'{key}' is not for the kind '{kind.value}'")
