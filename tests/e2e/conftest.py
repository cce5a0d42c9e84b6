"""Ready things for tests on a real engine, taken away at their end, however that is."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tools.content import Content, copied
from tools.seat import Seat
from tools.second import Second, second_engine

from barelab.backends.docker import client

if TYPE_CHECKING:
    from docker import APIClient

NewSeat = Callable[..., Seat]


@pytest.fixture(scope="session")
def engine() -> APIClient:
    """The engine that the user's environment names, asked without barelab's backend."""
    return client.connect(client.SLOW_S)


@pytest.fixture(scope="session")
def images() -> tuple[str, ...]:
    """The tags of the images of `simple`, so that no test's time depends on who is the first."""
    from barelab.backends.docker.backend import DockerBackend
    from barelab.backends.docker.image_store import ImageStore
    from barelab.launcher.prebuild import ensure_images
    from barelab.model.loading import load_lab

    return ensure_images([load_lab("simple")], DockerBackend(), ImageStore(), print)


@pytest.fixture
def new_seat(tmp_path: Path, engine: APIClient, images: tuple[str, ...]) -> Iterator[NewSeat]:
    """Return a maker of seats, each with a name and folders that nobody else has."""
    made: list[Seat] = []

    def new(lab: str = "simple", **variables: str) -> Seat:
        name = f"t-{secrets.token_hex(4)}"
        made.append(Seat(name, tmp_path / name, engine, lab, variables=variables))
        made[-1].home.mkdir()
        return made[-1]

    yield new
    for seat in made:
        seat.close()


@pytest.fixture
def seat(new_seat: NewSeat) -> Seat:
    """A seat of `simple` that is not up."""
    return new_seat()


@pytest.fixture
def content(tmp_path: Path) -> Content:
    """A copy of the content root, to be changed."""
    return copied(tmp_path / "content")


@pytest.fixture
def extra_role(engine: APIClient) -> Iterator[str]:
    """The name of a role that no other content has; images that were built of it are removed."""
    name = f"x{secrets.token_hex(4)}"
    yield name
    for image in engine.images(filters={"reference": f"barelab/*{name}"}):
        engine.remove_image(image["Id"], force=True)


@pytest.fixture(scope="session")
def second(images: tuple[str, ...]) -> Iterator[Second]:
    """A second engine with the images of `simple`, which a test may stop and freeze."""
    with second_engine(images) as running:
        yield running


@pytest.fixture
def second_seat(new_seat: NewSeat, second: Second) -> Seat:
    """A seat on the second engine that is not up."""
    seat = new_seat(DOCKER_HOST=second.host)
    seat.engine, seat.prefix = second.client(), second.prefix
    return seat
