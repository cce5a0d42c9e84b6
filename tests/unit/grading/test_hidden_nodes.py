"""What answers only while the engine changes its rules is hidden; what goes on answering is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from barelab.grading.access import Access
from barelab.grading.checks import Check, load_checks
from barelab.grading.results import Verdict
from barelab.grading.runner import run_checks
from barelab.model.lab import Node

CHECKS = Path(__file__).resolve().parents[3] / "checker" / "base.py"
ADDRESSES = {
    "web1": {"public": "10.0.0.2", "private": "10.0.1.2"},
    "db1": {"private": "10.0.1.3"},
    "probe": {"public": "10.0.0.4", "private": "10.0.1.4"},
}


def hidden_from_public() -> Check:
    (found,) = (check for check in load_checks(CHECKS) if check.name == "hidden_from_public")
    found.function.__globals__["OPEN_S"] = 0.1
    return found


@pytest.mark.parametrize(
    ("open_at", "verdict"),
    [
        (lambda asked: False, Verdict.PASS),
        (lambda asked: asked == 1, Verdict.PASS),
        (lambda asked: True, Verdict.FAIL),
    ],
    ids=["never", "for a moment", "always"],
)
def test_only_what_goes_on_answering_is_reachable(
    backend: Any, access: Access, open_at: Callable[[int], bool], verdict: Verdict
) -> None:
    asked = 0

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        nonlocal asked
        if question["ask"] == "tcp":
            return {"connected": True}
        asked += 1
        ssh = [ADDRESSES["db1"]["private"], 22]
        assert ssh in [[*place] for place in question["doors"]]
        return {"open": [ssh] if open_at(asked) else []}

    backend.probe = answer
    backend.states["db1"] = backend.states["web1"]
    nodes = (*access.lab.nodes, Node("db1", "db1", (), ("private",)))
    lab = replace(access.lab, nodes=nodes)
    with Access(lab, access.owner, backend) as ways:
        vars(ways)["addresses"] = ADDRESSES
        result = run_checks([hidden_from_public()], ways)
    assert result.verdict is verdict, result.checks[0].evidence
    assert ("db1:22 answers" in result.checks[0].evidence) is (verdict is Verdict.FAIL)
