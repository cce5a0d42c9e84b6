"""The number by which a command can be ended comes before its own output, and only once."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

import pytest

from barelab.backends.docker.passing import LIKE_A_SHELL, FirstLine


@pytest.mark.parametrize(
    ("parts", "group", "rest"),
    [
        ([b"57\n"], 57, b""),
        ([b"57\n", b"58\n", b"no such unit\n"], 57, b"58\nno such unit\n"),
        ([b"57\nno such", b" unit\n"], 57, b"no such unit\n"),
        ([b"5", b"7", b"\nno"], 57, b"no"),
        ([b"sh: cannot fork\n", b"57\n"], None, b"sh: cannot fork\n57\n"),
        ([b"-1\n"], None, b"-1\n"),
        ([b"0\n"], None, b"0\n"),
        ([b"1\n"], None, b"1\n"),
        ([b"\n"], None, b"\n"),
        ([b"9999999999\n"], None, b"9999999999\n"),
    ],
)
def test_first_line_is_taken_where_it_is_the_number_of_a_group(
    parts: Sequence[bytes], group: int | None, rest: bytes
) -> None:
    first = FirstLine()
    assert b"".join(first.rest(part) for part in parts) == rest
    assert first.group == group


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        (["sh", "-c", "exit 7"], 7, ""),
        (["printf", "%s", "a b", "*"], 0, ""),
        (["nosuchcommand"], 127, "nosuchcommand: not found"),
        (["/"], 126, "/: Permission denied"),
    ],
)
def test_command_ends_as_in_a_shell(command: list[str], code: int, told: str) -> None:
    done = subprocess.run([*LIKE_A_SHELL, *command], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert done.stderr.rstrip().endswith(told)
    assert done.stdout == ("a b*" if command[0] == "printf" else "")
