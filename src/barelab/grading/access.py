"""The ways into one seat that all checks of a run share: probe programs, engine, secrets."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext

from barelab.backends.base import Backend, NodeRef, NodeSeen, NodeState, Output, SeatRef
from barelab.grading.helper import Helper
from barelab.grading.pool import Closing, Pool
from barelab.launcher.probe import Probe
from barelab.model.lab import Lab
from barelab.support.errors import CouldNotTell

# Each takes some 20 MB of the probe's 64; more would not be faster on two cores either.
PROBES = 2
# Beside each node; more than two checks hardly ever ask the same one at the same time.
HELPERS = 2
AT_ONCE = 8
# Longer than any command takes on a busy machine; a check's own time is longer.
BESIDE_S = 20.0


class Access:
    """One seat as a grading run reaches it; as a context manager it ends its programs there.

    The run holds `turn` while it has nodes boot or asks all there is to ask. Seats that are graded
    side by side share one, so that these do not take each other's time.
    """

    def __init__(
        self,
        lab: Lab,
        owner: SeatRef,
        backend: Backend,
        turn: AbstractContextManager[object] | None = None,
    ) -> None:
        self.lab, self.owner, self.backend = lab, owner, backend
        self.turn = turn or nullcontext()
        self._probes: Pool[Probe] = Pool(PROBES)
        self._helpers: dict[str, Pool[Helper]] = {n.name: Pool(HELPERS) for n in lab.nodes}

    def __enter__(self) -> Access:
        return self

    def __exit__(self, *_: object) -> None:
        pools: list[Closing] = [self._probes, *self._helpers.values()]
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(lambda pool: pool.close(), pools))

    def probe(self) -> AbstractContextManager[Probe]:
        """Lend a probe program that nobody else uses meanwhile; a broken one is not used again."""
        return self._probes.lend(lambda: Probe(self.backend, self.owner))

    def beside(self, node: str, command: Sequence[str], timeout_s: float = BESIDE_S) -> Output:
        """Run a command of the probe's image in a node's process and network namespaces.

        Raises:
            CouldNotTell: it did not end within the time, or nothing can run there.
        """
        ref = self.ref(node)
        with self._helpers[node].lend(lambda: Helper(self.backend, ref)) as helper:
            return helper.run(command, timeout_s)

    def ref(self, node: str) -> NodeRef:
        """Return the reference of a node of this seat."""
        return NodeRef(self.owner, self.lab.node(node).name)

    def look(self) -> Mapping[str, NodeSeen]:
        """Return the seat's nodes by name as the engine knows them now.

        Raises:
            CouldNotTell: the seat has no nodes.
        """
        seen = {node.ref.node: node for node in self.backend.observe(self.owner).nodes}
        if not seen:
            raise CouldNotTell(
                f"{self.owner} is not up; run `barelab up {self.owner.lab}{self.owner.option}`"
            )
        return seen

    @functools.cached_property
    def addresses(self) -> Mapping[str, Mapping[str, str]]:
        """The nodes' addresses by network; fixed for the life of a seat."""
        return {name: node.addresses for name, node in self.look().items()}

    @functools.cached_property
    def created_at(self) -> Mapping[str, str]:
        """When each node was made, as the engine tells it."""
        return {name: node.created_at for name, node in self.look().items()}

    @functools.cached_property
    def published(self) -> Mapping[str, int]:
        """The front node's ports on the host by name, such as `https`."""
        return self.look()[self.lab.front].ports

    def secret(self, file: str) -> str:
        """Return the seat's password that its nodes keep in a file of this name.

        Raises:
            KeyError: no role of the lab has such a password.
        """
        from barelab.render.secrets import SeatSecrets

        secrets = [secret for role in self.lab.roles.values() for secret in role.secrets]
        names = [s.name for s in secrets if s.kind == "password" and s.path.endswith(f"/{file}")]
        if not names:
            raise KeyError(f"no role of {self.lab.name} has a password in a file '{file}'")
        key = self.backend.observe(self.owner).key
        if not key:
            raise CouldNotTell(
                f"{self.owner} has lost its networks; "
                f"run `barelab up {self.lab.name}{self.owner.option}`"
            )
        return SeatSecrets(key, self.lab.name).password(names[0])

    def refuse_unless_running(self) -> None:
        """Return when every node of the seat runs; the probe does when it is asked.

        Raises:
            CouldNotTell: one does not; the message says which, and what to do.
        """
        seen = self.look()
        for node in self.lab.visible():
            state = seen[node.name].state.value if node.name in seen else "missing"
            if state != NodeState.RUNNING.value:
                raise CouldNotTell(
                    f"{node.name} is {state}; run `barelab up {self.lab.name}{self.owner.option}`"
                )
