"""Without a network and an image, `up` says within seconds which and how to get it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tools.seat import Seat
from tools.second import Second, second_engine

from barelab.backends.docker.base_image import ROOT

pytestmark = pytest.mark.e2e

SOON_S = 30.0
HOW = "`barelab bundle load FILE`"


@pytest.fixture
def empty() -> Iterator[Second]:
    """An engine without any image and without a network."""
    with second_engine() as running:
        yield running


def test_without_the_base_image_it_is_named_with_the_command_that_brings_it(
    empty: Second, seat: Seat
) -> None:
    seat.engine, seat.prefix, seat.variables = empty.client(), empty.prefix, at(empty)
    done = seat.run("up", seat.lab, limit_s=SOON_S)
    assert done.returncode == 3
    assert ROOT in done.stderr
    assert HOW in done.stderr
    seat.down()


def test_without_a_roles_image_it_is_named_with_the_command_that_brings_it(
    second: Second, second_seat: Seat, images: tuple[str, ...]
) -> None:
    (image,) = [tag for tag in images if tag.startswith("barelab/postgres:")]
    with second.client() as client:
        client.tag(image, "kept")
        client.remove_image(image)
        done = second_seat.run("up", second_seat.lab, limit_s=SOON_S)
        client.tag("kept", *image.split(":"))
        client.remove_image("kept")
    assert done.returncode == 3
    assert image in done.stderr.rpartition("barelab: ")[2]
    assert HOW in done.stderr
    second_seat.up()
    second_seat.down()


def at(engine: Second) -> dict[str, str]:
    return {"DOCKER_HOST": engine.host}
