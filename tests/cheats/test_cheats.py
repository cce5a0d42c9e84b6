"""Whatever a learner with root in every node pretends, nothing but a repair is passed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from barelab.backends.opening import open_backend
from barelab.exercises.scripts import run_sections, split
from barelab.grading.results import Verdict
from barelab.launcher.up import Launcher
from barelab.model.item import read_text
from barelab.model.loading import load_exercise, load_lab
from barelab.prove.seats import ProvingSeat

pytestmark = pytest.mark.e2e

CHEATS = sorted((Path(__file__).parent / "scripts").glob("*.sh"))
# One each about the web server, the database and the machine itself, with the seed to break by.
EXERCISES = {"nginx/bad-gateway": 1, "postgres/no-login": 2, "system/permissions-after-rescue": 0}


TODAYS = list(EXERCISES)[date.today().toordinal() % len(EXERCISES)]


def _share(name: str) -> object:
    """Return an exercise as a parameter: every run takes one, each day another, `--all` all."""
    return name if name == TODAYS else pytest.param(name, marks=pytest.mark.nightly)


@pytest.fixture(scope="module", params=[_share(name) for name in EXERCISES])
def seat(request: pytest.FixtureRequest) -> Iterator[tuple[str, ProvingSeat]]:
    """An exercise, and a seat for all cheats at it; each starts from nodes made anew."""
    backend = open_backend()
    launcher = Launcher(backend, lambda _event: None, lambda _text: None)
    made = ProvingSeat(f"cheat-{secrets.token_hex(3)}", backend, launcher)
    yield request.param, made
    made.close()


@pytest.mark.parametrize("cheat", CHEATS, ids=lambda path: path.stem)
def test_nothing_but_a_repair_is_passed(seat: tuple[str, ProvingSeat], cheat: Path) -> None:
    name, proving = seat
    exercise = load_exercise(name)
    run = proving.clean(exercise, EXERCISES[name])
    run.break_()
    nodes = [node.name for node in load_lab(exercise.lab).visible()]
    access, sections = run.access, split(cheat, read_text(cheat), nodes)
    run_sections(access.backend, access.owner, sections, "root")
    result = run.finish()
    told = [f"{each.name}: {each.verdict.value}: {each.evidence}" for each in result.checks]
    assert result.verdict is not Verdict.PASS, told
    assert not [line for line in told if "\x1b" in line or len(line) > 2200]
