"""Two backends seen as one: each seat is on one of them, and commands need not be told which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from barelab.backends.base import Backend, NetworkSpec, NodeRef, NodeSpec, SeatRef, Snapshot


def joined(containers: Backend, machines: Backend) -> Backend:
    """Return what hands each call to the backend that the seat or thing in question is on."""
    return cast(Backend, _Joined(containers, machines))


class _Joined:
    """What a seat has decides; one that has nothing yet gets containers."""

    def __init__(self, containers: Backend, machines: Backend) -> None:
        self.name = containers.name
        self._containers, self._machines = containers, machines
        self._on_machines: frozenset[SeatRef] | None = None

    def observe(self, owner: SeatRef | None = None) -> Snapshot:
        """Return one snapshot of both."""
        first, second = self._containers.observe(owner), self._machines.observe(owner)
        if owner is None:
            self._on_machines = frozenset(second.owners())
        elif self._on_machines is not None:
            self._on_machines |= frozenset(second.owners())
        return Snapshot(
            first.networks + second.networks,
            first.nodes + second.nodes,
            first.builds + second.builds,
            first.images,
            {**first.taken, **second.taken},
            first.published | second.published,
        )

    def of(self, owner: SeatRef) -> Backend:
        """Return the backend that a seat is on."""
        if self._on_machines is None:
            self._on_machines = frozenset(self._machines.observe().owners())
        return self._machines if owner in self._on_machines else self._containers

    def __getattr__(self, call: str) -> Callable[..., Any]:
        def handed_on(first: object = None, *rest: Any, **more: Any) -> Any:
            words = rest if first is None else (first, *rest)
            return getattr(self._for(first), call)(*words, **more)

        return handed_on

    def _for(self, thing: object) -> Backend:
        match thing:
            case SeatRef():
                return self.of(thing)
            case NodeRef(owner):
                return self.of(owner)
            case NodeSpec():
                return self.of(thing.ref.owner)
            case NetworkSpec():
                return self.of(thing.owner)
            case str():  # an id: a container's is one hexadecimal number
                return self._containers if thing.isalnum() else self._machines
        return self._containers
