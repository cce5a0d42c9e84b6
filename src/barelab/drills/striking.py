"""The fault: struck and lifted from outside the node where it can be, and never left in force."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from barelab.backends.base import Backend, NodeRef, NodeState, Snapshot, Stream
from barelab.drills.writers import Span
from barelab.model.drill import Fault, FaultKind
from barelab.support.errors import BarelabError, CouldNotTell, Gone
from barelab.support.text import clean

_PROGRAM = Path(__file__).with_name("strike_beside.py")
_SIGNALS = {FaultKind.KILL: "SIGKILL", FaultKind.HANG: "SIGSTOP"}
# Kinds that stay in force until somebody lifts them.
LASTING = (FaultKind.HANG, FaultKind.OFF, FaultKind.PAUSE, FaultKind.CUT)
_BESIDE_S = 10.0
_SCRIPT_S = 60.0
_UNDO = "/run/drill-undo.sh"
_LEAVE_UNDO = f"cat >{_UNDO}; systemd-run --quiet --unit=drill-undo --on-active=%ds sh {_UNDO}"

_UNDO_NOW = f"systemctl stop drill-undo.timer; [ ! -e {_UNDO} ] || sh {_UNDO}; rm -f {_UNDO}"


class Striker:
    """Strikes one node once. `now` tells the time on the journal's clock."""

    def __init__(
        self,
        backend: Backend,
        ref: NodeRef,
        fault: Fault,
        addresses: Mapping[str, str],
        now: Callable[[], float],
        limit_s: float,
    ) -> None:
        self._backend, self.ref, self._fault = backend, ref, fault
        self._addresses, self._now, self._limit_s = addresses, now, limit_s
        self._stream: Stream | None = None
        self._lock = threading.Lock()
        self.in_force = False
        self.spans: list[Span] = []
        self._still_since: float | None = None

    def prepare(self) -> None:
        """Do all that takes time, so that the fault strikes at once.

        Raises:
            CouldNotTell: what is to be struck is not there.
        """
        if self._fault.prepare:
            self._shell("sh -eu", self._fault.prepare.encode())
        match self._fault.kind:
            case FaultKind.KILL | FaultKind.HANG:
                self._stream = self._backend.beside(self.ref, _PROGRAM.read_text())
                self._say(do="find", process=self._fault.process)
            case FaultKind.SCRIPT:
                # Undone by the node itself, in case nobody is there any more to do it.
                command = _LEAVE_UNDO % int(self._limit_s)
                self._shell(command, self._fault.undo.encode())

    def strike(self) -> float:
        """Strike, and return when."""
        backend, ref = self._backend, self.ref
        before = self._now()
        self.in_force = self._fault.kind in LASTING
        match self._fault.kind:
            case FaultKind.KILL | FaultKind.HANG:
                name = _SIGNALS[self._fault.kind]
                said = self._say(do="signal", process=self._fault.process, signal=name)
                before = float(said["before"])
            case FaultKind.OFF:
                backend.switch_off(ref)
            case FaultKind.PAUSE:
                backend.pause_node(ref)
            case FaultKind.CUT:
                for network in self._addresses:
                    backend.cut(ref, network)
            case FaultKind.SCRIPT:
                self._shell("sh -eu", self._fault.strike.encode())
        if self._fault.kind in (FaultKind.OFF, FaultKind.PAUSE, FaultKind.CUT):
            self._still_since = self._now()
        return before

    def lift(self) -> float | None:
        """End the fault and return when; None where it was not in force any more."""
        with self._lock:
            if not self.in_force:
                return None
            self._end_still()
            lifted = self._lift()
            self.in_force = False
            return self._now() if lifted else None

    def switch_on(self) -> None:
        """Give the node power again, as its operator does."""
        with self._lock:
            self._end_still()
            self._backend.start_node(self.ref, ())
            if self._fault.kind is FaultKind.OFF:
                self.in_force = False

    def was_ended(self, seen: Snapshot) -> bool:
        """Return whether somebody else has ended the fault, by the engine's word."""
        node = next((n for n in seen.nodes if n.ref == self.ref), None)
        if node is None or self._fault.kind is FaultKind.HANG:
            return False
        on = node.state is NodeState.RUNNING and set(self._addresses) <= set(node.addresses)
        if on:
            with self._lock:
                self._end_still()
                self.in_force = False
        return on

    def roll_back(self) -> None:
        """Undo a script; what else was done is lifted or mends itself."""
        self.lift()
        if self._fault.kind is FaultKind.SCRIPT:
            self._shell(_UNDO_NOW, b"")

    def still(self) -> Mapping[str, tuple[Span, ...]]:
        """Return when the node surely did nothing for anybody, by the engine's word."""
        open_ = [] if self._still_since is None else [Span(self._still_since, float("inf"))]
        return {self.ref.node: (*self.spans, *open_)}

    def close(self) -> None:
        """End what is beside the node; whatever it stopped goes on."""
        if self._stream is not None:
            with suppress(BarelabError):
                self._stream.close()
            self._stream = None

    def _lift(self) -> bool:
        match self._fault.kind:
            case FaultKind.HANG:
                return self._resume()
            case FaultKind.OFF:
                self._backend.start_node(self.ref, ())
            case FaultKind.PAUSE:
                self._backend.resume_node(self.ref)
            case FaultKind.CUT:
                for network, address in self._addresses.items():
                    self._backend.join(self.ref, network, address)
        return True

    def _resume(self) -> bool:
        """Let what hangs go on; false where it is no more, but was killed or rebooted."""
        with suppress(Gone):
            return bool(self._say(do="resume")["there"])
        # Somebody's `up` removed our program, or the node was rebooted.
        with suppress(BarelabError):
            self._stream = self._backend.beside(self.ref, _PROGRAM.read_text())
            return bool(self._say(do="wake", process=self._fault.process)["there"])
        return False

    def _end_still(self) -> None:
        if self._still_since is not None:
            self.spans.append(Span(self._still_since, self._now()))
            self._still_since = None

    def _say(self, **asked: str) -> dict[str, Any]:
        assert self._stream is not None
        said: dict[str, Any] = json.loads(self._stream.ask(json.dumps(asked).encode(), _BESIDE_S))
        if "error" in said:
            raise CouldNotTell(f"{self.ref.node}: {said['error']}")
        return said

    def _shell(self, command: str, stdin: bytes) -> None:
        said = self._backend.run(self.ref, ("sh", "-c", command), stdin=stdin, timeout_s=_SCRIPT_S)
        if said.exit_code:
            told = clean(said.stderr.decode(errors="replace"))[-300:].strip()
            raise CouldNotTell(f"{self.ref.node}: the fault's script failed: {told}")
