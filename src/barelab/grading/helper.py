"""Our own program beside a node: one for a grading run, started at the first command."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from barelab.backends.base import Backend, NodeRef, Output, Stream
from barelab.support.errors import BarelabError, CouldNotTell, Gone
from barelab.support.patience import patient

_PROGRAM = Path(__file__).with_name("run_beside.py")
# From the end of a command's time until its answer must be here.
_GRACE_S = 5.0
_CAP_BYTES = 1 << 20


class Helper:
    """Runs commands beside one node, one after another; not to be shared by threads."""

    def __init__(self, backend: Backend, ref: NodeRef) -> None:
        self._backend, self._ref = backend, ref
        self._stream: Stream | None = None
        self._closed = False

    def run(self, command: Sequence[str], timeout_s: float) -> Output:
        """Run a command to its end, or until it has printed more than 1 MiB.

        A program that is gone, as it is after a reboot of the node, is started once more.

        Raises:
            CouldNotTell: it did not end within the time, or nothing can run there.
        """
        if self._stream is not None:
            try:
                return self._answer(self._stream, command, timeout_s)
            except Gone:
                self._drop()
        if self._closed:
            raise CouldNotTell(f"beside {self._ref.node}: the grading is over")
        self._stream = self._backend.beside(self._ref, _PROGRAM.read_text())
        return self._answer(self._stream, command, timeout_s)

    def close(self) -> None:
        """End the program, remove what it ran in, and start no other."""
        self._closed = True
        self._drop()

    def _drop(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            with suppress(BarelabError):  # the next `up` or `down` removes it
                stream.close()

    def _answer(self, stream: Stream, command: Sequence[str], timeout_s: float) -> Output:
        # Whoever in the node finds the program's output can write into it, but not this.
        nonce, within_s = secrets.token_hex(8), patient(timeout_s)
        asked = {"command": list(command), "timeout_s": within_s, "cap_bytes": _CAP_BYTES}
        line = json.dumps({**asked, "nonce": nonce}).encode()
        where = f"`{command[0]}` beside {self._ref.node}"
        try:
            said = json.loads(stream.ask(line, within_s + patient(_GRACE_S)))
            if said["nonce"] != nonce:
                raise ValueError
        except (ValueError, KeyError, TypeError):
            raise CouldNotTell(f"{where}: somebody else answers for it") from None
        if said.get("late"):
            raise CouldNotTell(f"{where} did not end within {within_s:g} s")
        if said.get("error"):
            raise CouldNotTell(f"{where} cannot run: {said['error']}")
        out, err = (base64.b64decode(said[name]) for name in ("stdout", "stderr"))
        return Output(int(said["exit_code"]), out, err, bool(said["cut"]))
