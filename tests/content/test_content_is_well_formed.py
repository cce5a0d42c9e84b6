from __future__ import annotations

from pathlib import Path

import pytest

from barelab.model.loading import (
    drill_names,
    exercise_names,
    lab_names,
    load_app,
    load_drill,
    load_exercise,
    load_lab,
    load_role,
    role_names,
)

ROOT = Path(__file__).resolve().parents[2]


def test_there_are_labs_and_roles() -> None:
    assert lab_names(ROOT)
    assert role_names(ROOT)


def test_the_application_is_well_formed() -> None:
    load_app(ROOT)


@pytest.mark.parametrize("name", lab_names(ROOT))
def test_a_lab_is_well_formed(name: str) -> None:
    load_lab(name, ROOT)


@pytest.mark.parametrize("name", role_names(ROOT))
def test_a_role_is_well_formed(name: str) -> None:
    load_role(name, ROOT)


@pytest.mark.parametrize("name", exercise_names(ROOT))
def test_an_exercise_is_well_formed(name: str) -> None:
    load_exercise(name, ROOT)


@pytest.mark.parametrize("name", drill_names(ROOT))
def test_a_drill_is_well_formed_and_bounds_what_a_drill_is_for(name: str) -> None:
    drill = load_drill(name, ROOT)
    assert drill.story
    for rules in drill.labs.values():
        assert rules.goal
        assert "lost" in rules.must_hold or "rpo_s" in rules.must_hold


@pytest.mark.parametrize("name", drill_names(ROOT))
def test_the_story_of_a_drill_names_no_command_of_its_runbook(name: str) -> None:
    drill = load_drill(name, ROOT)
    steps = [step.run for rules in drill.labs.values() for step in rules.runbook if step.run]
    assert not [step for step in steps if step in drill.story]
