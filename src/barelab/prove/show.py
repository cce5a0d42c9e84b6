"""The matrix as text for people: one exercise case by case, several in a row each.

Below stands the evidence of what is wrong.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from barelab.prove.cells import KINDS, Cell, Matrix
from barelab.support.console import table

_INDENT = "    "


def lines(matrix: Matrix) -> Iterator[str]:
    """Yield the lines of the matrix. A cell that is wrong has a `!`."""
    exercises = list(dict.fromkeys(cell.exercise for cell in matrix.cells))
    if len(exercises) == 1:
        yield from _block(exercises[0], matrix.cells)
    elif exercises:
        yield from table([_row(name, matrix) for name in exercises], ("exercise", *KINDS, "seeds"))
    yield ""
    for cell in matrix.cells:
        if not cell.ok:
            yield f"{cell.exercise}, seed {cell.seed}, {cell.case}:"
            yield f"{_INDENT}expected {cell.case.expected.value}, got {cell.verdict.value}"
            yield from (f"{_INDENT}{line}" for line in cell.evidence.splitlines())
    for name in matrix.not_applicable:
        yield f"{name}: not applicable on containers"
    yield f"{len(matrix.cells)} cells, {matrix.wrong} wrong"


def line(cell: Cell) -> str:
    """Return a cell in one line, as it comes; a wrong one with its evidence below."""
    where = f"{cell.exercise} seed {cell.seed} {cell.case}"
    evidence = "" if cell.ok else "\n" + textwrap.indent(cell.evidence, _INDENT)
    return f"{_shown(cell):<18} {where}  ({cell.seconds:.1f} s){evidence}"


def _row(exercise: str, matrix: Matrix) -> tuple[str, ...]:
    cells = [cell for cell in matrix.cells if cell.exercise == exercise]
    seeds = sorted({cell.seed for cell in cells})
    return (exercise, *(_counted(cells, kind) for kind in KINDS), ", ".join(map(str, seeds)))


def _counted(cells: Sequence[Cell], kind: str) -> str:
    """Return how many cells of a kind are as they must be, of how many."""
    of_kind = [cell for cell in cells if cell.case.kind == kind]
    right = sum(cell.ok for cell in of_kind)
    return f"{'' if right == len(of_kind) else '! '}{right} of {len(of_kind)}"


def _block(exercise: str, cells: Sequence[Cell]) -> Iterator[str]:
    seeds = sorted({cell.seed for cell in cells})
    rows = list(dict.fromkeys(str(cell.case) for cell in cells))
    found = {(str(cell.case), cell.seed): cell for cell in cells}
    width = max(len(exercise), *(len(row) + 2 for row in rows))
    yield f"{exercise.ljust(width)}  " + "  ".join(f"seed {seed}".ljust(16) for seed in seeds)
    for row in rows:
        shown = (_shown(found[row, seed]).ljust(16) for seed in seeds)
        yield f"  {row}".ljust(width) + "  " + "  ".join(shown).rstrip()


def _shown(cell: Cell) -> str:
    return cell.verdict.value if cell.ok else f"! {cell.verdict.value}"
