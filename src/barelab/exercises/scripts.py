"""Scripts of an exercise: rendered for a seed, split by node, run as root or as a learner would."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from barelab.backends.base import Backend, NodeRef, SeatRef
from barelab.model.exercise import Exercise
from barelab.model.item import read_text
from barelab.model.lab import Lab
from barelab.support.errors import ContentError, CouldNotTell
from barelab.support.text import clean, did_you_mean

LEARNER = "ops"
# A break may wait for what a lab makes after its first page: its first index, on a busy machine.
SCRIPT_S = 180.0
_ON = re.compile(r"# on: (?P<node>\S+)\s*")
_SHOWN = 800


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a script for one node; `line` is that of its heading."""

    path: Path
    line: int
    node: str
    text: str


def break_sections(exercise: Exercise, seed: int) -> tuple[Section, ...]:
    """Return what breaks the lab: one section for each `break/NODE.sh`, by node."""
    paths = sorted((exercise.path / "break").glob("[!.]*.sh"))
    return tuple(Section(p, 1, p.stem, rendered(p, exercise.values(seed))) for p in paths)


def script_text(exercise: Exercise, folder: str, name: str, seed: int) -> str:
    """Return a script of `solutions` or `decoys` as it is for the seed."""
    return rendered(exercise.path / folder / f"{name}.sh", exercise.values(seed))


def script_sections(
    exercise: Exercise, lab: Lab, folder: str, name: str, seed: int
) -> tuple[Section, ...]:
    """Return the sections `# on: NODE` of a script of `solutions` or `decoys`.

    Raises:
        ContentError: a command before the first heading, no heading, or one of no node.
    """
    path = exercise.path / folder / f"{name}.sh"
    return split(path, script_text(exercise, folder, name, seed), [n.name for n in lab.visible()])


def rendered(path: Path, values: Mapping[str, object], text: str | None = None) -> str:
    """Return a file, or a `text` of it, with values. `#% if` and the like are lines of their own.

    Raises:
        ContentError: it is no template, or names a value that the exercise does not have.
    """
    from jinja2 import Environment, StrictUndefined, TemplateError, TemplateSyntaxError

    environment = Environment(  # noqa: S701 - shell, not a page
        undefined=StrictUndefined, line_statement_prefix="#%", keep_trailing_newline=True
    )
    try:
        return environment.from_string(read_text(path) if text is None else text).render(values)
    except TemplateSyntaxError as error:
        raise ContentError(path, error.lineno, error.message or "is no template") from error
    except TemplateError as error:
        raise ContentError(path, 1, str(error)) from error


def split(path: Path, text: str, nodes: Iterable[str]) -> tuple[Section, ...]:
    """Return the sections of a rendered script.

    Raises:
        ContentError: as for `script_sections`.
    """
    known, found = list(nodes), list[tuple[int, str, list[str]]]()
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := _ON.fullmatch(line):
            node = heading["node"]
            if node not in known:
                hint = did_you_mean(node, known)
                raise ContentError(path, number, f"there is no node '{node}'{hint}")
            found.append((number, node, []))
        elif found:
            found[-1][2].append(line)
        elif line.strip() and not line.startswith("#"):
            raise ContentError(path, number, "a command before the first '# on: NODE'")
    if not found:
        raise ContentError(path, 1, "has no section '# on: NODE'")
    return tuple(Section(path, n, node, "\n".join(lines) + "\n") for n, node, lines in found)


def run_sections(
    backend: Backend, owner: SeatRef, sections: Iterable[Section], user: str = LEARNER
) -> None:
    """Run the sections in their order, each by `sh -eu` in its node.

    Raises:
        CouldNotTell: one failed; the message names script, node and what it printed last.
    """
    for section in sections:
        output = backend.run(
            NodeRef(owner, section.node),
            ("sh", "-eu"),
            user=user,
            stdin=section.text.encode(),
            timeout_s=SCRIPT_S,
        )
        if output.exit_code:
            said = clean((output.stderr or output.stdout).decode(errors="replace"))
            what = f"{section.path.parent.name}/{section.path.name} failed on {section.node}"
            raise CouldNotTell(f"{what} (exit {output.exit_code}): {said[-_SHOWN:].strip()}")
