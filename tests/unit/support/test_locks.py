"""One holder at a time, whoever dies; nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from barelab.support import locks

PATIENCE_S = 20.0
_HOLD = (
    "import sys\n"
    "from barelab.support.locks import hold\n"
    "with hold('seat', lambda _: None):\n"
    "    print('held', flush=True)\n"
    "    sys.stdin.read()\n"
)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Locks of this test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "barelab" / "locks"


@pytest.fixture
def holder() -> Iterator[subprocess.Popen[str]]:
    """Another process, which holds the lock `seat` until its input ends."""
    source = str(Path(locks.__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": source},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def refuse(holder: str) -> None:
    pytest.fail(f"nobody holds it, and yet {holder} was waited for")


def test_lock_is_held_for_the_body_and_leaves_no_file(state: Path) -> None:
    with locks.hold("seat", refuse):
        assert locks.existing() == [state / "seat.lock"]
        assert (state / "seat.lock").read_text() == str(os.getpid())
    assert locks.existing() == []


def test_lock_is_freed_by_an_error() -> None:
    with pytest.raises(ValueError, match="body"), locks.hold("seat", refuse):
        raise ValueError("body")
    assert locks.existing() == []


def test_other_names_are_other_locks() -> None:
    with locks.hold("seat", refuse), locks.hold("image", refuse):
        assert len(locks.existing()) == 2


def test_second_waits_is_told_who_holds_it_and_goes_on(holder: subprocess.Popen[str]) -> None:
    told: list[str] = []

    def let_go(pid: str) -> None:
        told.append(pid)
        assert holder.stdin is not None
        holder.stdin.close()

    with locks.hold("seat", let_go, PATIENCE_S):
        assert told == [str(holder.pid)]


def test_killed_holder_blocks_nobody(holder: subprocess.Popen[str], state: Path) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait(PATIENCE_S)
    assert locks.existing() == [state / "seat.lock"]
    with locks.hold("seat", refuse):
        pass
    assert locks.existing() == []


def test_wait_has_an_end_that_names_the_holder(holder: subprocess.Popen[str]) -> None:
    with (
        pytest.raises(TimeoutError, match=f"held by process {holder.pid}"),
        locks.hold("seat", lambda _: None, timeout_s=0.0),
    ):
        pytest.fail("it is held by another process")


def test_clear_takes_what_the_dead_left_and_nothing_else(holder: subprocess.Popen[str]) -> None:
    locks.clear("seat")
    assert len(locks.existing()) == 1
    holder.kill()
    holder.wait(PATIENCE_S)
    locks.clear("seat")
    locks.clear("never-there")
    assert locks.existing() == []


def test_many_at_once_are_never_two_inside() -> None:
    inside = threading.Lock()
    done: list[int] = []

    def work(number: int) -> None:
        with locks.hold("seat", lambda _: None, PATIENCE_S):
            assert inside.acquire(blocking=False), "two hold it"
            done.append(number)
            inside.release()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert sorted(done) == list(range(8))
    assert locks.existing() == []
