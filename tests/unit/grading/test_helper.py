"""Commands beside a node are told apart: ended, late, too long, gone, answered by somebody else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from barelab.backends.base import NodeRef, SeatRef
from barelab.grading import run_beside
from barelab.grading.helper import Helper
from barelab.grading.pool import Pool
from barelab.support.errors import CouldNotTell, Gone

REF = NodeRef(SeatRef("tiny", "default"), "web1")
PYTHON = (sys.executable, "-c")


class Here:
    """A backend whose programs beside a node run here. `ask` may stand before the answer."""

    def __init__(self) -> None:
        self.streams: list[Here.Stream] = []
        self.ask: Callable[[dict[str, Any]], dict[str, Any]] | None = None

    class Stream:
        def __init__(self, here: Here, program: str) -> None:
            self._here = here
            # As a module its lines are counted.
            assert program == Path(run_beside.__file__).read_text()
            self.process = subprocess.Popen(
                [sys.executable, "-u", "-m", run_beside.__name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )

        def ask(self, line: bytes, timeout_s: float) -> bytes:
            if self._here.ask:
                return json.dumps(self._here.ask(json.loads(line))).encode()
            assert self.process.stdin and self.process.stdout
            try:
                self.process.stdin.write(line + b"\n")
                self.process.stdin.flush()
            except (BrokenPipeError, ValueError):  # ValueError: closed by ourselves
                raise Gone("it is gone") from None
            if not (answer := self.process.stdout.readline()):
                raise Gone("it ended")
            return answer

        def close(self) -> None:
            self.process.communicate()

    def beside(self, _ref: NodeRef, program: str) -> Stream:
        self.streams.append(self.Stream(self, program))
        return self.streams[-1]


@pytest.fixture
def here() -> Iterator[Here]:
    made = Here()
    yield made
    for stream in made.streams:
        stream.close()


@pytest.fixture
def helper(here: Here) -> Helper:
    return Helper(here, REF)  # type: ignore[arg-type]


def test_commands_share_one_program(helper: Helper, here: Here) -> None:
    script = "import sys; print(7); print('no', file=sys.stderr); sys.exit(3)"
    said = helper.run([*PYTHON, script], 10.0)
    assert (said.exit_code, said.text, said.stderr, said.cut) == (3, "7", b"no\n", False)
    assert helper.run(["cat", "/proc/self/stat"], 10.0).text.split()[1] == "(cat)"
    assert len(here.streams) == 1


def test_a_python_program_runs_as_if_it_had_been_started(helper: Helper, here: Here) -> None:
    script = """
import json, os, sys
print(json.dumps([sys.argv, sys.stdin.read(), __name__, os.getsid(0) == os.getpid()]))
{}
"""

    def said(last: str) -> tuple[int, bytes]:
        ended = helper.run(["python3", "-I", "-c", script.format(last), "a", "b c"], 10.0)
        assert json.loads(ended.text) == [["-c", "a", "b c"], "", "__main__", True]
        return ended.exit_code, ended.stderr

    assert said("") == (0, b"")
    assert said("sys.exit(3)") == (3, b"")
    assert said("sys.exit('no')") == (1, b"no\n")
    code, told = said("raise LookupError(7)")
    assert (code, told.splitlines()[-1]) == (1, b"LookupError: 7")
    assert len(here.streams) == 1


def test_a_python_program_that_takes_too_long_is_ended(helper: Helper) -> None:
    with pytest.raises(CouldNotTell, match=r"did not end within 0\.2 s"):
        helper.run(["python3", "-I", "-c", "import time; time.sleep(60)"], 0.2)
    assert helper.run(["python3", "-I", "-c", "this is none"], 10.0).exit_code == 1
    assert helper.run(["python3", "-I", "-c", "print(1 << 9)"], 10.0).text == "512"


def test_what_takes_too_long_is_ended_with_all_that_it_started(
    helper: Helper, tmp_path: Path
) -> None:
    alive = tmp_path / "alive"
    script = f"(sleep 0.6; touch {alive}) & sleep 60"
    with pytest.raises(CouldNotTell, match=r"`sh` beside web1 did not end within 0\.2 s"):
        helper.run(["sh", "-c", script], 0.2)
    assert helper.run(["sh", "-c", "sleep 0.8; echo still here"], 10.0).text == "still here"
    assert not alive.exists()


def test_endless_output_is_cut(helper: Helper) -> None:
    said = helper.run(["yes"], 10.0)
    assert said.cut
    assert len(said.stdout) == 1 << 20


def test_what_is_not_there_cannot_run(helper: Helper) -> None:
    with pytest.raises(CouldNotTell, match=r"cannot run.*no-such-program"):
        helper.run(["no-such-program"], 10.0)


def test_a_program_that_is_gone_is_started_once_more(helper: Helper, here: Here) -> None:
    assert helper.run(["true"], 10.0).exit_code == 0
    here.streams[0].close()
    assert helper.run(["true"], 10.0).exit_code == 0
    assert len(here.streams) == 2


def test_an_answer_of_somebody_else_is_none(helper: Helper, here: Here) -> None:
    forged = {"exit_code": 0, "stdout": "", "stderr": "", "cut": False}
    for answer in (forged, {**forged, "nonce": "guessed"}):
        here.ask = lambda _asked, answer=answer: answer  # type: ignore[misc]
        with pytest.raises(CouldNotTell, match="somebody else answers"):
            helper.run(["true"], 10.0)


def test_after_the_grading_none_is_started(here: Here) -> None:
    pool: Pool[Helper] = Pool(2)
    with pool.lend(lambda: Helper(here, REF)) as helper:  # type: ignore[arg-type]
        helper.run(["true"], 10.0)
        pool.close()
        with pytest.raises(CouldNotTell, match="the grading is over"):
            helper.run(["true"], 10.0)
    assert len(here.streams) == 1
    assert here.streams[0].process.poll() is not None
