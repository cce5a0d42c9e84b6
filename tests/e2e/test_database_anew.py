"""A database that is made anew gets what the application puts into a new one."""

from __future__ import annotations

import pytest
from tools.seat import Seat

pytestmark = pytest.mark.e2e


def test_after_a_reset_of_the_database_people_can_log_in(seat: Seat) -> None:
    seat.up()
    seat.must("reset", "db1")
    assert "can log in" in seat.must("verify", seat.lab).stdout
    seat.down()


def test_up_brings_a_lost_database_back_with_its_accounts(seat: Seat) -> None:
    before = seat.up()
    lost = next(node["id"] for node in before["nodes"] if node["name"] == "db1")
    seat.engine.remove_container(lost, force=True, v=True)
    seat.up()
    assert "can log in" in seat.must("verify", seat.lab).stdout
    seat.down()
