"""A finish passes what is repaired now, after a reboot, and for a while, without harm."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from barelab.exercises import finish as module
from barelab.exercises.finish import Finish
from barelab.grading import Evidence, Subject, check, evidence
from barelab.grading.results import Result, Verdict
from barelab.support.errors import CouldNotTell

Grade = Callable[..., Result]


@check("The page comes", points=5)
def page(on: Subject) -> Evidence:
    asked = on.ask_site("portal")
    if not asked.all_have(200):
        raise AssertionError(on.told(asked))
    return evidence("it comes", asked)


@check("All else is as it was", points=0)
def sound(on: Subject) -> Evidence:
    return evidence("it is", on.engine("web1"))


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the window short."""
    monkeypatch.setattr(module, "STABLE_S", 0.2)
    monkeypatch.setattr(module, "PATIENCE_S", 1.0)
    monkeypatch.setattr(module, "_POLL_S", 0.02)


@pytest.fixture
def lab(backend: Any) -> Any:
    """A lab whose page comes and which has 7 payments, until a test says otherwise."""
    backend.status, backend.counts, backend.asked = (lambda _: 200), {"payments": 7}, 0

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        if "/api/" in question["url"]:
            body = base64.b64encode(json.dumps(backend.counts).encode()).decode()
            return {"status": 200, "body": body}
        backend.asked += 1
        return {"status": backend.status(backend.asked)}

    backend.probe = answer
    return backend


@pytest.fixture
def grade(access: Any, lab: Any, monkeypatch: pytest.MonkeyPatch) -> Grade:
    """Return a finish of that lab; the reboot does what the test says."""
    monkeypatch.setattr(type(access), "secret", lambda *_: "token")
    role = SimpleNamespace(units=("nginx.service",))
    monkeypatch.setitem(access.lab.roles, "nginx", role)

    def run(reboot: Callable[[], None] = lambda: None, no_harm: Any = (sound,)) -> Result:
        return Finish(access, [page], no_harm, {"payments": 7}).grade(reboot)

    return run


def _verdicts(result: Result) -> dict[str, str]:
    return {each.name: each.verdict.value for each in result.checks}


def test_what_is_repaired_and_holds_passes(grade: Grade) -> None:
    result = grade()
    assert result.verdict is Verdict.PASS, result.checks
    assert list(_verdicts(result)) == ["page", "holds", "sound", "data_kept"]
    assert (result.points, result.max_points) == (5, 5)


def test_what_is_broken_now_is_told_without_a_reboot(grade: Grade, lab: Any) -> None:
    lab.status = lambda _: 502
    result = grade(reboot=lambda: pytest.fail("rebooted"))
    assert _verdicts(result) == {"page": "fail"}


def test_what_does_not_survive_the_reboot_fails(grade: Grade, lab: Any) -> None:
    def reboot() -> None:
        lab.status = lambda _: 502

    assert _verdicts(grade(reboot)) == {"page": "fail"}


def test_what_turns_red_again_and_again_does_not_hold(grade: Grade, lab: Any) -> None:
    lab.status = lambda asked: 502 if asked > 2 and asked % 4 == 0 else 200
    result = grade()
    assert _verdicts(result) == {"page": "pass", "holds": "fail"}
    assert "502" in result.checks[-1].evidence


def test_what_is_red_once_holds_from_then_on(grade: Grade, lab: Any) -> None:
    lab.status = lambda asked: 502 if asked == 4 else 200
    assert grade().verdict is Verdict.PASS


def test_a_restart_loop_does_not_hold(grade: Grade, lab: Any) -> None:
    looks = 0

    def sight(node: str) -> dict[str, Any]:
        nonlocal looks
        looks += 1
        return {"services": {"nginx.service": [looks], "other.service": [looks]}}

    lab.sight = sight
    result = grade()
    assert _verdicts(result) == {"page": "pass", "holds": "fail"}
    assert result.checks[-1].evidence == "restarted meanwhile: nginx.service on web1"


def test_lost_data_cost_the_pass(grade: Grade, lab: Any) -> None:
    lab.counts = {"payments": 6}
    result = grade()
    assert _verdicts(result)["data_kept"] == "fail"
    assert result.checks[-1].evidence == "7 payments before, 6 now"


def test_altered_tools_make_it_void_at_the_end_too(grade: Grade, lab: Any) -> None:
    lab.changed = {"web1": ("/usr/bin/curl",)}
    assert _verdicts(grade()) == {"page": "could-not-grade"}


def test_what_cannot_be_rebooted_cannot_be_graded(grade: Grade) -> None:
    def reboot() -> None:
        raise CouldNotTell("web1 was rebooted and is not up")

    result = grade(reboot)
    assert _verdicts(result) == {"page": "could-not-grade"}
    assert "not up" in result.checks[0].evidence
