"""When the engine was restarted or does not answer, barelab says so, and `up` repairs."""

from __future__ import annotations

import json
import secrets

import pytest
from tools.seat import Seat
from tools.second import Second
from tools.site import Site

from barelab.support.wait import until

pytestmark = pytest.mark.e2e

SOON_S = 15.0
GRADING_S = 240.0


def test_after_a_restart_of_the_engine_up_brings_the_same_seat_back(
    second: Second, second_seat: Seat
) -> None:
    before = second_seat.up()
    key = secrets.token_hex(8)
    Site(second_seat).pay(key)
    second.stop()
    gone = second_seat.run("status", "--json", limit_s=SOON_S)
    assert gone.returncode == 3
    assert "does not answer" in gone.stderr
    second.start()
    status = second_seat.status()
    assert status is not None
    assert status["state"] == "stopped"
    assert second_seat.up() == before
    assert Site(second_seat).has(key)
    second_seat.down()


@pytest.mark.parametrize("words", [["status"], ["census"], ["up", "simple"], ["down", "simple"]])
def test_a_frozen_engine_is_named_soon(second: Second, second_seat: Seat, words: list[str]) -> None:
    with second.frozen():
        done = second_seat.run(*words, limit_s=SOON_S)
    assert done.returncode == 3
    assert "does not answer" in done.stderr
    assert second_seat.left() == []


def test_the_engines_plug_pulled_in_a_check_costs_nothing(
    second: Second, second_seat: Seat
) -> None:
    second_seat.must("exercise", "start", "nginx/bad-gateway", "--seed", "1")
    before = second_seat.must("progress", "--json").stdout
    check = second_seat.start("exercise", "check", "--json")
    assert until(lambda: bool(second_seat.builds()), 30.0), "it never looked at a node"
    with second.frozen():
        out, err = check.communicate(timeout=GRADING_S)
    assert check.returncode == 3, err
    said = json.loads(out)
    assert said["verdict"] == "could-not-grade"
    # In the middle of a look the engine is named; in the middle of a check, its time is over.
    told = said["checks"][0]["evidence"]
    assert "does not answer" in told or "did not end within" in told
    assert second_seat.must("progress", "--json").stdout == before
    again = json.loads(second_seat.run("exercise", "check", "--json").stdout)
    assert again["verdict"] == "fail"
    second_seat.must("exercise", "abandon")
    second_seat.down()
