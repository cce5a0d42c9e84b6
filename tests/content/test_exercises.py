"""Every exercise and check file is well-formed, for every seed, without an engine."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from barelab.exercises import templates
from barelab.exercises.scripts import break_sections, script_sections
from barelab.exercises.story import debrief_of, hint_of
from barelab.exercises.templates import write_exercise, write_lab, write_role
from barelab.grading.checks import load_checks
from barelab.grading.conformance import conformance_checks
from barelab.model.loading import (
    exercise_names,
    lab_for,
    lab_names,
    load_exercise,
    load_lab,
    load_role,
)
from barelab.support.errors import UsageError
from barelab.support.paths import content_root

NAMES = exercise_names()
MIN_CONFORMANCE = 15


@pytest.mark.parametrize("name", NAMES)
def test_every_script_is_right_for_every_variant(name: str) -> None:
    exercise = load_exercise(name)
    lab = lab_for(exercise)
    for seed in range(len(exercise.variants)):
        assert break_sections(exercise, seed)
        for folder, scripts in (("solutions", exercise.solutions), ("decoys", exercise.decoys)):
            for script in scripts:
                assert script_sections(exercise, lab, folder, script, seed)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("passing", [True, False])
def test_every_text_is_right_for_every_variant(name: str, passing: bool) -> None:
    exercise = load_exercise(name)
    names = {check.name for check in load_checks(exercise.path / "checks.py")}

    def passes(check: str) -> bool:
        assert check in names
        return passing

    for seed in range(len(exercise.variants)):
        assert "#%" not in debrief_of(exercise, seed)
        for number in range(1, len(exercise.hints) + 1):
            hint = hint_of(exercise, number, seed, passes)
            assert hint
            assert "#%" not in hint


@pytest.mark.parametrize("name", NAMES)
def test_what_an_exercise_excuses_is_a_check_of_its_lab(name: str) -> None:
    exercise = load_exercise(name)
    known = {check.name for check in conformance_checks(lab_for(exercise))}
    assert set(exercise.excuses) <= known


@pytest.mark.parametrize("name", NAMES)
def test_every_check_has_points_or_guards_and_a_title(name: str) -> None:
    exercise = load_exercise(name)
    checks = load_checks(exercise.path / "checks.py")
    assert set(exercise.breaks) <= {check.name for check in checks}
    assert len({check.title for check in checks}) == len(checks)
    assert sum(check.points for check in checks) > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_story_does_not_tell_the_cause(name: str) -> None:
    exercise = load_exercise(name)
    story = (exercise.path / "story.md").read_text().lower()
    words = {str(v).lower() for values in exercise.variants for v in values.values()}
    told = [word for word in words if re.search(rf"\b{re.escape(word)}\b", story)]
    assert not told


@pytest.mark.parametrize("name", NAMES)
def test_every_exercise_has_at_least_three_variants(name: str) -> None:
    assert len(load_exercise(name).variants) >= 3


@pytest.mark.parametrize("name", lab_names())
def test_every_lab_has_enough_conformance_checks(name: str) -> None:
    checks = conformance_checks(load_lab(name))
    assert len(checks) >= MIN_CONFORMANCE
    assert len({check.name for check in checks}) == len(checks)


def test_conformance_checks_name_roles_and_never_a_lab() -> None:
    nodes = {node.name for lab in lab_names() for node in load_lab(lab).visible()}
    for path in sorted((content_root() / "checker").glob("*.py")):
        text = path.read_text()
        for word in {*lab_names(), *nodes}:
            assert not re.search(rf"[\"']{word}[\"']", text), f"{path} names {word}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a copy of the content that can be added to."""
    for folder in ("labs", "images", "exercises"):
        shutil.copytree(content_root() / folder, tmp_path / folder)
    (tmp_path / "app").symlink_to(content_root() / "app")
    return tmp_path


def test_what_new_writes_is_well_formed(root: Path) -> None:
    write_exercise("web/first", root)
    write_role("printer", root)
    write_lab("mine", root)
    exercise = load_exercise("web/first", root)
    assert load_checks(exercise.path / "checks.py")
    for seed in range(len(exercise.variants)):
        lab = load_lab(exercise.lab, root)
        assert break_sections(exercise, seed)
        for script in exercise.decoys:
            assert script_sections(exercise, lab, "decoys", script, seed)
    assert load_role("printer", root).name == "printer"
    assert load_lab("mine", root).name == "mine"


@pytest.mark.parametrize("name", ["first", "web/First", "web/../x", "/x"])
def test_new_refuses_what_is_no_name(root: Path, name: str) -> None:
    with pytest.raises(UsageError):
        write_exercise(name, root)


def test_new_leaves_out_what_python_compiled(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "template"
    shutil.copytree(templates._TEMPLATES, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "exercise/__pycache__").mkdir()
    (copy / "exercise/__pycache__/checks.cpython-311.pyc").write_bytes(b"\xa7\r\r\n")
    monkeypatch.setattr(templates, "_TEMPLATES", copy)
    assert not [name for name in write_exercise("web/first", root) if "pycache" in name]


def test_new_never_writes_over_anything(root: Path) -> None:
    write_lab("mine", root)
    with pytest.raises(UsageError, match="exists already"):
        write_lab("mine", root)


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_every_script_is_clean_shell() -> None:
    folders = (content_root() / "exercises", Path(__file__).parents[2] / "src/barelab/exercises")
    scripts = [str(path) for folder in folders for path in sorted(folder.rglob("*.sh"))]
    run = subprocess.run(["shellcheck", "-s", "sh", *scripts], capture_output=True, check=False)
    assert run.returncode == 0, run.stdout.decode()
