"""Checks: functions marked with `@check`, and the files that hold them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from barelab.support.errors import ContentError

if TYPE_CHECKING:
    from barelab.grading.evidence import Evidence
    from barelab.grading.subject import Subject
    from barelab.model.lab import Lab

Function = Callable[["Subject"], "Evidence"]
DEFAULT_S = 30.0


@dataclass(frozen=True, slots=True)
class Check:
    """One graded assertion. `name` is its function's; `alone`: nothing else runs meanwhile.

    `several` names a role: it is asked only where a lab has more than one node with that; `beside`
    names one that a lab must have.
    """

    name: str
    title: str
    points: int
    timeout_s: float
    alone: bool
    function: Function
    several: str = ""
    beside: str = ""

    def applies(self, lab: Lab) -> bool:
        """Return whether a lab has what the check is about."""
        if self.beside and not lab.with_role(self.beside):
            return False
        return not self.several or len(lab.with_role(self.several)) > 1


def check(
    title: str,
    *,
    points: int = 1,
    timeout_s: float = DEFAULT_S,
    alone: bool = False,
    several: str = "",
    beside: str = "",
) -> Callable[[Function], Check]:
    """Mark a function as a check: it returns its evidence, or fails by `assert` or `Wrong` with it.

    It passes only with evidence that holds an answer from outside the nodes. `alone` puts it behind
    all others, by itself: for checks that disturb, such as a reboot. Where `several` names a role,
    labs with fewer than two nodes of it are not asked, nor labs without the role `beside`.
    """

    def mark(function: Function) -> Check:
        return Check(function.__name__, title, points, timeout_s, alone, function, several, beside)

    return mark


def load_checks(path: Path) -> tuple[Check, ...]:
    """Return the checks of a Python file, in its order.

    Raises:
        ContentError: it cannot be run, or holds two checks of one name.
    """
    module = ModuleType(f"checks_{path.stem}")
    module.__file__ = str(path)
    try:
        # optimize=0: under `python -O` asserts would vanish, and everything would pass.
        code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True, optimize=0)
        exec(code, module.__dict__)  # noqa: S102 - our own content; strangers' never runs here
    except SyntaxError as error:
        raise ContentError(path, error.lineno or 1, f"is not Python: {error.msg}") from error
    except Exception as error:
        raise ContentError(
            path, _line_in(path, error), f"{type(error).__name__}: {error}"
        ) from error
    return tuple(found for found in vars(module).values() if isinstance(found, Check))


def prefixed(checks: tuple[Check, ...], prefix: str) -> tuple[Check, ...]:
    """Return the checks under names that start with `prefix.`."""
    return tuple(replace(each, name=f"{prefix}.{each.name}") for each in checks)


def _line_in(path: Path, error: BaseException) -> int:
    line, trace = 1, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
