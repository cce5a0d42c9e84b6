"""The documentation's pages as programs read them: fenced blocks, and the commands in them.

A block of the language `console` holds commands, each after `$ `, and below each what it printed;
`...` stands for lines left out. A block with `title="PATH"` holds a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CONSOLE = "console"
LEFT_OUT = "..."
_FENCE = re.compile(r"```(?P<language>\w*)(?: title=\"(?P<title>[^\"]+)\")?\s*")
_PROMPT = "$ "
# What differs from run to run and from seat to seat, the longest first.
_FIGURES = (
    (re.compile(r" --seat \S+| \(seat \S+?\)"), ""),
    (re.compile(r"\b[a-z2-7]{24}\b"), "PASSWORD"),
    (re.compile(r"\b[0-9a-f]{12,}\b"), "HASH"),
    (re.compile(r"\d+([.,:-]\d+)*"), "0"),
    (re.compile(r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "), "MONTH "),
    (re.compile(r"\s+"), " "),
)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; `line` is that of its fence."""

    language: str
    title: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A command of a page, and the lines below it."""

    line: int
    command: str
    shown: tuple[str, ...]


def blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    found: list[Block] = []
    opened: tuple[re.Match[str], int] | None = None
    lines: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if opened is None:
            if fence := _FENCE.fullmatch(line):
                opened, lines = (fence, number), []
        elif line == "```":
            fence, began = opened
            body = "".join(f"{each}\n" for each in lines)
            found.append(Block(fence["language"], fence["title"] or "", began, body))
            opened = None
        else:
            lines.append(line)
    return found


def calls(block: Block) -> list[Call]:
    """Return the commands of a console block with what is shown below each."""
    found: list[Call] = []
    for number, line in enumerate(block.text.splitlines(), start=block.line + 1):
        if line.startswith(_PROMPT):
            found.append(Call(number, line.removeprefix(_PROMPT), ()))
        elif found:
            last = found[-1]
            found[-1] = Call(last.line, last.command, (*last.shown, line))
    return found


def without_figures(line: str) -> str:
    """Return a line without what differs from run to run: numbers, hashes, passwords, seats."""
    for pattern, instead in _FIGURES:
        line = pattern.sub(instead, line)
    return line.strip()


def not_printed(shown: Iterable[str], printed: str) -> list[str]:
    """Return the lines that a page shows and the command did not print, figures aside."""
    found = {without_figures(line) for line in printed.splitlines()}
    return [
        line
        for line in shown
        if line.strip() and line != LEFT_OUT and without_figures(line) not in found
    ]


def pages(root: Path) -> list[Path]:
    """Return README and every page of docs/, sorted."""
    return [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
