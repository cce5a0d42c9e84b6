"""A port that somebody has is never taken from them: another is chosen, or nothing is made."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator

import pytest
from tools.netns import with_own_network
from tools.seat import Seat

pytestmark = pytest.mark.e2e

HOLD_ALL = """
import socket, subprocess, sys
held = [socket.create_server(("127.0.0.1", port)) for port in range(8080, 8280)]
sys.exit(subprocess.call(sys.argv[1:]))
"""


@pytest.fixture
def taken() -> Iterator[int]:
    """The first port that a new seat would get, held by a stranger's server."""
    for port in range(8080, 8280):
        try:
            stranger = socket.create_server(("127.0.0.1", port))
        except OSError:
            continue
        with stranger:
            yield port
        return


def published(seat: Seat) -> set[int]:
    (front,) = seat.engine.containers(filters={"name": f".{seat.name}.web1"})
    return {port["PublicPort"] for port in front["Ports"] if "PublicPort" in port}


def test_a_taken_port_is_left_to_its_owner(seat: Seat, taken: int) -> None:
    seat.up()
    assert len(published(seat)) == 2
    assert taken not in published(seat)
    socket.create_connection(("127.0.0.1", taken), timeout=5).close()
    seat.down()


def test_a_port_that_is_taken_between_look_and_use_is_replaced(seat: Seat, taken: int) -> None:
    # In a network of its own, barelab does not see the stranger; its engine does.
    seat.prefix = with_own_network()
    done = seat.must("up", seat.lab)
    assert f"port {taken} of 127.0.0.1 is taken by now; choosing another one" in done.stderr
    assert len(published(seat)) == 2
    assert taken not in published(seat)
    seat.down()


def test_without_a_free_port_nothing_is_made(seat: Seat) -> None:
    seat.prefix = [*with_own_network(), sys.executable, "-c", HOLD_ALL]
    done = seat.run("up", seat.lab)
    assert done.returncode == 3
    assert "no free port from 8080 to 8280 on 127.0.0.1" in done.stderr
    assert seat.left() == []
