"""After a reboot of the host every node is stopped: `up` goes on, and the data is kept."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest
from tools.labs import LABS
from tools.seat import Seat
from tools.site import Site

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("lab", LABS)
def test_after_a_reboot_up_goes_on_with_the_same_nodes_and_data(
    new_seat: Callable[[str], Seat], lab: str
) -> None:
    seat = new_seat(lab)
    before = seat.up()
    key = secrets.token_hex(8)
    Site(seat).pay(key)
    for node in before["nodes"]:
        seat.engine.kill(node["id"])
    stopped = seat.status()
    assert stopped is not None
    assert stopped["state"] == "stopped"
    assert {node["state"] for node in stopped["nodes"]} == {"stopped"}
    assert seat.up() == before
    assert Site(seat).has(key)
    assert not Site(seat).has(secrets.token_hex(8))
    seat.down()
