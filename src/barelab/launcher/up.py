"""Bringing a seat up and resetting nodes: observe, decide, act, await readiness."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import closing, suppress

from barelab.backends.base import Backend, NodeRef, SeatRef, Snapshot
from barelab.launcher.act import maker, remover, rendering
from barelab.launcher.desire import Wish, desire
from barelab.launcher.down import take_down
from barelab.launcher.execute import Listener, execute
from barelab.launcher.front import Front
from barelab.launcher.ownership import owning
from barelab.launcher.plan import CreateNode, Plan, StartNode, outdated, plan_reset, plan_up
from barelab.launcher.preflight import preflight
from barelab.launcher.ready import wait_ready
from barelab.model.lab import Lab
from barelab.model.loading import load_role
from barelab.render.nodes import BASE
from barelab.support.errors import (
    BarelabError,
    CouldNotTell,
    Overtaken,
    PortTaken,
    SubnetTaken,
)

READY_S = 120.0
_ROUNDS = 8


class Launcher:
    """What changes seats on one backend. `listen` hears of every step, `say` of everything else."""

    def __init__(self, backend: Backend, listen: Listener, say: Callable[[str], None]) -> None:
        self._backend, self._listen, self._say = backend, listen, say

    def plan(self, lab: Lab, owner: SeatRef) -> Plan:
        """Return what `up` would do now."""
        return self._decide(lab, owner, set(), self._backend.observe())[1]

    def up(self, lab: Lab, owner: SeatRef, ready_s: float = READY_S) -> None:
        """Bring a seat up, or whole again, and return when its page answers with data.

        Raises:
            NoRoom: the machine has not what the lab needs; nothing was started.
            NotReady: it did not answer within `ready_s` seconds.
            BarelabError: a step failed; what was made stays, a further `up` goes on there.
        """
        with owning(owner, self._say):
            seen = preflight(self._backend, lab, owner)
            self._reach(lab, owner, ready_s, seen)

    def reset(
        self, lab: Lab, owner: SeatRef, nodes: Iterable[str], ready_s: float = READY_S
    ) -> None:
        """Make the named nodes anew, as they were when the seat was new."""
        with owning(owner, self._say):
            whole = {node.name for node in lab.visible()} <= {*nodes}
            if not (whole and self._backend.renew(owner)):
                seen = self._backend.observe(owner)
                execute(plan_reset(seen, nodes), remover(self._backend), self._listen)
            self._reach(lab, owner, ready_s, self._backend.observe())

    def down(self, owner: SeatRef) -> bool:
        """Remove everything that a seat owns; return whether there was anything."""
        return take_down(self._backend, owner, self._listen, self._say)

    def _reach(self, lab: Lab, owner: SeatRef, ready_s: float, seen: Snapshot) -> None:
        for _ in range(_ROUNDS):
            wish, made = self._settle(lab, owner, seen)
            front = Front(self._backend, lab, owner, wish.site, wish.secrets.authority_pem)
            with suppress(Overtaken), closing(front):
                wait_ready(self._backend, lab, owner, front, ready_s)
                if made:
                    self._backend.keep(owner)
                return
            seen = self._backend.observe()
        raise CouldNotTell(f"{owner}: somebody removes its nodes again and again")

    def _settle(self, lab: Lab, owner: SeatRef, seen: Snapshot) -> tuple[Wish, bool]:
        """Make what is missing; return what is wanted, and whether every node is new.

        `seen` is what exists.
        """
        refused: set[int] = set()
        begun: set[str] = set()
        for _ in range(_ROUNDS):
            wish, plan = self._decide(lab, owner, refused, seen)
            begun |= {step.node for step in plan if isinstance(step, CreateNode)}
            off = {step.node for step in plan if isinstance(step, StartNode)}
            notes = forgotten(lab, plan)
            try:
                self._forget(owner, [note for note in notes if note[0] not in off])
                self._make(plan, wish, owner)
                self._forget(owner, [note for note in notes if note[0] in off])
                return wish, begun >= {node.name for node in lab.nodes}
            except Overtaken:
                pass
            except PortTaken as error:
                _refuse_made_with(error, plan, owner)
                self._say(f"{error}; choosing another one")
                refused |= {error.port, *wish.site.ports.values()}
                self._take_back(wish, owner, begun, refused)
            except SubnetTaken as error:
                self._say(f"{error}; choosing another one")
            seen = self._backend.observe()
        raise CouldNotTell(f"{owner}: ports or subnets were taken again and again; try later")

    def _take_back(
        self, wish: Wish, owner: SeatRef, begun: set[str], refused: Collection[int]
    ) -> None:
        """Remove nodes that this `up` made with files that name a port which others have."""
        seen = self._backend.observe()
        other = desire(wish.lab, load_role(BASE), owner, seen, refused)
        stale = begun & misled(wish, other)
        execute(plan_reset(seen.of(owner), stale), remover(self._backend), self._listen)

    def _forget(self, owner: SeatRef, notes: Iterable[tuple[str, str]]) -> None:
        for node, command in notes:
            self._backend.run(NodeRef(owner, node), ("sh", "-c", command))

    def _make(self, plan: Plan, wish: Wish, owner: SeatRef) -> None:
        with rendering(wish, plan) as files:
            execute(
                plan,
                maker(self._backend, files, owner),
                self._listen,
                self._backend.of(owner).at_once,
                hasten=lambda: self._stop_builds(owner),
            )

    def _decide(
        self, lab: Lab, owner: SeatRef, refused: set[int], seen: Snapshot
    ) -> tuple[Wish, Plan]:
        late = self._backend.of(owner).late_probe
        wish = desire(lab, load_role(BASE), owner, seen, refused, late_probe=late)
        plan = plan_up(wish.desired, seen.of(owner))
        for name in outdated(wish.desired, seen.of(owner), plan):
            self._say(
                f"{name} was made from older files; "
                f"`barelab reset {name}{owner.option}` makes it anew"
            )
        return wish, plan

    def _stop_builds(self, owner: SeatRef) -> None:
        with suppress(BarelabError):  # an interruption goes on whatever the engine says
            for build in self._backend.observe(owner).builds:
                self._backend.remove_node(build.id)


def _refuse_made_with(error: PortTaken, plan: Plan, owner: SeatRef) -> None:
    """Return unless a port is taken that a node of the plan was made with: it has no other."""
    made = {step.node for step in plan if isinstance(step, CreateNode)}
    for step in plan:
        if isinstance(step, StartNode) and step.spec.published and step.node not in made:
            raise CouldNotTell(
                f"{error}, and {step.node} was made with it: end what listens there, or "
                f"`barelab reset {step.node}{owner.option}` makes the node anew with another"
            ) from error


def misled(wish: Wish, other: Wish) -> set[str]:
    """Return the nodes whose files are others in another wish for the same lab."""
    nodes = wish.lab.nodes
    return {n.name for n in nodes if wish.renderer.files(n) != other.renderer.files(n)}


def forgotten(lab: Lab, plan: Plan) -> list[tuple[str, str]]:
    """Return what nodes that stay must forget of those that will be made anew: node and command."""
    made = {step.node for step in plan if isinstance(step, CreateNode)}
    anew = {role for node in lab.nodes if node.name in made for role in node.roles}
    return [
        (node.name, role.forget)
        for node in lab.visible()
        for role in (lab.roles[name] for name in node.roles)
        if role.forget and node.name not in made and anew & {*role.needs}
    ]
