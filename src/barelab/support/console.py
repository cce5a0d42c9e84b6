"""What the user sees: answers on stdout, progress and notes on stderr. Colours respect NO_COLOR."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import IO, AnyStr

from barelab.support.errors import OutputLost, PipeClosed

_INDENT = " " * 6
_COLOURS = {"green": "32", "red": "31", "yellow": "33", "bold": "1", "dim": "2"}


def say(text: str = "") -> None:
    """Print one answer line on stdout."""
    send(sys.stdout, text + "\n")


def note(text: str) -> None:
    """Print one line beside the answer, on stderr."""
    send(sys.stderr, text + "\n")


def below(text: str) -> str:
    """Return a text as it stands below a line: indented, and on a terminal wrapped to its width."""
    import shutil
    import textwrap

    if not sys.stdout.isatty():
        return textwrap.indent(text, _INDENT)
    wrapper = textwrap.TextWrapper(
        max(shutil.get_terminal_size().columns, 2 * len(_INDENT)),
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(wrapper.fill(line) for line in text.splitlines())


def send(stream: IO[AnyStr], data: AnyStr) -> None:
    """Write to standard output or error at once; whoever calls does not take its failure for his.

    Raises:
        OutputLost: it cannot be written.
    """
    try:
        stream.write(data)
        stream.flush()
    except BrokenPipeError as error:
        raise PipeClosed from error
    except OSError as error:
        raise OutputLost(f"the output cannot be written: {error.strerror}") from error


def say_json(value: Mapping[str, object]) -> None:
    """Print an answer as JSON, with the schema's number first."""
    say(json.dumps({"schema": 1, **value}, indent=2))


def paint(text: str, colour: str, stream: object = None) -> str:
    """Return the text in a colour where the stream (or stdout) is a terminal that wants it."""
    target = stream or sys.stdout
    if os.environ.get("NO_COLOR") or not getattr(target, "isatty", lambda: False)():
        return text
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m"


def table(rows: Sequence[Sequence[str]], head: Sequence[str]) -> list[str]:
    """Return lines with aligned columns."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [head, *rows]
    ]


def confirm(question: str) -> bool | None:
    """Return the user's yes or no, or None where nobody can be asked."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
