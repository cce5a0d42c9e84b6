"""No line is lost while the log server is away, nor when the sender loses its power meanwhile."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable

import pytest
from tools.content import Content
from tools.seat import Seat

from barelab.model.loading import load_lab
from barelab.support.wait import until

# Three minutes of it; `verify production` has a shorter outage in every run.
pytestmark = [pytest.mark.e2e, pytest.mark.nightly]

LAB = "logged"
NODE = "  log1: {role: log, networks: [private]}\n"
# Longer than a sender waits before it tries again.
ARRIVED_S = 60.0
RATE = 200


@pytest.fixture
def logged(new_seat: Callable[..., Seat], content: Content) -> Seat:
    """A seat of the lab `simple` with a log server, up."""
    simple = (content.root / "labs/simple.yaml").read_text()
    assert not load_lab("simple").with_role("log")
    content.write(f"labs/{LAB}.yaml", simple.replace("\nnodes:\n", f"\nnodes:\n{NODE}"))
    seat = new_seat(LAB, BARELAB_CONTENT=str(content.root))
    seat.up(limit_s=600)
    return seat


def test_no_line_is_lost_while_the_log_server_is_away(logged: Seat) -> None:
    word = secrets.token_hex(8)
    stream(logged, word, 20 * RATE)
    time.sleep(2)
    at(logged, "log1", "systemctl kill --signal=KILL rsyslog")
    time.sleep(2)
    at(logged, "log1", "systemctl stop rsyslog")
    time.sleep(2)
    power_cut(logged, "web1")
    stream(logged, word, 5 * RATE, begin=10**6)
    at(logged, "web1", "systemctl restart rsyslog")
    time.sleep(6)
    at(logged, "log1", "systemctl start rsyslog")
    sent = {row.split()[-1] for row in at(logged, "web1", f"journalctl -o cat --grep={word}")}
    assert len(sent) > 6 * RATE

    def missing() -> set[str]:
        return sent - set(kept(logged, word))

    assert until(lambda: not missing(), ARRIVED_S, every_s=1), missing()
    found = kept(logged, word)
    assert len(found) == len(set(found)), "a line is shown twice"


def stream(seat: Seat, word: str, count: int, begin: int = 0) -> None:
    """Have numbered lines logged on web1 while we go on."""
    program = (
        "import time\n"
        f"for number in range({begin}, {begin + count}):\n"
        f"    print('{word}', number, flush=True)\n"
        f"    time.sleep({1 / RATE})"
    )
    seat.must("exec", "web1", "--", "sudo", "systemd-run", "--quiet", "python3", "-c", program)


def at(seat: Seat, node: str, command: str) -> list[str]:
    """Return the lines with a number at their end that a command prints in a node."""
    lines = seat.must("exec", node, "--", "sudo", "sh", "-c", command).stdout.splitlines()
    return [line for line in lines if line.split()[-1:] and line.split()[-1].isdigit()]


def kept(seat: Seat, word: str) -> list[str]:
    """Return the numbers of the lines that the log server has."""
    search = ("--all", "--grep", f": {word} [0-9]+$", "-n", "100000", "--json")
    told = seat.must("logs", *search, "--seat", seat.name).stdout
    return [line["message"].split()[-1] for line in json.loads(told)["lines"]]


def power_cut(seat: Seat, node: str) -> None:
    """End all processes of a node at once, and bring it back."""
    (id_,) = (id_ for name, id_ in seat.things().items() if name.endswith(f".{node}"))
    seat.engine.kill(id_)
    seat.up()
