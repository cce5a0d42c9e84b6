"""Who repairs: the reference runbook, step by step, or a person, whose commands are read later."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from barelab.backends.base import Backend, NodeRef, SeatRef
from barelab.exercises.scripts import LEARNER
from barelab.model.drill import Moment, Step
from barelab.support.errors import BarelabError
from barelab.support.text import clean

_SHOWN = 400
_JOURNAL = ("journalctl", "-t", "sudo", "-o", "json", "--no-pager")


@dataclass(frozen=True, slots=True)
class Command:
    """What an operator did, on the journal's clock; `code` is None where it is not known."""

    begun: float
    ended: float | None
    node: str
    text: str
    code: int | None
    said: str = ""


class Runbook:
    """Does the steps of the runbook when they are due, one after another."""

    def __init__(
        self,
        backend: Backend,
        owner: SeatRef,
        steps: Sequence[Step],
        nodes: Callable[[str], str],
        switch_on: Callable[[str], None],
        now: Callable[[], float],
    ) -> None:
        self._backend, self._owner, self._steps = backend, owner, steps
        self._nodes, self._switch_on, self._now = nodes, switch_on, now
        self._threads: list[threading.Thread] = []
        self.commands: list[Command] = []

    def due(self, moment: Moment) -> None:
        """Begin the steps of a moment; those of an earlier one end first."""
        steps = [step for step in self._steps if step.when is moment]
        if steps:
            before = tuple(self._threads)
            thread = threading.Thread(target=self._do, args=(steps, before), daemon=True)
            self._threads.append(thread)
            thread.start()

    @property
    def busy(self) -> bool:
        """Whether a step is under way."""
        return any(thread.is_alive() for thread in self._threads)

    def _do(self, steps: Sequence[Step], before: Sequence[threading.Thread]) -> None:
        for thread in before:
            thread.join()
        for step in steps:
            self._step(step)

    def _step(self, step: Step) -> None:
        node, begun = self._nodes(step.node), self._now()
        text = "power on" if step.power else step.run
        try:
            if step.power:
                self._switch_on(node)
                code, said = 0, ""
            else:
                output = self._backend.run(
                    NodeRef(self._owner, node),
                    ("sh", "-eu"),
                    user=LEARNER,
                    stdin=f"{step.run}\n".encode(),
                    timeout_s=step.within_s,
                )
                code = output.exit_code
                said = clean((output.stderr + output.stdout).decode(errors="replace"))
        except BarelabError as error:
            code, said = -1, str(error)
        self.commands.append(Command(begun, self._now(), node, text, code, said[-_SHOWN:].strip()))


def commands_by_hand(
    backend: Backend, owner: SeatRef, nodes: Iterable[str], begun: float
) -> list[Command]:
    """Return what was done with sudo on the nodes since `begun`, as their journals tell it.

    All nodes and the probe have one kernel, and so one monotonic clock.
    """
    found = []
    for node in nodes:
        try:
            said = backend.run(NodeRef(owner, node), _JOURNAL)
        except BarelabError:
            continue  # it is off: what was done there is lost with its memory
        found += [c for line in said.text.splitlines() if (c := _by_hand(node, line))]
    return sorted((c for c in found if c.begun >= begun), key=lambda command: command.begun)


def _by_hand(node: str, line: str) -> Command | None:
    try:
        entry: Mapping[str, str] = json.loads(line)
        who, _, command = entry["MESSAGE"].partition("COMMAND=")
        at = int(entry["__MONOTONIC_TIMESTAMP"]) / 1e6
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return Command(at, None, node, clean(command), None) if command and who else None
