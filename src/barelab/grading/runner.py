"""Running checks: some at once, each with its time, and what becomes of each."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from barelab.grading.access import Access
from barelab.grading.checks import Check
from barelab.grading.evidence import Evidence, Grounds
from barelab.grading.results import CheckResult, Result, Verdict, Wrong
from barelab.grading.subject import Subject
from barelab.support.errors import BarelabError
from barelab.support.patience import patient
from barelab.support.text import clean

WORKERS = 4
MAX_EVIDENCE = 2000

Outcome = tuple[Verdict, str]
Told = Callable[[CheckResult], None]


def run_checks(checks: Sequence[Check], access: Access, on_result: Told | None = None) -> Result:
    """Run the checks and return their results in the same order.

    When a node of the seat does not run, no check is asked, and none can be graded.
    """
    try:
        access.refuse_unless_running()
    except BarelabError as error:
        return could_not(checks, str(error))
    done: dict[str, CheckResult] = {}

    def grade(check: Check) -> None:
        result = done[check.name] = _graded(check, access)
        if on_result:
            on_result(result)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(grade, (check for check in checks if not check.alone)))
    for check in checks:
        if check.alone:
            grade(check)
    return Result(tuple(done[check.name] for check in checks))


def could_not(checks: Sequence[Check], why: str) -> Result:
    """Return the result of checks that could not be asked."""
    return Result(tuple(_result(c, (Verdict.COULD_NOT_GRADE, why), 0.0) for c in checks))


def _graded(check: Check, access: Access) -> CheckResult:
    grounds, outcome = Grounds(), list[Outcome]()
    started = time.monotonic()
    # A thread cannot be ended from outside; as a daemon it at least holds nobody up.
    thread = threading.Thread(
        target=lambda: outcome.append(_outcome(check, Subject(access, grounds), grounds)),
        daemon=True,
    )
    thread.start()
    thread.join(patient(check.timeout_s))
    grounds.close()
    late = Verdict.COULD_NOT_GRADE, f"the check did not end within {patient(check.timeout_s):g} s"
    return _result(check, outcome[0] if outcome else late, time.monotonic() - started)


def _outcome(check: Check, subject: Subject, grounds: Grounds) -> Outcome:
    try:
        found = check.function(subject)
    except (AssertionError, Wrong) as error:
        return Verdict.FAIL, str(error) or f"not so: {_line(error)}"
    except BarelabError as error:
        return Verdict.COULD_NOT_GRADE, str(error)
    except Exception as error:  # noqa: BLE001 - whatever a check does, the others go on
        return (
            Verdict.COULD_NOT_GRADE,
            f"the check broke: {type(error).__name__}: {error} ({_line(error)})",
        )
    if not isinstance(found, Evidence) or not found.text:
        return Verdict.COULD_NOT_GRADE, "the check gave no evidence"
    if not grounds.gave(found.answers):
        return Verdict.COULD_NOT_GRADE, "the check holds no answer from outside the nodes"
    return Verdict.PASS, found.text


def _line(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1]
    return f"{last.line} ({last.filename.rpartition('/')[2]}:{last.lineno})"


def _result(check: Check, outcome: Outcome, seconds: float) -> CheckResult:
    verdict, evidence = outcome
    earned = check.points if verdict is Verdict.PASS else 0
    told = clean(evidence)
    if len(told) > MAX_EVIDENCE:
        told = told[: MAX_EVIDENCE - 1] + "…"
    return CheckResult(check.name, check.title, verdict, earned, check.points, told, seconds)
