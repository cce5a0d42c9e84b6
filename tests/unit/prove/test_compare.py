"""Two backends, one verdict: what differs is named, what does not is not."""

from __future__ import annotations

from dataclasses import replace

from barelab.grading.results import Verdict
from barelab.prove.cells import Case, Cell, Matrix
from barelab.prove.compare import differences, lines

HEALTHY = Cell("nginx/bad-gateway", 1, Case("healthy"), Verdict.PASS, (), True, "", 1.0)
DECOY = Cell(
    "nginx/bad-gateway",
    1,
    Case("decoy", "restart", Verdict.FAIL),
    Verdict.FAIL,
    ("upstream", "page"),
    True,
    "",
    1.0,
)


def on_both(other: Cell) -> dict[str, Matrix]:
    return {"docker": Matrix((HEALTHY, DECOY)), "vagrant": Matrix((HEALTHY, other))}


def test_the_same_verdicts_and_failed_checks_are_no_difference() -> None:
    slower = replace(DECOY, seconds=99.0, failed_checks=("page", "upstream"))
    assert differences(on_both(slower)) == []


def test_another_verdict_is_named_with_both() -> None:
    (found,) = differences(on_both(replace(DECOY, verdict=Verdict.PASS, failed_checks=())))
    assert str(found) == (
        "nginx/bad-gateway, seed 1, decoy:restart: docker: fail (upstream, page); vagrant: pass"
    )
    assert found.as_json()["verdicts"] == {"docker": "fail", "vagrant": "pass"}


def test_the_same_verdict_for_other_checks_is_a_difference() -> None:
    (found,) = differences(on_both(replace(DECOY, failed_checks=("upstream",))))
    assert found.as_json()["failed_checks"]["vagrant"] == ["upstream"]


def test_what_only_one_has_is_not_compared_and_is_not_counted() -> None:
    matrices = {"docker": Matrix((HEALTHY, DECOY)), "vagrant": Matrix((HEALTHY,))}
    assert differences(matrices) == []
    assert list(lines(matrices, [])) == ["1 cells on each of docker, vagrant: 0 differ"]
