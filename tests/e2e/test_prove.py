"""`prove` on a real engine: sound exercises are right, a careless grader is found out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tools.second import Second

from barelab.backends.base import SeatRef
from barelab.backends.opening import open_backend
from barelab.exercises.templates import write_exercise
from barelab.support.paths import content_root
from barelab.support.wait import until

pytestmark = pytest.mark.e2e
CARELESS = """
from barelab.grading import check, evidence

@check("Careless")
def portal_answers(on):
    return evidence("looks good", on.ask_site("portal"))
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Return a content root with one exercise, as `barelab new exercise` writes it."""
    for folder in ("labs", "images", "app", "checker"):
        (tmp_path / folder).symlink_to(content_root() / folder)
    write_exercise("web/first", tmp_path)
    return tmp_path


def _prove(content: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "BARELAB_CONTENT": str(content)}
    return subprocess.Popen(
        [sys.executable, "-m", "barelab", "prove", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _seats() -> tuple[SeatRef, ...]:
    return open_backend().observe().owners()


def test_an_exercise_as_new_writes_it_is_right_in_every_cell(content: Path) -> None:
    out, err = (run := _prove(content, "web/first", "--seeds", "2", "--json")).communicate()
    said = json.loads(out)
    assert run.returncode == 0, [cell for cell in said["cells"] if not cell["ok"]] or err
    assert said["wrong"] == 0
    assert [cell["case"] for cell in said["cells"]] == [
        "healthy",
        "untouched",
        "solution:start",
        "reboot:start",
        "decoy:other-server",
        "decoy:until-reboot",
    ] * 2


def test_a_careless_grader_is_found_out(content: Path) -> None:
    (content / "exercises/web/first/checks.py").write_text(CARELESS)
    out, _ = (run := _prove(content, "web/first", "--seeds", "1", "--json")).communicate()
    wrong = [cell["case"] for cell in json.loads(out)["cells"] if not cell["ok"]]
    assert run.returncode == 1
    assert "untouched" in wrong


def test_what_needs_a_kernel_of_its_own_is_not_applicable_here(content: Path) -> None:
    with (content / "exercises/web/first/exercise.yaml").open("a") as file:
        file.write("machines_only: true\n")
    out, err = (run := _prove(content, "web/first", "--json")).communicate(timeout=30)
    assert run.returncode == 0, err
    assert json.loads(out) == {
        "schema": 1,
        "cells": [],
        "wrong": 0,
        "left": [],
        "not_applicable": ["web/first"],
    }


def test_a_grader_without_checks_is_refused_before_anything_runs(content: Path) -> None:
    (content / "exercises/web/first/checks.py").write_text("")
    _, err = (run := _prove(content, "web/first")).communicate(timeout=30)
    assert run.returncode == 2
    assert "checks.py:1" in err


def test_ctrl_c_leaves_no_seat_behind(
    content: Path, second: Second, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On an engine where nobody else proves anything meanwhile.
    monkeypatch.setenv("DOCKER_HOST", second.host)
    run = _prove(content, "web/first", "--seeds", "4")
    assert until(lambda: _seats() or run.poll() is not None, 120.0)
    assert run.poll() is None, run.communicate()
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=180)
    assert run.returncode == 130
    assert not _seats()
