"""A second `up` or `down` finds nothing to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tools.labs import LABS
from tools.seat import Seat

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("lab", LABS)
def test_a_second_up_keeps_every_node_and_takes_no_step(
    new_seat: Callable[[str], Seat], lab: str
) -> None:
    seat = new_seat(lab)
    first = seat.up()
    started = begins(seat)
    assert seat.steps() == []
    again = seat.must("up", seat.lab, "--json", "--ready-within", "3")
    assert seat.status() == first
    assert begins(seat) == started
    assert "creating" not in again.stderr
    assert "starting" not in again.stderr


def test_a_second_down_ends_well(seat: Seat) -> None:
    assert "was not up" in seat.must("down", seat.lab).stderr
    seat.up()
    seat.down()
    assert "was not up" in seat.down().stderr


def begins(seat: Seat) -> dict[str, str]:
    containers = [name for name in seat.things() if name.rpartition(".")[2][-1].isdigit()]
    return {n: seat.engine.inspect_container(n)["State"]["StartedAt"] for n in containers}
