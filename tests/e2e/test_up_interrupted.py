"""An `up` that is interrupted ends soon, says what there is by then, and how to go on."""

from __future__ import annotations

import signal

import pytest
from tools.content import Content
from tools.seat import Running, Seat, read_until

from barelab.support.wait import until

pytestmark = pytest.mark.e2e

END_S = 10.0
MOMENTS = {
    "at the networks": r"network public: creating",
    "at the nodes": r"db1: creating",
    "at a start": r"db1: starting",
    "waiting for the page": r"web1: started",
}


def ended(process: Running) -> str:
    """Return what else it said; it must end in time."""
    _, err = process.communicate(timeout=END_S)
    assert "Traceback" not in err
    return err


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP], ids=lambda n: n.name)
def test_a_signal_ends_it(seat: Seat, moment: str, number: signal.Signals) -> None:
    process = seat.start("up", seat.lab)
    read_until(process, moment)
    process.send_signal(number)
    told = ended(process)
    assert process.returncode == 130, told
    assert f"has {len(seat.things())} containers and networks" in told
    assert f"`barelab up simple --seat {seat.name}` goes on" in told
    assert f"`barelab down simple --seat {seat.name}` removes" in told
    seat.down()


def test_what_was_interrupted_goes_on(seat: Seat) -> None:
    process = seat.start("up", seat.lab)
    read_until(process, MOMENTS["at a start"])
    process.send_signal(signal.SIGINT)
    ended(process)
    seat.up()
    seat.down()


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_a_closed_pipe_ends_it(seat: Seat, moment: str) -> None:
    process = seat.start("up", seat.lab)
    read_until(process, moment)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    process.stderr.close()
    process.wait(timeout=60)
    assert process.returncode == 141
    seat.down()


def test_in_an_image_build_a_signal_ends_it_and_the_build(
    seat: Seat, content: Content, extra_role: str
) -> None:
    content.add_role(extra_role, seat.lab, "web1", "echo digging; sleep 600")
    seat.variables = {"BARELAB_CONTENT": str(content.root)}
    process = seat.start("up", seat.lab)
    read_until(process, f"image nginx-{extra_role}: building|nginx-{extra_role}: building")
    assert until(lambda: bool(seat.builds()), 60.0)
    process.send_signal(signal.SIGINT)
    assert "goes on" in ended(process)
    assert process.returncode == 130
    assert seat.builds() == []
    seat.down()
