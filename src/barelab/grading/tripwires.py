"""Tripwires: were the tools of a node altered, by which it answers? Seen from outside alone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from barelab.grading.access import Access
from barelab.grading.checks import Check
from barelab.grading.results import Result
from barelab.grading.runner import Told, could_not, run_checks
from barelab.support.errors import BarelabError, CouldNotTell

_LOOK = Path(__file__).with_name("look_beside.py")
_INIT = "/usr/lib/systemd/systemd"
_AT_ONCE = 8
_SHOWN = 3
# A program, a shared library, or what puts one into every program. Compiled Python comes by itself.
_TOOL = re.compile(r"/usr/s?bin/[^/]+|/usr/lib(64)?/([^/]+/)?[^/]+\.so[^/]*|/etc/ld\.so\.preload")


class ToolsAltered(CouldNotTell):
    """A node's own tools are not what its image has: nothing that it says can be believed."""


def run_guarded(checks: Sequence[Check], access: Access, on_result: Told | None = None) -> Result:
    """Run the checks of a seat whose nodes run and have the tools that they were made with."""
    try:
        access.refuse_unless_running()
        look(access, deep=False)
    except BarelabError as error:
        return could_not(checks, str(error))
    return run_checks(checks, access, on_result)


@dataclass(frozen=True, slots=True)
class Sight:
    """A node as it is seen from beside it: what hits a tripwire, and who runs.

    `services` has the processes that process 1 started, by service.
    """

    hits: tuple[str, ...]
    services: Mapping[str, tuple[int, ...]]


def look(access: Access, *, deep: bool) -> Mapping[str, Sight]:
    """Return what is seen of each node, and no tripwire is hit.

    `deep` also compares files with the image's.

    Takes 0.3 s, in the same grading run later 0.05 s; deep, a second more.

    Raises:
        ToolsAltered: one is; the message names node and files, and the way back.
        CouldNotTell: a node could not be looked at.
    """
    names = [node.name for node in access.lab.visible()]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        seen = dict(
            zip(names, pool.map(lambda name: _seen(access, name, deep), names), strict=True)
        )
    if hits := {name: sight.hits for name, sight in seen.items() if sight.hits}:
        told = "; ".join(f"tools altered on {name} ({_listed(hit)})" for name, hit in hits.items())
        back = " ".join(f"`barelab reset {name}{access.owner.option}`" for name in hits)
        raise ToolsAltered(f"{told}; {back} makes it as it was, without what was done there")
    return seen


def _seen(access: Access, name: str, deep: bool) -> Sight:
    created = datetime.fromisoformat(access.created_at[name]).timestamp()
    command = ("python3", "-I", "-c", _LOOK.read_text(), str(created))
    said = access.beside(name, command)
    if said.exit_code or said.cut:
        why = said.stderr.decode(errors="replace")[-300:].strip()
        raise CouldNotTell(f"{name} could not be looked at: {why}")
    seen = json.loads(said.stdout)
    hits = {*seen["altered"], *seen["mounted"]}
    if seen["init"] != _INIT:
        hits.add(f"process 1 is {seen['init']}")
    if deep:
        hits |= {path for path in access.backend.changes(access.ref(name)) if _TOOL.fullmatch(path)}
    services = {unit: tuple(pids) for unit, pids in seen["services"].items()}
    return Sight(tuple(sorted(hits)), services)


def _listed(paths: Sequence[str]) -> str:
    rest = len(paths) - _SHOWN
    return ", ".join(paths[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
