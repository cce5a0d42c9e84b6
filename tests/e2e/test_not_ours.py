"""What is not ours is never touched, whatever its name or place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from tools.seat import Seat

from barelab.backends.docker.base_image import ROOT

if TYPE_CHECKING:
    from docker import APIClient

pytestmark = pytest.mark.e2e

Stranger = Callable[[str, str | None], str]


@pytest.fixture
def stranger(engine: APIClient) -> Iterator[Stranger]:
    """Return a maker of running containers that are somebody else's."""
    from docker.errors import NotFound

    made: list[str] = []

    def make(name: str, network: str | None) -> str:
        made.append(
            engine.create_container(
                ROOT,
                ["sleep", "infinity"],
                name=name,
                labels={"owner": "somebody"},
                host_config=engine.create_host_config(init=True, network_mode=network or "none"),
            )["Id"]
        )
        engine.start(made[-1])
        return made[-1]

    yield make
    for id_ in made:
        with suppress(NotFound):
            engine.remove_container(id_, force=True)


def test_a_strangers_container_with_a_nodes_name_stays_as_it_is(
    seat: Seat, stranger: Stranger
) -> None:
    name = f"barelab.{seat.lab}.{seat.name}.db1"
    theirs = stranger(name, None)
    before = seat.engine.inspect_container(theirs)
    done = seat.run("up", seat.lab)
    assert done.returncode == 3
    assert f"a container {name} exists and is not ours" in done.stderr
    assert seat.engine.inspect_container(theirs) == before
    seat.must("down", seat.lab)
    assert seat.census() == []
    assert seat.things() == {name: theirs}
    assert seat.engine.inspect_container(theirs) == before
    seat.engine.remove_container(theirs, force=True)
    seat.up()
    seat.down()


def test_a_strangers_network_with_a_networks_name_stays_as_it_is(seat: Seat) -> None:
    name = f"barelab.{seat.lab}.{seat.name}.private"
    theirs = seat.engine.create_network(name, internal=True, labels={"owner": "somebody"})["Id"]
    before = seat.engine.inspect_network(theirs)
    done = seat.run("up", seat.lab)
    assert done.returncode == 3
    assert f"a network {name} exists and is not ours" in done.stderr
    seat.must("down", seat.lab)
    assert seat.census() == []
    assert seat.things() == {name: theirs}
    assert seat.engine.inspect_network(theirs) == before


def test_a_strangers_container_on_our_network_is_named_and_stays(
    seat: Seat, stranger: Stranger
) -> None:
    seat.up()
    network = f"barelab.{seat.lab}.{seat.name}.public"
    theirs = stranger(f"stranger-of-{seat.name}", network)
    before = inspected(seat, theirs)
    done = seat.run("down", seat.lab)
    assert done.returncode == 3
    assert f"stranger-of-{seat.name}" in done.stderr
    assert [row["kind"] for row in seat.census()] == ["network"]
    assert inspected(seat, theirs) == before
    seat.engine.disconnect_container_from_network(theirs, network)
    seat.down()


def inspected(seat: Seat, container: str) -> dict[str, Any]:
    return dict(seat.engine.inspect_container(container))
