"""What a drill has the database count beside payments: how many things are not as they must be."""

from __future__ import annotations

import math

from barelab.backends.base import Backend, NodeRef, SeatRef
from barelab.grading.databases import PSQL
from barelab.support.errors import BarelabError

_EVERY_S = 2.0
_ANSWER_S = 10.0
_DATABASE = "app"


class Wrongs:
    """Asks the drill's question. `since` is when there was nothing wrong any more, None before."""

    def __init__(self, backend: Backend, owner: SeatRef, question: str) -> None:
        self._backend, self._owner, self._question = backend, owner, question
        self._asked = -math.inf
        self.since: float | None = None

    def look(self, node: str | None, now: float) -> None:
        """Ask a node, unless that was done a moment ago; `now` is of the journal's clock."""
        if now - self._asked < _EVERY_S:
            return
        self._asked = now
        if self.count(node) != 0:
            self.since = None
        elif self.since is None:
            self.since = now

    def count(self, node: str | None) -> int | None:
        """Return how many things are wrong, by a node's database; None where it does not say."""
        if node is None:
            return None
        command = (*PSQL, _DATABASE, "-c", self._question)
        try:
            said = self._backend.run(NodeRef(self._owner, node), command, timeout_s=_ANSWER_S)
        except BarelabError:
            return None
        text = said.stdout.decode(errors="replace").strip()
        return int(text) if said.exit_code == 0 and text.isdigit() else None
