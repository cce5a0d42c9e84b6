"""`python -m barelab.bench.plain_testinfra EXERCISE SEAT`: its checks as plain testinfra runs them.

One after the other, and each question and command a `docker exec` of its own.
"""

from __future__ import annotations

import base64
import shlex
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any, cast

import testinfra

from barelab.backends.base import Backend, NodeRef, Output, SeatRef
from barelab.backends.opening import open_backend
from barelab.grading.access import Access
from barelab.grading.checks import load_checks
from barelab.grading.runner import run_checks
from barelab.model.loading import lab_for, load_exercise


class _Plain:
    """A backend whose commands and questions go through testinfra's own Docker backend."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._ids = {node.ref: node.id for node in backend.observe().nodes}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    @cache  # noqa: B019 - lives as long as the process
    def _host(self, ref: NodeRef) -> Any:
        return testinfra.get_host(f"docker://{self._ids[ref]}")

    def run(self, ref: NodeRef, command: Sequence[str], *, stdin: bytes = b"", **_: Any) -> Output:
        text = base64.b64encode(stdin).decode()
        said = self._host(ref).run(f"echo {text} | base64 -d | {shlex.join(command)}")
        return Output(said.rc, said.stdout_bytes, said.stderr_bytes)

    def stream(self, ref: NodeRef, command: Sequence[str]) -> _Asking:
        return _Asking(self, ref, command)


class _Asking:
    """A program that is started for each question."""

    def __init__(self, plain: _Plain, ref: NodeRef, command: Sequence[str]) -> None:
        self._plain, self._ref, self._command = plain, ref, command

    def ask(self, line: bytes, timeout_s: float) -> bytes:
        return self._plain.run(self._ref, self._command, stdin=line + b"\n").stdout

    def close(self) -> None: ...


def main(name: str, seat: str) -> int:
    """Run the checks of an exercise; return the exit code of their verdict."""
    exercise = load_exercise(name)
    backend = cast(Backend, _Plain(open_backend()))
    owner = SeatRef(exercise.lab, seat)
    with Access(lab_for(exercise), owner, backend) as access:
        checks = load_checks(exercise.path / "checks.py")
        verdicts = [run_checks([check], access).verdict for check in checks]
    return max(verdict.exit_code for verdict in verdicts)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
