"""`barelab --help` is a file, and that file says what click would say."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from barelab.cli import main

_HELP = Path(main.__file__).with_name("help.txt")
_START = [sys.executable, "-P", str(_HELP.parent.parent / "__main__.py")]
_HEAVY = {"click", "cryptography", "docker", "jinja2", "pytest", "rich", "testinfra", "yaml"}


def _loaded_after(statement: str) -> set[str]:
    program = f"{statement}\nimport sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    started = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=_plain()
    )
    return set(started.stdout.splitlines()[-1].split())


def _imported(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        capture_output=True,
        text=True,
        check=True,
        env=_plain(),
    )
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


def _plain(**more: str) -> dict[str, str]:
    """An environment without coverage, which loads modules of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_")}
    return {**kept, "PYTHONPATH": str(_HELP.parents[2]), **more}


def test_shipped_help_is_what_click_makes() -> None:
    made = main.help_text()
    assert _HELP.read_text() == made, "write it anew with: ./barelab dev help-text"


@pytest.mark.parametrize("arguments", [[], ["-h"], ["--help"]])
def test_help_is_printed_with_exit_code_0(arguments: list[str]) -> None:
    done = subprocess.run(
        [*_START, *arguments], capture_output=True, text=True, check=False, env=_plain()
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, _HELP.read_text(), "")


def test_help_loads_nothing_that_a_bare_python_does_not() -> None:
    assert _imported(*_START[1:], "--help") - _imported("-c", "pass") <= {"__future__"}


def test_table_of_commands_loads_none_of_them() -> None:
    loaded = _loaded_after("import barelab.cli.main")
    assert loaded & _HEAVY == {"click"}


@pytest.mark.parametrize("name", main.COMMANDS)
def test_every_command_of_the_table_exists(name: str) -> None:
    module, attribute, _ = main.COMMANDS[name]
    command = getattr(importlib.import_module(f"barelab.cli.{module}"), attribute)
    assert command.name == name


def test_completion_offers_commands_rather_than_the_help() -> None:
    asked = _plain(_BARELAB_COMPLETE="bash_complete", COMP_WORDS="barelab st", COMP_CWORD="1")
    done = subprocess.run(_START, capture_output=True, text=True, check=True, env=asked)
    assert done.stdout.split() == ["plain,status"]


def test_completion_after_an_unknown_command_is_silent() -> None:
    asked = _plain(
        _BARELAB_COMPLETE="bash_complete", COMP_WORDS="barelab nonsense x", COMP_CWORD="2"
    )
    done = subprocess.run(_START, capture_output=True, text=True, check=False, env=asked)
    assert (done.stderr, done.stdout.strip()) == ("", "")
