"""The same exercises on several backends: where do the verdicts differ? None may. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from barelab.prove.cells import Cell, Matrix


@dataclass(frozen=True, slots=True)
class Difference:
    """A case that came to one thing on one backend and to another on another."""

    exercise: str
    seed: int
    case: str
    cells: Mapping[str, Cell]

    def __str__(self) -> str:
        told = (f"{backend}: {_told(cell)}" for backend, cell in self.cells.items())
        return f"{self.exercise}, seed {self.seed}, {self.case}: {'; '.join(told)}"

    def as_json(self) -> dict[str, Any]:
        """Return the difference as the command line's JSON has it."""
        verdicts = {backend: cell.verdict.value for backend, cell in self.cells.items()}
        failed = {backend: list(cell.failed_checks) for backend, cell in self.cells.items()}
        return {
            "exercise": self.exercise,
            "seed": self.seed,
            "case": self.case,
            "verdicts": verdicts,
            "failed_checks": failed,
        }


def differences(matrices: Mapping[str, Matrix]) -> Sequence[Difference]:
    """Return every case that all backends have a cell of, and not all the same one."""
    cells = [
        {(cell.exercise, cell.seed, str(cell.case)): cell for cell in matrix.cells}
        for matrix in matrices.values()
    ]
    shared = [key for key in cells[0] if all(key in others for others in cells)] if cells else []
    found = [
        Difference(*key, dict(zip(matrices, (own[key] for own in cells), strict=True)))
        for key in shared
    ]
    return [each for each in found if len({_outcome(cell) for cell in each.cells.values()}) > 1]


def lines(matrices: Mapping[str, Matrix], found: Sequence[Difference]) -> Iterator[str]:
    """Yield what the comparison comes to, for people."""
    yield from map(str, found)
    count = min(len(matrix.cells) for matrix in matrices.values())
    yield f"{count} cells on each of {', '.join(matrices)}: {len(found)} differ"


def _outcome(cell: Cell) -> tuple[str, frozenset[str]]:
    return cell.verdict.value, frozenset(cell.failed_checks)


def _told(cell: Cell) -> str:
    failed = f" ({', '.join(cell.failed_checks)})" if cell.failed_checks else ""
    return cell.verdict.value + failed
