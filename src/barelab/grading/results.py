"""Verdicts: of one check, and of all together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

SCHEMA = 1


class Wrong(Exception):
    """What a check asked for is not so; the message is the evidence, in a learner's words."""


class Verdict(Enum):
    """The answer to a check; the third one never costs the learner anything."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    COULD_NOT_GRADE = "could-not-grade"

    @property
    def exit_code(self) -> int:
        """The exit code of a command that ends with this verdict."""
        return {Verdict.PASS: 0, Verdict.FAIL: 1, Verdict.COULD_NOT_GRADE: 3}[self]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What became of one check; `points` are those that it earned."""

    name: str
    title: str
    verdict: Verdict
    points: int
    max_points: int
    evidence: str
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """Return the result as the command line's JSON has it."""
        return {
            "name": self.name,
            "title": self.title,
            "verdict": self.verdict.value,
            "points": self.points,
            "max_points": self.max_points,
            "evidence": self.evidence,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class Result:
    """What became of all checks of one run."""

    checks: tuple[CheckResult, ...]

    @property
    def verdict(self) -> Verdict:
        """Fail if any failed, else could-not-grade if any could not be graded or there is none."""
        verdicts = {check.verdict for check in self.checks}
        if Verdict.FAIL in verdicts:
            return Verdict.FAIL
        return Verdict.PASS if verdicts == {Verdict.PASS} else Verdict.COULD_NOT_GRADE

    @property
    def points(self) -> int:
        """The points earned."""
        return sum(check.points for check in self.checks)

    @property
    def max_points(self) -> int:
        """The points that could be earned."""
        return sum(check.max_points for check in self.checks)

    def names(self, verdict: Verdict) -> tuple[str, ...]:
        """Return the names of the checks with that verdict."""
        return tuple(check.name for check in self.checks if check.verdict is verdict)

    def as_json(self) -> dict[str, Any]:
        """Return the result as the command line's JSON has it."""
        return {
            "schema": SCHEMA,
            "verdict": self.verdict.value,
            "points": self.points,
            "max_points": self.max_points,
            "checks": [check.as_json() for check in self.checks],
        }


def joined(results: Iterable[Result]) -> Result:
    """Return several results as one."""
    return Result(tuple(check for result in results for check in result.checks))
