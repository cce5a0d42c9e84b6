"""Evidence: what a check passes with. Its types let only answers from outside the nodes in."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from barelab.backends.base import NodeSeen, Output
from barelab.grading.answers import Asked
from barelab.launcher.probe import Answer


class Told(dict[str, Any]):
    """What the probe answered to a question that is not HTTP."""


class Content(bytes):
    """A file of a node, fetched by the engine."""


class Changes(tuple[str, ...]):
    """The paths in which a node's files differ from its image's, as the engine tells them."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a program of our own image saw in a node's process and network namespaces."""

    output: Output

    @property
    def text(self) -> str:
        """The standard output as text, without the last newline."""
        return self.output.text


# Best first. What a command in the node printed (`Output`, testinfra's results) is none of them.
Outside = Asked | Answer | Told | NodeSeen | Content | Changes | Beside


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a check passes: the text for the learner, and the answers that it stands on."""

    text: str
    answers: tuple[Outside, ...]


def evidence(text: str, *answers: Outside) -> Evidence:
    """Return what a check passes with: a text, and at least one answer from outside the nodes."""
    return Evidence(text, answers)


class Grounds:
    """The outside answers that one running check was given. Closed once its time is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given: list[Outside] = []
        self._closed = False

    def refuse_late(self) -> None:
        """Return while the check may ask.

        Raises:
            TimeoutError: its time is over.
        """
        with self._lock:
            if self._closed:
                raise TimeoutError("the check's time is over")

    def note(self, answer: Outside) -> None:
        """Note an answer that came in time. Raises TimeoutError where it did not."""
        self.refuse_late()
        with self._lock:
            self._given.append(answer)

    def close(self) -> None:
        """Let no more answers count."""
        with self._lock:
            self._closed = True

    def gave(self, answers: Iterable[object]) -> bool:
        """Return whether at least one of the answers was really given, not made by the check."""
        with self._lock:
            return any(answer is given for answer in answers for given in self._given)
