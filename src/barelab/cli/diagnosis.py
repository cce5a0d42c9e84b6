"""The three questions of a diagnosis, shown, asked on a terminal, or answered by number."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from barelab.support import console
from barelab.support.errors import UsageError

if TYPE_CHECKING:
    from barelab.exercises.attempts import Attempts
    from barelab.exercises.store import Attempt
    from barelab.model.exercise import Question


def ask_if_possible(attempts: Attempts, attempt: Attempt) -> Attempt:
    """Return the attempt, its diagnosis asked for where there is none yet and somebody to ask."""
    questions = _questions(attempt)
    if not set(questions) - set(attempt.diagnosis):
        return attempt
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        shows = f"`barelab exercise diagnose{attempt.owner.option}` shows its three questions"
        console.note(f"no diagnosis yet; {shows}")
        return attempt
    console.note("Before the grading: what was it? (an empty answer leaves a question out)\n")
    return _asked(attempts, attempt, questions)


def show_questions(attempts: Attempts, attempt: Attempt, ask: bool) -> None:
    """Print the questions with numbered choices; on a terminal ask for them, too."""
    questions = _questions(attempt)
    if ask and sys.stdin.isatty() and sys.stderr.isatty():
        attempt = _asked(attempts, attempt, questions)
    for part, question in questions.items():
        console.say(f"{part}: {question.question}")
        for number, choice in enumerate(question.choices, start=1):
            mark = "*" if attempt.diagnosis.get(part) == choice else " "
            console.say(f"  {mark} {number}  {choice}")
    if not attempt.diagnosis:
        numbers = " ".join(f"--{part} N" for part in questions)
        console.note(f"answer with `barelab exercise diagnose{attempt.owner.option} {numbers}`")


def answer_by_number(attempts: Attempts, attempt: Attempt, numbers: Mapping[str, int]) -> Attempt:
    """Return the attempt with the choices of these numbers.

    Raises:
        UsageError: a question has not so many choices.
    """
    questions = _questions(attempt)
    for part, number in numbers.items():
        if number > len(questions[part].choices):
            raise UsageError(f"--{part} goes from 1 to {len(questions[part].choices)}")
    said = {part: questions[part].choices[number - 1] for part, number in numbers.items()}
    attempts.diagnose(attempt, said)
    return replace(attempt, diagnosis={**attempt.diagnosis, **said})


def questions_as_json(attempt: Attempt) -> dict[str, Any]:
    """Return the questions with what was chosen, as the command line's JSON has them."""
    return {
        "exercise": attempt.exercise,
        "questions": [
            {
                "part": part,
                "question": question.question,
                "choices": list(question.choices),
                "chosen": attempt.diagnosis.get(part),
            }
            for part, question in _questions(attempt).items()
        ],
    }


def _questions(attempt: Attempt) -> Mapping[str, Question]:
    from barelab.model.loading import load_exercise

    return load_exercise(attempt.exercise).diagnosis


def _asked(attempts: Attempts, attempt: Attempt, questions: Mapping[str, Question]) -> Attempt:
    numbers = {}
    for part, question in questions.items():
        console.note(question.question)
        for number, choice in enumerate(question.choices, start=1):
            console.note(f"  {number}  {choice}")
        chosen = _number(len(question.choices))
        if chosen is not None:
            numbers[part] = chosen
        console.note("")
    return answer_by_number(attempts, attempt, numbers) if numbers else attempt


def _number(highest: int) -> int | None:
    while True:
        sys.stderr.write(f"1 to {highest}: ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        written = line.strip()
        if not written:
            return None
        if written.isascii() and written.isdigit() and 1 <= int(written) <= highest:
            return int(written)
