"""Whatever a command does, the user gets one line and the promised exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

from barelab.cli import main
from barelab.support.errors import (
    AnswerIsNo,
    BarelabError,
    ContentError,
    CouldNotTell,
    EngineAway,
    UsageError,
)

Run = Callable[..., int]


def _raise(error: BaseException) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def _end(code: int) -> Callable[[], None]:
    return lambda: click.get_current_context().exit(code)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `barelab fake` with this for its callback, and return the exit code."""

    def run_fake(act: Callable[[], object], *arguments: str) -> int:
        module = ModuleType("barelab.cli.fake")
        module.__dict__["fake"] = click.Command("fake", callback=act)
        monkeypatch.setitem(sys.modules, "barelab.cli.fake", module)
        monkeypatch.setitem(main.COMMANDS, "fake", ("fake", "fake", "Pretend."))
        monkeypatch.setattr(sys, "argv", ["barelab", *(arguments or ("fake",))])
        return main.run()

    return run_fake


@pytest.mark.parametrize(
    ("act", "code", "said"),
    [
        (lambda: None, 0, ""),
        (_end(0), 0, ""),
        (_end(1), 1, ""),
        (_end(3), 3, ""),
        (_raise(AnswerIsNo("the lab differs")), 1, "barelab: the lab differs\n"),
        (_raise(UsageError("no lab 'x'")), 2, "barelab: no lab 'x'\n"),
        (_raise(ContentError(Path("a.yaml"), 3, "no")), 2, "barelab: a.yaml:3: no\n"),
        (_raise(BarelabError("something")), 3, "barelab: something\n"),
        (_raise(CouldNotTell("no answer")), 3, "barelab: no answer\n"),
        (_raise(EngineAway("no engine")), 3, "barelab: no engine\n"),
        (_raise(KeyboardInterrupt()), 130, ""),
        (_raise(click.Abort()), 130, ""),
        (_raise(BrokenPipeError(32, "Broken pipe")), 141, ""),
    ],
)
def test_exit_code_and_line(
    run: Run, capfd: pytest.CaptureFixture[str], act: Callable[[], None], code: int, said: str
) -> None:
    assert run(act) == code
    assert capfd.readouterr().err == said


def test_unexpected_error_is_one_line_that_asks_for_a_report(
    run: Run, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(_raise(ZeroDivisionError("by zero"))) == 3
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith("barelab: internal error: ZeroDivisionError: by zero")
    assert "--debug" in line
    assert "report" in line


@pytest.mark.parametrize("arguments", [("--debug", "fake"), ("fake", "--debug")])
@pytest.mark.parametrize(("error", "code"), [(AnswerIsNo("no"), 1), (ZeroDivisionError(), 3)])
def test_debug_adds_a_traceback_and_keeps_the_exit_code(
    run: Run,
    capfd: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    error: Exception,
    code: int,
) -> None:
    assert run(_raise(error), *arguments) == code
    assert "Traceback" in capfd.readouterr().err


@pytest.mark.parametrize("arguments", [("fake", "--nope"), ("--nope",), ("fake", "too", "many")])
def test_wrong_usage_is_exit_code_2(
    run: Run, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run(lambda: None, *arguments) == 2
    assert "Usage: barelab" in capfd.readouterr().err


def test_debug_after_two_dashes_belongs_to_the_node(
    run: Run, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(lambda: None, "fake", "--", "--debug") == 2
    assert "--debug" in capfd.readouterr().err


def test_unknown_command_is_told_the_nearest(run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(lambda: None, "stauts") == 2
    assert "did you mean 'status'?" in capfd.readouterr().err


# What a command prints, and how its failure then reaches the one place that catches errors.
PROGRAM = """
import sys, types, click
from barelab.backends.docker.client import engine_errors
from barelab.cli import main
from barelab.support import console

def answer():
    with engine_errors():
        console.say("x" * 100)

sys.modules["barelab.cli.fake"] = types.SimpleNamespace(fake=click.Command("fake", callback=answer))
main.COMMANDS["fake"] = ("fake", "fake", "Pretend.")
from barelab.__main__ import main as start
start()
"""
WITHOUT_ROOM = "barelab: the output cannot be written: No space left on device\n"
CALLS = [[], ["--version"], ["fake"], ["fake", "--help"]]


def _started(redirection: str, *arguments: str, stdout: int | None = None) -> tuple[int, str]:
    """Start the program with a shell's redirection; return its exit code and what it said."""
    done = subprocess.run(
        ["sh", "-c", f'"$@" {redirection}', "sh", sys.executable, "-c", PROGRAM, *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.fixture
def closed_pipe() -> Iterator[int]:
    """The writing end of a pipe whose reader is gone."""
    read, write = os.pipe()
    os.close(read)
    yield write
    os.close(write)


@pytest.mark.parametrize("arguments", CALLS, ids=" ".join)
def test_closed_pipe_ends_it_in_silence(arguments: list[str], closed_pipe: int) -> None:
    assert _started("", *arguments, stdout=closed_pipe) == (141, "")


def test_closed_pipe_for_an_error_ends_it_in_silence(closed_pipe: int) -> None:
    assert _started("2>&1", "nonsense", stdout=closed_pipe) == (141, "")


@pytest.mark.parametrize("arguments", CALLS, ids=" ".join)
def test_full_disk_is_told(arguments: list[str]) -> None:
    assert _started(">/dev/full", *arguments) == (3, WITHOUT_ROOM)


@pytest.mark.parametrize("arguments", CALLS, ids=" ".join)
def test_closed_output_is_told_before_anything_is_done(arguments: list[str]) -> None:
    told = "barelab: standard output is closed; to hear nothing, send it to /dev/null\n"
    assert _started(">&-", *arguments) == (2, told)


@pytest.mark.parametrize("closed", ["<&-", "2>&-", "<&- 2>&-"])
def test_closed_input_and_errors_are_no_failure(closed: str) -> None:
    assert _started(f"{closed} >/dev/null", "fake") == (0, "")


def test_error_that_nobody_hears_ends_in_silence() -> None:
    assert _started("2>/dev/full", "nonsense") == (3, "")
