"""testinfra over our own backends: its commands go through Backend.run, no process each."""

from __future__ import annotations

from typing import Any

from testinfra.backend.base import BaseBackend, CommandResult
from testinfra.host import Host

from barelab.backends.base import Backend, NodeRef
from barelab.support.errors import CouldNotTell


class BarelabBackend(BaseBackend):  # type: ignore[misc]  # testinfra has no types
    """One node for testinfra."""

    NAME = "barelab"

    def __init__(self, backend: Backend, ref: NodeRef) -> None:
        super().__init__(ref.node)
        self._backend, self._ref = backend, ref
        self._encoding = "utf-8"  # our nodes' locale; testinfra would run a Python to find out

    def run(self, command: str, *args: str, **kwargs: Any) -> CommandResult:
        """Run a shell command in the node.

        Raises:
            CouldNotTell: it did not end in time, or printed too much.
        """
        line = self.get_command(command, *args)
        output = self._backend.run(self._ref, ["/bin/sh", "-c", line])
        if output.cut:
            raise CouldNotTell(f"{self._ref.node}: `{line[:60]}` printed more than can be read")
        return self.result(output.exit_code, line.encode(), output.stdout, output.stderr)

    def decode(self, data: bytes) -> str:
        """Return bytes as text, whatever they are."""
        return data.decode(errors="replace")


def host(backend: Backend, ref: NodeRef) -> Host:
    """Return a node as testinfra's host."""
    return Host(BarelabBackend(backend, ref))
