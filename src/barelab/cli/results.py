"""Results of grading as people read them: a line a check, its evidence below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from barelab.grading.results import CheckResult, Result, Verdict
from barelab.support import console

if TYPE_CHECKING:
    from barelab.exercises.score import Score

WORDS = {
    Verdict.PASS: ("pass", "green"),
    Verdict.FAIL: ("FAIL", "red"),
    Verdict.COULD_NOT_GRADE: ("could not grade", "yellow"),
}


def show_check(check: CheckResult) -> None:
    """Print one check as soon as it is graded."""
    word, colour = WORDS[check.verdict]
    points = f"  [{check.points} of {check.max_points}]" if check.max_points else ""
    console.say(f"{console.paint(word, colour)}  {check.title}{points}")
    if check.evidence:
        console.say(console.below(check.evidence))


def show_result(result: Result, as_json: bool) -> None:
    """Print what became of all: as JSON, or as the last lines below the checks."""
    if as_json:
        console.say_json(result.as_json())
        return
    reasons = {check.evidence for check in result.checks}
    if len(reasons) == 1 and result.verdict is Verdict.COULD_NOT_GRADE:
        console.say(reasons.pop())
    counts = [(len(result.names(verdict)), WORDS[verdict][0].lower()) for verdict in Verdict]
    told = ", ".join(f"{count} {word}" for count, word in counts if count) or "no check"
    word, colour = WORDS[result.verdict]
    console.say(
        f"\n{console.paint(word, colour)}: {told}; {result.points} of {result.max_points} points"
    )


def show_score(score: Score) -> None:
    """Print what the points of an attempt are made of."""
    parts = (
        f"repair {score.repair} of {score.repair_max}",
        f"diagnosis {score.diagnosis} of {score.diagnosis_max}",
        f"no harm {score.no_harm} of {score.no_harm_max}",
        f"hints -{score.hints}",
    )
    console.say(f"{score.points} of {score.max_points} points: {', '.join(parts)}")


def show_debrief(text: str) -> None:
    """Print what a learner reads after the pass."""
    console.say()
    for line in text.splitlines():
        head = line.startswith("## ")
        console.say(console.paint(line.removeprefix("## "), "bold") if head else line)
