"""`barelab test` runs every step once, says how each ended, and hides no failure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from barelab.bootstrap import BootstrapError
from barelab.cli import dev
from barelab.dev import clone, runner
from barelab.dev.steps import APP, STEPS, Environment, Step
from barelab.support.errors import UsageError

PASSES = Step("passes", ("sh", "-c", "echo all is well"), fast=True)
FAILS = Step("fails", ("sh", "-c", "echo what went wrong; echo and where >&2; exit 4"), fast=True)
SLOW = Step("slow", ("sh", "-c", "echo begun; exec sleep 60"), limit_s=1.0)


@pytest.fixture(autouse=True)
def environments(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No environment is made, and CI is not the place."""
    monkeypatch.setattr(runner, "ensure", lambda _: tmp_path)
    monkeypatch.delenv("CI", raising=False)


def run(*steps: Step, everything: bool = False) -> tuple[list[runner.Outcome], str]:
    lines: list[str] = []
    outcomes = runner.run_steps(steps, everything=everything, say=lines.append)
    return outcomes, re.sub(r"\d+\.\d s", "N s", "\n".join(lines))


def test_failure_is_told_in_full_and_stops_nothing() -> None:
    outcomes, told = run(FAILS, PASSES)
    assert [outcome.passed for outcome in outcomes] == [False, True]
    assert told == (
        "fails: failed (exit code 4) in N s\nwhat went wrong\nand where\npasses: passed in N s"
    )


def test_step_that_hangs_is_ended_and_has_failed() -> None:
    (outcome,), told = run(SLOW)
    assert not outcome.passed
    assert told == "slow: failed (not done within 1 s) in N s\nbegun"


def test_missing_program_is_a_failure() -> None:
    (outcome,), told = run(Step("lost", ("no-such-program",)))
    assert not outcome.passed
    assert "no-such-program" in told


def test_environment_that_cannot_be_made_fails_its_step_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def ensure(wanted: Environment) -> Path:
        if wanted is APP:
            raise BootstrapError("no network")
        return tmp_path

    monkeypatch.setattr(runner, "ensure", ensure)
    outcomes, told = run(Step("app", ("true",), environment=APP), PASSES)
    assert [outcome.passed for outcome in outcomes] == [False, True]
    assert "no network" in told


@pytest.mark.parametrize(("ci", "told"), [("true", True), ("", False)])
def test_told_steps_are_heard_in_ci_even_when_they_pass(
    ci: str, told: bool, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", ci)
    run(Step("tests", ("echo", "3 passed"), told=True), PASSES)
    heard = capfd.readouterr().out
    assert ("3 passed" in heard) is told
    assert "all is well" not in heard


@pytest.mark.parametrize(
    ("everything", "printed"), [(False, "tests -m day\n"), (True, "tests -m night\n")]
)
def test_all_takes_the_nightly_arguments_instead_of_the_usual(
    everything: bool,
    printed: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CI", "true")
    step = Step("e2e", ("echo", "tests"), told=True, usual=("-m", "day"), nightly=("-m", "night"))
    run(step, everything=everything)
    assert capfd.readouterr().out == printed


def test_step_finds_its_programs_the_clone_and_no_input(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("CI", "true")
    words = "echo $PATH; echo $BARELAB_VENV; pwd; read line || echo nobody"
    run(Step("look", ("sh", "-c", words), told=True))
    path, venv, folder, answer = capfd.readouterr().out.split()
    assert path.startswith(f"{tmp_path}/bin:")
    assert venv == str(clone.face(tmp_path))
    assert folder == str(clone.clone_root())
    assert answer == "nobody"


@pytest.mark.parametrize(
    ("names", "fast", "expected"),
    [
        ((), False, [step.name for step in STEPS]),
        ((), True, [step.name for step in STEPS if step.fast]),
        (("unit", "ruff"), False, ["ruff", "unit"]),
        (("e2e",), True, ["e2e"]),
    ],
)
def test_steps_are_chosen_in_their_own_order(
    names: tuple[str, ...], fast: bool, expected: list[str]
) -> None:
    assert [step.name for step in runner.chosen(names, fast=fast)] == expected


def test_unknown_step_is_told_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'unit'"):
        runner.chosen(("unti",), fast=False)


def test_names_of_steps_are_distinct() -> None:
    assert len({step.name for step in STEPS}) == len(STEPS)


def test_fast_steps_need_no_engine() -> None:
    assert not {"engine", "e2e", "prove"} & {step.name for step in STEPS if step.fast}


@pytest.mark.parametrize(
    ("steps", "code", "closing"),
    [((PASSES,), 0, "1 passed, 0 failed"), ((FAILS, PASSES), 1, "1 passed, 1 failed")],
)
def test_command_ends_with_a_plain_count_and_its_exit_code(
    steps: tuple[Step, ...], code: int, closing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "STEPS", steps)
    monkeypatch.setattr(dev, "as_keyboard_interrupt", lambda: None)
    result = CliRunner().invoke(dev.test, [])
    assert (result.exit_code, result.output.splitlines()[-1]) == (code, closing)


def test_installed_barelab_says_that_a_clone_is_needed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(clone, "_ROOT", tmp_path)
    with pytest.raises(UsageError, match="in a clone"):
        clone.clone_root()


def test_face_lets_the_start_script_run_in_the_developers_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = tmp_path / "environment"
    (made / "bin").mkdir(parents=True)
    (made / "bin" / "python").touch()
    monkeypatch.setenv("BARELAB_DEV_VENV", str(made))
    monkeypatch.setattr(clone.bootstrap, "ensure", lambda lock, target: None)
    for _ in range(2):
        assert clone.ensure(clone.DEV) == made
    face = clone.face(made)
    assert (face / "bin" / "python").samefile(made / "bin" / "python")
    assert (face / "barelab.lock").read_bytes() == (
        clone.clone_root() / "requirements.lock"
    ).read_bytes()
