"""One round of learning: start, hint, a decoy that fails, a repair that passes."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from barelab.backends.base import SeatRef
from barelab.backends.opening import open_backend
from barelab.exercises.scripts import run_sections, script_sections
from barelab.model.loading import load_exercise, load_lab

pytestmark = pytest.mark.e2e
Barelab = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def seat() -> str:
    """Return the name of a seat of this test's own."""
    return f"learn-{secrets.token_hex(3)}"


@pytest.fixture
def barelab(seat: str, tmp_path: Path) -> Iterator[Barelab]:
    """Yield the command line of a new user; the seat is gone afterwards."""

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
        command = [sys.executable, "-m", "barelab", *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=900, check=False, env=environment
        )

    yield call
    call("down", "simple", "--seat", seat)


def _follow(name: str, seat: str, folder: str, script: str, seed: int) -> None:
    exercise = load_exercise(name)
    sections = script_sections(exercise, load_lab(exercise.lab), folder, script, seed)
    run_sections(open_backend(), SeatRef(exercise.lab, seat), sections)


def _watching(seat: str, home: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "barelab", "exercise", "watch", "--seat", seat]
    environment = {**os.environ, "XDG_DATA_HOME": str(home)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


@pytest.mark.always
@pytest.mark.parametrize(
    ("name", "decoy"), [("nginx/bad-gateway", "until-reboot"), ("postgres/no-login", "trust")]
)
def test_a_learner_is_failed_with_a_decoy_and_passed_with_a_repair(
    barelab: Barelab, seat: str, tmp_path: Path, name: str, decoy: str
) -> None:
    started = barelab("exercise", "start", name, "--seed", "1", "--seat", seat)
    assert started.returncode == 0, started.stderr
    assert "Subject:" in started.stdout
    assert "barelab exercise check" in started.stdout

    broken = barelab("exercise", "check", "--seat", seat, "--json")
    assert broken.returncode == 1
    assert set(load_exercise(name).breaks) == {
        check["name"] for check in json.loads(broken.stdout)["checks"] if check["verdict"] == "fail"
    }
    assert "Hint 1 of" in barelab("exercise", "hint", "--seat", seat).stdout

    _follow(name, seat, "decoys", decoy, 1)
    pretended = barelab("exercise", "finish", "--seat", seat)
    assert pretended.returncode == 1, pretended.stdout
    assert "the attempt goes on" in pretended.stdout

    assert barelab("exercise", "reset", "--seat", seat).returncode == 0
    assert barelab("exercise", "check", "--seat", seat).returncode == 1
    with _watching(seat, tmp_path) as watching:
        assert watching.stdout
        assert any(line.startswith("FAIL") for line in watching.stdout)
        _follow(name, seat, "solutions", "repair", 1)
        assert "all is well" in watching.stdout.read()
    assert watching.returncode == 0
    right = load_exercise(name).answers(1)
    asked = json.loads(barelab("exercise", "diagnose", "--seat", seat, "--json").stdout)
    for question in asked["questions"]:
        number = question["choices"].index(right[question["part"]]) + 1
        option = f"--{question['part']}"
        said = barelab("exercise", "diagnose", option, str(number), "--seat", seat)
        assert f"* {number}" in said.stdout
    finished = barelab("exercise", "finish", "--seat", seat)
    assert finished.returncode == 0, finished.stdout
    assert "well done" in finished.stdout
    assert "diagnosis 3 of 3, no harm 2 of 2, hints -1" in finished.stdout
    assert "What it was" in finished.stdout
    said = json.loads(barelab("progress", "--json").stdout)
    standing = next(each for each in said["exercises"] if each["exercise"] == name)
    assert (standing["state"], standing["attempts"], standing["passed"]) == ("passed", 1, 1)


@pytest.mark.nightly
def test_a_repair_that_hangs_the_next_boot_is_failed(barelab: Barelab, seat: str) -> None:
    name = "nginx/bad-gateway"
    assert barelab("exercise", "start", name, "--seed", "1", "--seat", seat).returncode == 0
    _follow(name, seat, "solutions", "repair", 1)
    unit = "postgresql@17-main.service"
    hung = f"printf '[Service]\\nExecStartPre=sleep infinity\\n' | systemctl edit --stdin {unit}"
    assert barelab("exec", "db1", "--seat", seat, "--", "sudo", "sh", "-c", hung).returncode == 0
    finished = barelab("exercise", "finish", "--seat", seat)
    assert finished.returncode == 1, finished.stdout + finished.stderr
    assert "the attempt goes on" in finished.stdout


def test_a_result_is_signed_for_whom_it_was_made(
    barelab: Barelab, seat: str, tmp_path: Path
) -> None:
    name = "nginx/bad-gateway"
    start = ("exercise", "start", name, "--seed", "1", "--for", "monday", "--seat", seat)
    assert barelab(*start).returncode == 0
    _follow(name, seat, "solutions", "repair", 1)
    said = json.loads(barelab("exercise", "finish", "--seat", seat, "--json").stdout)
    assert said["verdict"] == "pass"
    file = Path(said["file"])
    assert file.with_suffix(".xml").is_file()
    signer = barelab("results", "signer").stdout.strip()
    ours = barelab("results", "verify", "--for", "monday", "--signer", signer, str(file))
    assert ours.returncode == 0, ours.stdout
    assert barelab("results", "verify", "--for", "tuesday", str(file)).returncode == 1
    copy = tmp_path / "mine.json"
    copy.write_text(file.read_text())
    assert barelab("results", "verify", str(copy)).returncode == 1
    copy.write_text(file.read_text().replace('"seed": 1', '"seed": 2'))
    altered = barelab("results", "verify", "--json", str(copy))
    assert altered.returncode == 1
    assert "altered" in json.loads(altered.stdout)["results"][0]["why"]


def test_a_lab_made_anew_during_an_attempt_is_not_graded(barelab: Barelab, seat: str) -> None:
    started = barelab("exercise", "start", "nginx/bad-gateway", "--seed", "0", "--seat", seat)
    assert started.returncode == 0, started.stderr
    assert barelab("reset", "web1", "--seat", seat).returncode == 0
    said = barelab("exercise", "finish", "--seat", seat)
    assert said.returncode == 3
    assert "web1 was made anew" in said.stderr
