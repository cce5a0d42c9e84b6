"""What to do, decided from what is wanted and what exists: pure, and tested with plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from barelab.backends.base import (
    BuildSeen,
    ImageSpec,
    NetworkSeen,
    NetworkSpec,
    NodeSeen,
    NodeSpec,
    NodeState,
    Snapshot,
)


@dataclass(frozen=True, slots=True)
class Desired:
    """A seat as it is wanted. `images` holds each node's chain, the bare root's child first."""

    networks: tuple[NetworkSpec, ...]
    nodes: tuple[NodeSpec, ...]
    images: Mapping[str, tuple[ImageSpec, ...]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One step. `after` names the steps that must be done before; `node` is whom it shows under."""

    key: str
    cause: str
    node: str
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildImage(Operation):
    """Build the image of a role."""

    spec: ImageSpec = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class CreateNetwork(Operation):
    """Make a network."""

    spec: NetworkSpec = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class CreateNode(Operation):
    """Make a node with its files."""

    spec: NodeSpec = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class StartNode(Operation):
    """Start a node."""

    spec: NodeSpec = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class ResumeNode(Operation):
    """Let a paused node go on."""

    spec: NodeSpec = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class JoinNetwork(Operation):
    """Connect a node with a network again."""

    spec: NodeSpec = field(kw_only=True)
    network: str = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Remove(Operation):
    """Remove a node, a network or what a killed build left."""

    thing: NodeSeen | NetworkSeen | BuildSeen = field(kw_only=True)


Plan = tuple[Operation, ...]
# Steps after which a node is the same one as before.
_KEEPING = (StartNode, ResumeNode, JoinNetwork)


def plan_up(desired: Desired, seen: Snapshot) -> Plan:
    """Return the steps from what the seat owns to what is wanted; none where both are the same."""
    steps: list[Operation] = [_remove(build, "left by a killed build") for build in seen.builds]
    existing = {found.network for found in seen.networks}
    for network in desired.networks:
        if network.network not in existing:
            cause = f"network {network.network} is missing"
            steps.append(CreateNetwork(f"network {network.network}", cause, "", spec=network))
    made = {step.key for step in steps}
    nodes = {node.ref.node: node for node in seen.nodes}
    wanted = {spec.ref.node for spec in desired.nodes}
    leaving = [_remove(n, "not in the lab") for n in seen.nodes if n.ref.node not in wanted]
    steps += leaving
    # Nodes with more memory have more to load: they begin first, and the others boot meanwhile.
    for spec in sorted(desired.nodes, key=lambda spec: spec.memory_bytes, reverse=True):
        gone = [n for n in spec.addresses if f"network {n}" in made]
        steps += _node_steps(spec, nodes.get(spec.ref.node), gone, leaving, desired, seen.images)
    return _once(steps)


def outdated(desired: Desired, seen: Snapshot, plan: Plan) -> list[str]:
    """Return the nodes that the plan keeps although they would be made differently today.

    They are kept because what a learner did lives in them.
    """
    touched = {step.node for step in plan if not isinstance(step, _KEEPING)}
    wanted = {spec.ref.node: spec.spec for spec in desired.nodes}
    kept = [node for node in seen.nodes if node.ref.node not in touched]
    return [n.ref.node for n in kept if wanted.get(n.ref.node, n.spec) != n.spec]


def plan_down(seen: Snapshot) -> Plan:
    """Return the steps that remove everything in the snapshot; an empty one removes nothing."""
    things: tuple[NodeSeen | BuildSeen, ...] = (*seen.nodes, *seen.builds)
    nodes = [_remove(thing, "going down") for thing in things]
    keys = tuple(step.key for step in nodes)
    return (*nodes, *(_remove(network, "going down", keys) for network in seen.networks))


def plan_reset(seen: Snapshot, names: Iterable[str]) -> Plan:
    """Return the steps that remove the named nodes, so that `plan_up` makes them anew."""
    chosen = set(names)
    return tuple(_remove(n, "reset") for n in seen.nodes if n.ref.node in chosen)


def _node_steps(
    spec: NodeSpec,
    node: NodeSeen | None,
    gone: list[str],
    leaving: Sequence[Operation],
    desired: Desired,
    images: frozenset[str],
) -> list[Operation]:
    name = spec.ref.node
    if node is not None and node.state is not NodeState.MADE and not gone:
        return _mending_steps(spec, node)
    steps: list[Operation] = []
    cause = f"{name} is missing"
    if node is not None:
        cause = f"the network {gone[0]} of {name} is gone" if gone else f"{name} is half-made"
        steps.append(_remove(node, cause))
    builds = _builds(desired.images[name], images)
    # Its address and ports may be those of a node that leaves.
    after = (
        *(step.key for step in (*steps, *builds, *leaving)),
        *(f"network {n}" for n in gone),
    )
    steps += builds
    steps.append(CreateNode(f"create {name}", cause, name, after, spec=spec))
    if spec.waits:
        return steps
    return [*steps, StartNode(f"start {name}", cause, name, (f"create {name}",), spec=spec)]


def _mending_steps(spec: NodeSpec, node: NodeSeen) -> list[Operation]:
    """Return what brings a sound node back into the lab: cables, the switch, going on."""
    name, state = spec.ref.node, f"{spec.ref.node} is {node.state.value}"
    off = [n for n in spec.addresses if n not in node.addresses]
    joins: list[Operation] = [
        JoinNetwork(f"join {name} {n}", f"{name} is cut off from {n}", name, spec=spec, network=n)
        for n in off
    ]
    match node.state:
        case NodeState.PAUSED:
            return [ResumeNode(f"resume {name}", state, name, spec=spec), *joins]
        case NodeState.RUNNING:
            return joins
        case _ if spec.waits:
            return joins
    after = tuple(step.key for step in joins)
    return [*joins, StartNode(f"start {name}", state, name, after, spec=spec)]


def _builds(chain: tuple[ImageSpec, ...], present: frozenset[str]) -> list[Operation]:
    if chain[-1].tag in present:
        return []
    missing = [image for image in chain if image.tag not in present]
    keys = {image.tag: f"image {image.role}" for image in missing}
    return [
        BuildImage(
            keys[image.tag],
            f"image {image.tag} is missing",
            image.role,
            (keys[image.parent],) if image.parent in keys else (),
            spec=image,
        )
        for image in missing
    ]


def _remove(
    thing: NodeSeen | NetworkSeen | BuildSeen, cause: str, after: tuple[str, ...] = ()
) -> Remove:
    if isinstance(thing, NodeSeen):
        return Remove(f"remove {thing.ref.node}", cause, thing.ref.node, after, thing=thing)
    if isinstance(thing, NetworkSeen):
        return Remove(f"remove network {thing.network}", cause, "", after, thing=thing)
    return Remove(f"remove build {thing.id[:12]}", cause, "", after, thing=thing)


def _once(steps: Iterable[Operation]) -> Plan:
    return tuple({step.key: step for step in steps}.values())
