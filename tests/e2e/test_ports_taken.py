"""A port that somebody has is never taken from them: another is chosen, or nothing is made."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from tools.netns import with_own_network
from tools.seat import Seat
from tools.second import Second

from barelab.launcher.desire import PORTS

pytestmark = pytest.mark.e2e

HOLD_ONE = """
import socket, sys
with socket.create_server(("127.0.0.1", int(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""
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


def test_a_port_that_is_taken_between_look_and_use_is_replaced(
    second_seat: Seat, second: Second
) -> None:
    # On an engine where no other test publishes ports, the first choice is known. In a network of
    # its own, barelab does not see the stranger; its engine does.
    first = PORTS["http"]
    second_seat.prefix = with_own_network()
    hold = [*second.prefix, sys.executable, "-c", HOLD_ONE, str(first)]
    with subprocess.Popen(hold, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as held:
        assert held.stdout is not None
        assert held.stdout.readline() == "held\n"
        done = second_seat.must("up", second_seat.lab)
        held.communicate()
    assert f"port {first} of 127.0.0.1 is taken by now; choosing another one" in done.stderr
    assert published(second_seat) == {port + 1 for port in PORTS.values()}
    second_seat.down()


def test_without_a_free_port_nothing_is_made(seat: Seat) -> None:
    seat.prefix = [*with_own_network(), sys.executable, "-c", HOLD_ALL]
    done = seat.run("up", seat.lab)
    assert done.returncode == 3
    assert "no free port from 8080 to 8280 on 127.0.0.1" in done.stderr
    assert seat.left() == []


def test_a_port_that_was_taken_while_its_node_was_off_is_named(seat: Seat) -> None:
    seat.up()
    port = min(published(seat))
    seat.engine.stop(seat.things()[f"barelab.{seat.lab}.{seat.name}.web1"])
    with socket.create_server(("127.0.0.1", port)):
        done = seat.run("up", seat.lab)
    assert done.returncode == 3
    assert f"port {port} of 127.0.0.1 is taken by now, and web1 was made with it" in done.stderr
    assert f"`barelab reset web1 --seat {seat.name}`" in done.stderr
    seat.up()
    seat.down()


def test_the_ports_of_a_node_that_is_off_are_left_to_it(new_seat: Callable[[], Seat]) -> None:
    first, other = new_seat(), new_seat()
    first.up()
    ports = published(first)
    first.engine.stop(first.things()[f"barelab.{first.lab}.{first.name}.web1"])
    other.up()
    assert not published(other) & ports
    first.up()
    assert published(first) == ports
    first.down()
    other.down()
