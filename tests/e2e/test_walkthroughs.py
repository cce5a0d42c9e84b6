"""The pages that one follows step by step can be followed: their commands print what they show."""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import click
import pytest

from barelab.cli.main import barelab
from barelab.dev.pages import CONSOLE, Block, blocks, calls, not_printed

pytestmark = pytest.mark.e2e

CLONE = Path(__file__).resolve().parents[2]
CONTENT = ("app", "checker", "exercises", "images", "labs")
LAST_CODE = "echo $?"


@dataclass
class Reader:
    """Follows a page, in a copy of the content, with a seat and progress of its own."""

    folder: Path
    seat: str
    code: int = 0

    def follow(self, block: Block) -> None:
        """Write the block's file, or type its commands: each ends with 0, or `echo $?` follows."""
        if block.title:
            path = self.folder / block.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)
            return
        typed = calls(block) if block.language == CONSOLE else []
        for call, then in zip_longest(typed, typed[1:]):
            where = f"line {call.line}: {call.command}"
            if call.command == LAST_CODE:
                assert call.shown == (str(self.code),), f"{where}: {self.code}"
                continue
            printed = self.run(call.command)
            asked = then is not None and then.command == LAST_CODE
            assert asked or self.code == 0, f"{where}: exit code {self.code}\n{printed}"
            missing = not_printed(call.shown, printed)
            assert not missing, f"{where}: not printed {missing}\n{printed}"

    def run(self, command: str) -> str:
        words = shlex.split(command)
        if words[0] == "barelab":
            words = [str(CLONE / "barelab"), *self.with_seat(words[1:])]
        else:
            words = ["sh", "-c", command]
        done = subprocess.run(
            words,
            cwd=self.folder,
            env={**os.environ, **self.environment()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
            check=False,
        )
        self.code = done.returncode
        return done.stdout.replace(f"{self.folder}/", "")

    def environment(self) -> dict[str, str]:
        return {
            "BARELAB_CONTENT": str(self.folder),
            "XDG_DATA_HOME": str(self.folder / ".data"),
        }

    def with_seat(self, words: list[str]) -> list[str]:
        """Return a command line with this reader's seat, where its command takes one."""
        command: click.Command = barelab
        depth = 0
        context = click.Context(barelab)
        while isinstance(command, click.Group):
            found = command.get_command(context, words[depth])
            assert found is not None, words
            command, depth = found, depth + 1
        takes = any(param.name == "seat" for param in command.params)
        return [*words[:depth], *(["--seat", self.seat] if takes else []), *words[depth:]]


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    for name in CONTENT:
        ignored = shutil.ignore_patterns(".*", "__pycache__")
        shutil.copytree(CLONE / name, tmp_path / name, ignore=ignored)
    made = Reader(tmp_path, f"walk-{secrets.token_hex(3)}")
    yield made
    made.run("barelab down")


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("first-hour", marks=pytest.mark.always),
        "add-an-exercise",
        "add-a-role",
        "add-a-lab",
        "cost",
    ],
)
def test_a_page_can_be_followed(page: str, reader: Reader) -> None:
    for block in blocks((CLONE / "docs" / f"{page}.md").read_text()):
        reader.follow(block)
