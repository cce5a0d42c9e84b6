"""What stands beside exercise.yaml: breaks, checks, hints, solutions and decoys."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from barelab.model import record as words
from barelab.model.item import read_text
from barelab.support.errors import ContentError
from barelab.support.text import did_you_mean, quoted

MIN_HINTS = 3
DEBRIEF = ("What it was", "Three commands", "How to prevent it", "Read on")
MAX_CHECKS_BYTES = 32 * 1024  # ast takes up to a thousand times the size of the source
_HEADING = "## "
_FENCES = ("```", "~~~")


def scripts(folder: Path, at_least: int) -> tuple[str, ...]:
    """Return the names of the folder's scripts, without `.sh`, sorted.

    Raises:
        ContentError: there are too few, or one's name is none.
    """
    paths = sorted(folder.glob("[!.]*.sh"))
    if len(paths) < at_least:
        raise ContentError(folder, 1, f"must have at least {at_least} *.sh, not {len(paths)}")
    for path in paths:
        words.check_name(path.stem, path)
        read_text(path)
    return tuple(path.stem for path in paths)


def check_breaks(folder: Path, lab: str, nodes: Collection[str]) -> None:
    """Refuse an exercise without a script `break/NODE.sh`, or with one of no node of its lab."""
    for name in scripts(folder / "break", at_least=1):
        if name not in nodes:
            hint = did_you_mean(name, nodes)
            path = folder / "break" / f"{name}.sh"
            raise ContentError(path, 1, f"no node {quoted(name)} in the lab '{lab}'{hint}")


def hints(path: Path) -> tuple[str, ...]:
    """Return the texts below the headings `## ` of hints.md, in order, without the headings."""
    found = _sections(path)
    if len(found) < MIN_HINTS:
        message = f"must have at least {MIN_HINTS} hints under '## ' headings, not {len(found)}"
        raise ContentError(path, 1, message)
    return tuple(section.text for section in found)


def check_debrief(path: Path) -> None:
    """Refuse a debrief.md that has not each of the headings of `DEBRIEF`, in their order."""
    found = _sections(path)
    titles = [section.title for section in found]
    if titles != list(DEBRIEF):
        wanted = ", ".join(f"'## {title}'" for title in DEBRIEF)
        line = next((s.line for s, t in zip(found, DEBRIEF, strict=False) if s.title != t), 1)
        raise ContentError(path, line, f"must have the headings {wanted} and no others")


@dataclass(frozen=True, slots=True)
class _Section:
    line: int
    title: str
    text: str


def _sections(path: Path) -> tuple[_Section, ...]:
    found: list[tuple[int, str, list[str]]] = []
    fenced = False
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        fenced ^= line.lstrip().startswith(_FENCES)
        if line.startswith(_HEADING) and not fenced:
            found.append((number, line.removeprefix(_HEADING).strip(), []))
        elif found:
            found[-1][2].append(line)
    sections = tuple(_Section(n, title, "\n".join(lines).strip()) for n, title, lines in found)
    for section in sections:
        if not section.text:
            raise ContentError(path, section.line, "has a heading without text below it")
    return sections


def check_names(path: Path) -> tuple[str, ...]:
    """Return the names of the functions decorated with `@check(...)`, without running the file.

    Raises:
        ContentError: it is missing, no Python, or holds no check.
    """
    import ast

    try:
        tree = ast.parse(read_text(path, MAX_CHECKS_BYTES))
    except SyntaxError as error:
        raise ContentError(path, error.lineno or 1, f"is not Python: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ContentError(path, 1, f"is not Python: {str(error) or 'nested too deep'}") from None
    names: list[str] = []
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or not any(map(_is_check, node.decorator_list)):
            continue
        if node.name in names:
            raise ContentError(path, node.lineno, f"there are two checks named '{node.name}'")
        names.append(node.name)
    if not names:
        raise ContentError(path, 1, "has no function decorated with @check(...)")
    return tuple(names)


def _is_check(decorator: object) -> bool:
    import ast

    if not isinstance(decorator, ast.Call):
        return False
    called = decorator.func
    return (isinstance(called, ast.Name) and called.id == "check") or (
        isinstance(called, ast.Attribute) and called.attr == "check"
    )
