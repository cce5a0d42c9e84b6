"""Whenever `up` or `down` is killed, the next `up` gets ready, and `down` leaves nothing."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from typing import TypeVar

import pytest
from tools.content import Content
from tools.labs import LABS
from tools.seat import Seat, kill

from barelab.model.loading import load_lab
from barelab.support.wait import until

T = TypeVar("T")
pytestmark = pytest.mark.e2e

MOMENTS = 24
SEED = 4
# Seats that are tried at the same time: much of an `up` is waiting.
AT_ONCE = 2


def both(steps: list[str]) -> list[str]:
    return [f"{when} {step}" for step in steps for when in ("before", "after")]


def side_by_side(work: Callable[[Seat, T], None], shares: list[tuple[Seat, T]]) -> None:
    with ThreadPoolExecutor(len(shares)) as pool:
        for done in [pool.submit(work, *share) for share in shares]:
            done.result()


def killed_at(seat: Seat, failpoint: str, *words: str) -> None:
    done = seat.run(*words, BARELAB_FAILPOINT=failpoint)
    assert done.returncode == -signal.SIGKILL, f"{failpoint}: {done.returncode} {done.stderr}"


@pytest.mark.parametrize("lab", LABS)
def test_at_every_failpoint(new_seat: Callable[[str], Seat], lab: str) -> None:
    seats = [new_seat(lab) for _ in range(AT_ONCE)]
    pairs = [*zip_longest(*failpoints(seats[0]))]
    side_by_side(survive_each, [(seat, pairs[n::AT_ONCE]) for n, seat in enumerate(seats)])


def failpoints(seat: Seat) -> tuple[list[str], list[str]]:
    """Return the failpoints of `up` and of `down`."""
    wanted = seat.steps()
    # Two networks, each node made and started, and the probe made.
    assert len(wanted) == 2 + 2 * len(load_lab(seat.lab).visible()) + 1
    removed = [
        f"remove {step}" if step.startswith("network") else f"remove {step.split()[1]}"
        for step in wanted
        if not step.startswith("start")
    ]
    return both(wanted), both(removed)


def survive_each(seat: Seat, pairs: list[tuple[str, str | None]]) -> None:
    for of_up, of_down in pairs:
        killed_at(seat, of_up, "up", seat.lab)
        seat.up()
        if of_down is not None:
            killed_at(seat, of_down, "down", seat.lab)
        seat.down()


def test_in_an_image_build(seat: Seat, content: Content, extra_role: str) -> None:
    seat.variables = {"BARELAB_CONTENT": str(content.root)}
    content.add_role(extra_role, seat.lab, "web1", "sleep 600")
    process = seat.start("up", seat.lab)
    assert until(lambda: bool(seat.builds()), 60.0)
    kill(process)
    (build,) = seat.builds()
    assert build in [row["id"] for row in seat.census()]
    content.replace(f"images/{extra_role}/install.sh", "sleep 600", "true")
    assert f"remove build {build[:12]}" in seat.steps()
    for failpoint in both([f"image nginx-{extra_role}"]):
        killed_at(seat, failpoint, "up", seat.lab)
    seat.up()
    seat.down()


def killed_after(seat: Seat, delay_s: float, *words: str) -> None:
    process = seat.start(*words)
    until(lambda: process.poll() is not None, delay_s, every_s=0.01)
    kill(process)


@pytest.mark.parametrize("lab", LABS)
def test_at_random_moments(new_seat: Callable[[str], Seat], lab: str) -> None:
    side_by_side(survive_any, [(new_seat(lab), SEED + number) for number in range(AT_ONCE)])


def survive_any(seat: Seat, seed: int) -> None:
    begun = time.monotonic()
    seat.up()
    up_s, begun = time.monotonic() - begun, time.monotonic()
    seat.must("down", seat.lab)
    down_s = time.monotonic() - begun
    draw = random.Random(seed)
    for number in range(MOMENTS // 2 // AT_ONCE):
        killed_after(seat, draw.uniform(0, up_s), "up", seat.lab)
        if number % 2:
            seat.up()
        killed_after(seat, draw.uniform(0, down_s), "down", seat.lab)
        if number % 3 == 0:
            seat.up()
        seat.down()
