"""Processes are stopped, continued, killed; none stays stopped when whoever asked is gone."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from barelab.drills import strike_beside
from barelab.support.wait import until

PATIENCE_S = 10.0


class Striker:
    """The program, on this machine."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", strike_beside.__name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, **words: str) -> dict[str, object]:
        """Return its answer."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(words).encode() + b"\n")
        self.process.stdin.flush()
        told: dict[str, object] = json.loads(self.process.stdout.readline())
        return told

    def end(self) -> None:
        """End its input, as whoever asks does by going away."""
        self.process.communicate(timeout=PATIENCE_S)


@pytest.fixture
def striker() -> Iterator[Striker]:
    made = Striker()
    yield made
    made.end()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server with a child of the same name, as Nginx and PostgreSQL have them."""
    # At most 15 letters, and new: where nobody reaps, the last test's is still there.
    program = tmp_path / f"bl-{secrets.token_hex(5)}"
    shutil.copy(shutil.which("sh") or "/bin/sh", program)
    words = [str(program), "-c", f'exec 3<&0; "{program}" -c "read x" <&3 & read y']
    with subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True) as process:
        assert until(lambda: len(children(process.pid)) == 1, PATIENCE_S)
        yield process
        process.kill()
        assert process.stdin
        process.stdin.close()


def name(server: subprocess.Popen[bytes]) -> str:
    """Return the name of a server's processes."""
    assert isinstance(server.args, list)
    return Path(str(server.args[0])).name


def children(pid: int) -> list[int]:
    return [each for each, (_, parent) in strike_beside.table().items() if parent == pid]


def states(process: subprocess.Popen[bytes]) -> str:
    """Return the kernel's letter for the server and its child."""
    return "".join(map(state, (process.pid, *children(process.pid))))


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_the_first_of_a_server_is_found(striker: Striker, server: subprocess.Popen[bytes]) -> None:
    assert striker.ask(do="find", process=name(server)) == {"pids": [server.pid]}
    assert striker.ask(do="find", process="bl-nobody") == {"error": "no process bl-nobody runs"}


def test_it_is_stopped_with_all_below_it_and_continued(
    striker: Striker, server: subprocess.Popen[bytes]
) -> None:
    pids = [server.pid, *children(server.pid)]
    assert striker.ask(do="send", process=name(server), signal="SIGSTOP")["pids"] == pids
    assert until(lambda: states(server) == "TT", PATIENCE_S)
    assert striker.ask(do="resume") == {"there": 2}
    assert until(lambda: states(server) == "SS", PATIENCE_S)


def test_what_somebody_else_stopped_is_woken(
    striker: Striker, server: subprocess.Popen[bytes]
) -> None:
    other = Striker()
    other.ask(do="send", process=name(server), signal="SIGSTOP")
    other.process.kill()
    other.end()
    assert until(lambda: states(server) == "TT", PATIENCE_S)
    assert striker.ask(do="wake", process=name(server)) == {"there": 2}
    assert until(lambda: states(server) == "SS", PATIENCE_S)


def test_nothing_stays_stopped_when_whoever_asked_is_gone(
    server: subprocess.Popen[bytes],
) -> None:
    striker = Striker()
    striker.ask(do="send", process=name(server), signal="SIGSTOP")
    assert until(lambda: states(server) == "TT", PATIENCE_S)
    striker.end()
    assert until(lambda: states(server) == "SS", PATIENCE_S)


def test_the_first_alone_is_killed(striker: Striker, server: subprocess.Popen[bytes]) -> None:
    [child] = children(server.pid)
    told = striker.ask(do="send", process=name(server), signal="SIGKILL")
    assert told["pids"] == [server.pid]
    assert server.wait(PATIENCE_S) == -9
    assert state(child) == "S"
