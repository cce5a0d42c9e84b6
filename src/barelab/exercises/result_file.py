"""The files that a finish leaves: the signed result, and JUnit's XML for other programs."""

from __future__ import annotations

import re
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from barelab import __version__
from barelab.exercises.score import Score
from barelab.exercises.signing import sign
from barelab.exercises.store import Attempt
from barelab.grading.results import Result, Verdict
from barelab.support.errors import CouldNotTell
from barelab.support.paths import data_dir

# What XML 1.0 cannot hold at all.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_result(attempt: Attempt, result: Result, score: Score, engine: str) -> Path:
    """Write the signed result of a finish, and JUnit's XML beside it; return the former's path.

    Raises:
        CouldNotTell: the disk takes no more.
    """
    number = secrets.token_hex(8)
    folder = data_dir() / "results"
    path = folder / f"{attempt.exercise.replace('/', '-')}-{number}.json"
    try:
        folder.mkdir(exist_ok=True)
        path.write_text(sign(_told(attempt, result, score, engine, number)))
        _junit(attempt, result).write(
            path.with_suffix(".xml"), encoding="utf-8", xml_declaration=True
        )
    except OSError as error:
        raise CouldNotTell(f"{path} cannot be written: {error.strerror}") from error
    return path


def _told(
    attempt: Attempt, result: Result, score: Score, engine: str, number: str
) -> dict[str, Any]:
    return {
        "id": number,
        "made_for": attempt.made_for,
        **attempt.as_json(),
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "solution_shown_at": attempt.solution_at,
        "diagnosis": dict(attempt.diagnosis),
        "score": score.as_json(),
        **{key: value for key, value in result.as_json().items() if key != "schema"},
        "versions": {
            "barelab": __version__,
            "python": ".".join(map(str, sys.version_info[:3])),
            "backend": engine,
        },
    }


def _junit(attempt: Attempt, result: Result) -> ElementTree.ElementTree[ElementTree.Element]:
    counted = {verdict: str(len(result.names(verdict))) for verdict in Verdict}
    suite = ElementTree.Element(
        "testsuite",
        name=f"{attempt.exercise} seed {attempt.seed}",
        tests=str(len(result.checks)),
        failures=counted[Verdict.FAIL],
        errors=counted[Verdict.COULD_NOT_GRADE],
        time=f"{sum(check.seconds for check in result.checks):.3f}",
    )
    words = {Verdict.FAIL: "failure", Verdict.COULD_NOT_GRADE: "error"}
    for check in result.checks:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=attempt.exercise,
            name=check.name,
            time=f"{check.seconds:.3f}",
        )
        evidence = _NO_XML.sub("?", check.evidence)
        if check.verdict in words:
            told = ElementTree.SubElement(case, words[check.verdict], message=check.title)
        else:
            told = ElementTree.SubElement(case, "system-out")
        told.text = evidence
    return ElementTree.ElementTree(suite)
