"""What becomes of a check: pass, fail or could-not-grade."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from barelab.backends.base import NodeState, Output
from barelab.grading import Evidence, Subject, Wrong, check, evidence
from barelab.grading.checks import Check
from barelab.grading.evidence import Told
from barelab.grading.results import CheckResult, Result, Verdict
from barelab.grading.runner import run_checks
from barelab.support.errors import CouldNotTell

NOTHING_OUTSIDE = "the check holds no answer from outside the nodes"


@check("asks and is content", points=2)
def content(on: Subject) -> Evidence:
    asked = on.ask_site("portal", times=3)
    return evidence(on.told(asked), asked)


@check("asks and is not content")
def discontent(on: Subject) -> Evidence:
    asked = on.ask_site("portal")
    if not asked.all_have(500):
        raise AssertionError(on.told(asked))  # pytest rewrites the asserts of this file
    return evidence("500", asked)


@check("says by itself that something is wrong")
def wrong(on: Subject) -> Evidence:
    raise Wrong("it is wrong")


@check("asks nobody")
def asks_nobody(on: Subject) -> Evidence:
    return evidence("all is well")


@check("asks the node alone")
def asks_the_node(on: Subject) -> Evidence:
    said = on.run("web1", "systemctl", "is-active", "nginx")
    return evidence(said.text, said)  # type: ignore[arg-type]


@check("asks from outside and stands on the node's word")
def stands_on_the_node(on: Subject) -> Evidence:
    on.engine("web1")
    said = on.run("web1", "systemctl", "is-active", "nginx")
    return evidence(said.text, said)  # type: ignore[arg-type]


@check("makes the answer up")
def makes_it_up(on: Subject) -> Evidence:
    on.ask_site("portal")
    return evidence("all is well", Told(connected=True))


@check("says nothing")
def says_nothing(on: Subject) -> Evidence:
    return evidence("", on.ask_site("portal"))


@check("returns a text")
def returns_a_text(on: Subject) -> str:
    return on.told(on.ask_site("portal"))


@check("breaks")
def breaks(on: Subject) -> Evidence:
    raise KeyError("oops")


@check("loses the engine")
def loses(on: Subject) -> Evidence:
    raise CouldNotTell("the engine is away")


@check("hangs", timeout_s=0.1)
def hangs(on: Subject) -> Evidence:
    threading.Event().wait(2)
    asked = on.ask_site("portal")
    return evidence(on.told(asked), asked)


@pytest.mark.parametrize(
    ("graded", "verdict", "evidence"),
    [
        (
            content,
            Verdict.PASS,
            "asked https://portal.tiny.localhost/ 3 times through web1: 3 x 200",
        ),
        (discontent, Verdict.FAIL, "asked https://portal.tiny.localhost/ through web1: 200"),
        (wrong, Verdict.FAIL, "it is wrong"),
        (asks_nobody, Verdict.COULD_NOT_GRADE, NOTHING_OUTSIDE),
        (asks_the_node, Verdict.COULD_NOT_GRADE, NOTHING_OUTSIDE),
        (stands_on_the_node, Verdict.COULD_NOT_GRADE, NOTHING_OUTSIDE),
        (makes_it_up, Verdict.COULD_NOT_GRADE, NOTHING_OUTSIDE),
        (returns_a_text, Verdict.COULD_NOT_GRADE, "the check gave no evidence"),
        (says_nothing, Verdict.COULD_NOT_GRADE, "the check gave no evidence"),
        (loses, Verdict.COULD_NOT_GRADE, "the engine is away"),
        (hangs, Verdict.COULD_NOT_GRADE, "the check did not end within 0.1 s"),
    ],
    ids=lambda value: value.name if isinstance(value, Check) else "",
)
def test_each_way_to_end_has_its_verdict(
    access: Any, graded: Check, verdict: Verdict, evidence: str
) -> None:
    result = run_checks([graded], access).checks[0]
    assert (result.verdict, result.evidence) == (verdict, evidence)
    assert result.points == (graded.points if verdict is Verdict.PASS else 0)


def test_a_check_that_breaks_names_the_line_that_broke(access: Any) -> None:
    evidence = run_checks([breaks], access).checks[0].evidence
    assert evidence.startswith("the check broke: KeyError: 'oops' (raise KeyError")


def test_a_bare_assert_tells_its_line(access: Any) -> None:
    @check("bare")
    def bare(on: Subject) -> Evidence:
        assert on.ask_site("portal").all_have(404)
        return evidence("404")

    assert "all_have(404)" in run_checks([bare], access).checks[0].evidence


def test_no_check_is_asked_while_a_node_is_down(access: Any, backend: Any) -> None:
    backend.states["web1"] = NodeState.STOPPED
    result = run_checks([content, wrong], access)
    assert {each.verdict for each in result.checks} == {Verdict.COULD_NOT_GRADE}
    assert "web1 is stopped" in result.checks[0].evidence
    assert backend.streams == []


def test_a_seat_that_is_not_up_cannot_be_graded(access: Any, backend: Any) -> None:
    backend.states.clear()
    assert "run `barelab up tiny`" in run_checks([content], access).checks[0].evidence


def test_checks_that_want_to_be_alone_run_last_and_alone(access: Any) -> None:
    running: list[str] = []
    seen: list[int] = []

    def alone(on: Subject) -> Evidence:
        seen.append(len(running))
        return evidence("alone", on.ask_site("portal"))

    def other(on: Subject) -> Evidence:
        running.append("x")
        time.sleep(0.05)
        asked = on.ask_site("portal")
        running.pop()
        return evidence("other", asked)

    checks = [check("first", alone=True)(alone), *(check(f"{i}")(other) for i in range(6))]
    result = run_checks(checks, access)
    assert seen == [0]
    assert result.checks[0].title == "first"


def test_a_probe_that_failed_is_not_asked_again(access: Any, backend: Any) -> None:
    def broken(_: Any) -> Any:
        raise CouldNotTell("gone")

    backend.probe = broken
    assert run_checks([content], access).verdict is Verdict.COULD_NOT_GRADE
    backend.probe = lambda _: {"status": 200}
    assert run_checks([content], access).verdict is Verdict.PASS
    assert [stream.closed for stream in backend.streams] == [True, False]


def test_control_sequences_in_evidence_are_stripped_and_long_evidence_is_cut(access: Any) -> None:
    @check("dirty")
    def dirty(on: Subject) -> Evidence:
        raise Wrong("\x1b]52;c;AAAA\x07red\x1b[31m" + "x" * 5000)

    evidence = run_checks([dirty], access).checks[0].evidence
    assert evidence.startswith("redxxx")
    assert len(evidence) == 2000


def test_a_node_that_prints_without_end_cannot_be_graded(access: Any, backend: Any) -> None:
    backend.says = lambda *_: Output(-1, b"y" * 100, b"", cut=True)
    result = run_checks([asks_the_node], access).checks[0]
    assert "printed more than can be read" in result.evidence


def _result(*verdicts: Verdict) -> Result:
    return Result(tuple(CheckResult("n", "t", v, 0, 1, "", 0.0) for v in verdicts))


@pytest.mark.parametrize(
    ("verdicts", "whole", "code"),
    [
        ((), Verdict.COULD_NOT_GRADE, 3),
        ((Verdict.PASS,), Verdict.PASS, 0),
        ((Verdict.PASS, Verdict.COULD_NOT_GRADE), Verdict.COULD_NOT_GRADE, 3),
        ((Verdict.COULD_NOT_GRADE, Verdict.FAIL, Verdict.PASS), Verdict.FAIL, 1),
    ],
)
def test_the_verdict_of_all_together(
    verdicts: tuple[Verdict, ...], whole: Verdict, code: int
) -> None:
    assert _result(*verdicts).verdict is whole
    assert _result(*verdicts).verdict.exit_code == code
