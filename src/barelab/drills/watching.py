"""Watching the databases: a program beside each node asks its server several times a second."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path

from barelab.backends.base import Backend, NodeRef, SeatRef, Stream
from barelab.drills.writers import Role, Sample
from barelab.model.lab import Lab
from barelab.support.errors import BarelabError
from barelab.support.wait import until

PORT_NAME = "postgres"
EVERY_S = 0.2
_PROGRAM = Path(__file__).with_name("watch_beside.py")
# A program beside a node starts within a second or two; a busy machine takes longer.
_ANSWER_S = 10.0
_AGAIN_S = 0.3
_ALWAYS_S = 24 * 3600.0


def databases(lab: Lab) -> tuple[str, ...]:
    """Return the nodes that have a database server, in the lab's order."""
    return tuple(
        node.name
        for node in lab.visible()
        if any(PORT_NAME in lab.roles[role].ports for role in node.roles)
    )


class Watch:
    """One database node as its own server tells of itself. A node that reboots is asked again."""

    def __init__(self, backend: Backend, ref: NodeRef) -> None:
        self._backend, self._ref = backend, ref
        self.samples: list[Sample] = []
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the program beside the node."""
        self._closing.set()
        self._thread.join(_ANSWER_S)

    def _work(self) -> None:
        while not self._closing.is_set():
            try:
                self._listen()
            except (BarelabError, ValueError, KeyError):
                self._closing.wait(_AGAIN_S)  # the node is off; what was not read is unknown

    def _listen(self) -> None:
        stream = self._backend.beside(self._ref, _PROGRAM.read_text())
        try:
            until(lambda: self._closing.is_set() or not self._ask(stream), _ALWAYS_S, EVERY_S)
        finally:
            stream.close()

    def _ask(self, stream: Stream) -> Sample:
        said = json.loads(stream.ask(b"{}", _ANSWER_S))
        sample = Sample(
            before=float(said["before"]),
            after=float(said["after"]),
            role=Role(said["state"]),
            age=float(said.get("age", 0.0)),
            followers=int(said.get("followers", 0)),
            following=bool(said.get("following")),
            why=str(said.get("why", "")),
        )
        self.samples.append(sample)
        return sample


class Watches:
    """All databases of a seat."""

    def __init__(self, backend: Backend, owner: SeatRef, lab: Lab) -> None:
        self._watches = {n: Watch(backend, NodeRef(owner, n)) for n in databases(lab)}

    def samples(self) -> Mapping[str, tuple[Sample, ...]]:
        """Return what was heard so far, by node."""
        return {node: tuple(watch.samples) for node, watch in self._watches.items()}

    def latest(self) -> Mapping[str, Sample | None]:
        """Return the last answer of each node."""
        return {n: w.samples[-1] if w.samples else None for n, w in self._watches.items()}

    def with_role(self, role: Role) -> str | None:
        """Return the first node whose server last said that it is this."""
        for node, watch in self._watches.items():
            if watch.samples and watch.samples[-1].role is role:
                return node
        return None

    def ready(self, timeout_s: float) -> bool:
        """Return whether every database has told what it is within the time."""
        told = (Role.PRIMARY, Role.REPLICA)
        return bool(
            until(
                lambda: all(
                    w.samples and w.samples[-1].role in told for w in self._watches.values()
                ),
                timeout_s,
            )
        )

    def close(self) -> None:
        """End all programs."""
        for watch in self._watches.values():
            watch.close()
