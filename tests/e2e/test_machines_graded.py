"""Grading on virtual machines: the same exercise, the same verdicts."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from tools.machines import LIMIT_S, URI, libvirt, on_machines
from tools.seat import Seat

from barelab.backends.base import SeatRef
from barelab.backends.opening import open_backend
from barelab.exercises.scripts import run_sections, script_sections
from barelab.model.loading import load_exercise, load_lab

pytestmark = [pytest.mark.e2e, pytest.mark.alone]

# One that containers have, too, and one that they have not.
EXERCISES = [("nginx/bad-gateway", "repair"), ("machine/few-ports", "remove")]


@pytest.fixture(scope="module")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    """Return a seat that is up on machines."""
    with on_machines(tmp_path_factory.mktemp("seat")) as found:
        found.up("--backend", "vagrant", "--yes", limit_s=LIMIT_S)
        yield found


def verdict(seat: Seat, *words: str) -> dict[str, Any]:
    done = seat.run(*words, "--json", limit_s=LIMIT_S)
    answer: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == {"pass": 0, "fail": 1}.get(answer["verdict"], 3), done.stderr
    return answer


@pytest.mark.nightly  # all of it is asked below, too, when the exercise is graded for good
def test_a_lab_on_machines_is_what_its_picture_says(seat: Seat) -> None:
    answer = verdict(seat, "verify", "simple")
    odd = {c["name"]: c["evidence"] for c in answer["checks"] if c["verdict"] != "pass"}
    assert odd == {}


@pytest.mark.parametrize(("name", "solution"), EXERCISES)
def test_an_exercise_is_broken_repaired_and_graded(
    seat: Seat, monkeypatch: pytest.MonkeyPatch, name: str, solution: str
) -> None:
    seat.must("exercise", "start", name, "--seed", "1", limit_s=LIMIT_S)
    assert verdict(seat, "exercise", "check")["verdict"] == "fail"
    monkeypatch.setenv("XDG_STATE_HOME", str(seat.home / "state"))
    exercise, owner = load_exercise(name), SeatRef("simple", seat.name)
    repair = script_sections(exercise, load_lab("simple"), "solutions", solution, 1)
    run_sections(open_backend("vagrant"), owner, repair)
    assert verdict(seat, "exercise", "finish")["verdict"] == "pass"


def test_after_a_power_cut_up_goes_on_with_the_same_machines(seat: Seat) -> None:
    seat.must("exec", "db1", "--", "sudo", "touch", "/root/kept")
    before = seat.status()
    assert before is not None
    for name in libvirt("list", "--name"):
        subprocess.run([*URI, "destroy", name], check=True)
    for name in libvirt("net-list", "--name"):
        subprocess.run([*URI, "net-destroy", name], check=True)
    stopped = seat.status()
    assert stopped is not None
    assert stopped["state"] == "stopped"
    after = seat.up("--backend", "vagrant", limit_s=LIMIT_S)
    assert after["nodes"] == before["nodes"]
    seat.must("exec", "db1", "--", "sudo", "test", "-e", "/root/kept")
