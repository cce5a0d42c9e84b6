"""One snapshot of everything that is ours on an engine, or of one seat, by label."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from barelab.backends.base import (
    BuildSeen,
    NetworkSeen,
    NodeRef,
    NodeSeen,
    NodeState,
    SeatRef,
    Snapshot,
)
from barelab.backends.docker import labels
from barelab.backends.docker.client import translated

if TYPE_CHECKING:
    from docker import APIClient

_STATES = {
    "running": NodeState.RUNNING,
    "restarting": NodeState.RUNNING,
    "paused": NodeState.PAUSED,
    # Of no more use than a half-made one: its removal is under way, or broke off.
    "removing": NodeState.MADE,
    "dead": NodeState.MADE,
}
PUBLISHED = "barelab.published."


@translated
def observe(client: APIClient) -> Snapshot:
    """Return what exists now. Changes nothing."""
    with ThreadPoolExecutor(3) as pool:
        containers = pool.submit(client.containers, all=True)
        networks = pool.submit(client.networks)
        images = pool.submit(client.images, filters={"label": labels.IMAGE})
    seen = _ours(client, containers.result(), networks.result())
    return replace(
        seen,
        images=frozenset(tag for image in images.result() for tag in image.get("RepoTags") or ()),
        taken=_taken(networks.result()),
        published=frozenset(_published(containers.result(), seen.nodes)),
    )


@translated
def of_seat(client: APIClient, owner: SeatRef) -> Snapshot:
    """Return what a seat owns now. Changes nothing."""
    own = {"label": [f"{key}={value}" for key, value in labels.of_seat(owner).items()]}
    with ThreadPoolExecutor(2) as pool:
        networks = pool.submit(client.networks, filters=own)
        containers = client.containers(all=True, filters=own)
    return _ours(client, containers, networks.result())


def _ours(
    client: APIClient, containers: Iterable[dict[str, Any]], networks: Iterable[dict[str, Any]]
) -> Snapshot:
    ours = [c["Id"] for c in containers if labels.owner_of(c.get("Labels"))]
    with ThreadPoolExecutor(8) as pool:
        details = [d for d in pool.map(lambda id_: _inspect(client, id_), ours) if d]
    nodes = filter(None, (_node(detail) for detail in details))
    return Snapshot(
        networks=tuple(filter(None, (_network(n) for n in networks))),
        nodes=tuple(sorted(nodes, key=lambda node: node.ref)),
        builds=tuple(filter(None, (_build(detail) for detail in details))),
        images=frozenset(),
        taken={},
        published=frozenset(),
    )


def _published(containers: Iterable[dict[str, Any]], nodes: Iterable[NodeSeen]) -> Iterator[int]:
    for container in containers:
        yield from (p["PublicPort"] for p in container.get("Ports") or () if p.get("PublicPort"))
    # The engine tells none of a node that is off, which wants its own again when it is on.
    for node in nodes:
        yield from node.ports.values()


def memory_in_use(client: APIClient, container: str) -> int:
    """Return what `docker stats` shows, in bytes; the names are of cgroup v1, then of v2."""
    found = client.stats(container, stream=False, one_shot=True)["memory_stats"]
    files = found["stats"].get("total_inactive_file", found["stats"].get("inactive_file", 0))
    return int(found["usage"]) - int(files)


def killed_for_memory(client: APIClient, container: str) -> int:
    """Return how many events of a container out of memory are among the engine's last 256."""
    asked = {"event": "oom", "container": container}
    return sum(1 for _ in client.events(since=0, until=int(time.time()), filters=asked))


def _inspect(client: APIClient, id_: str) -> dict[str, Any] | None:
    from docker.errors import NotFound

    try:
        return dict(client.inspect_container(id_))
    except NotFound:
        return None


def _node(raw: dict[str, Any]) -> NodeSeen | None:
    marks, state = raw["Config"]["Labels"], raw["State"]
    owner, name = labels.owner_of(marks), marks.get(labels.NODE)
    if owner is None or not name:
        return None
    ref = NodeRef(owner, name)
    return NodeSeen(
        ref=ref,
        id=raw["Id"],
        state=_state(raw, ref),
        spec=marks.get(labels.SPEC, ""),
        addresses=_addresses(raw),
        ports={name: int(port) for name, port in _below(PUBLISHED, marks).items()},
        created_at=raw["Created"],
        started_at=state["StartedAt"],
        pid=int(state["Pid"]),
        restarts=int(raw.get("RestartCount") or 0),
        out_of_memory=bool(state.get("OOMKilled")),
    )


def _state(raw: dict[str, Any], ref: NodeRef) -> NodeState:
    state = raw["State"]
    if not state["StartedAt"].startswith("0001"):
        return _STATES.get(state["Status"], NodeState.STOPPED)
    whole = raw["Config"]["Labels"].get(labels.WAITS) and raw["Name"] == f"/{labels.node_name(ref)}"
    return NodeState.WAITING if whole and state["Status"] == "created" else NodeState.MADE


def _below(prefix: str, marks: Mapping[str, str]) -> dict[str, str]:
    return {
        key.removeprefix(prefix): value for key, value in marks.items() if key.startswith(prefix)
    }


def _addresses(raw: dict[str, Any]) -> dict[str, str]:
    found = {}
    for network, endpoint in raw["NetworkSettings"]["Networks"].items():
        fixed = (endpoint.get("IPAMConfig") or {}).get("IPv4Address") or endpoint.get("IPAddress")
        found[network.rpartition(".")[2]] = fixed or ""
    return found


def _network(raw: dict[str, Any]) -> NetworkSeen | None:
    marks = raw.get("Labels") or {}
    owner, name, subnets = labels.owner_of(marks), marks.get(labels.NETWORK), _subnets(raw)
    if owner is None or not name or not subnets:
        return None
    return NetworkSeen(
        owner,
        name,
        raw["Id"],
        subnets[0],
        marks.get(labels.KEY, ""),
        _below(labels.OPTION, marks),
    )


def _build(raw: dict[str, Any]) -> BuildSeen | None:
    marks = raw["Config"]["Labels"]
    owner = labels.owner_of(marks)
    return BuildSeen(owner, raw["Id"]) if owner and marks.get(labels.BUILD) else None


def _taken(networks: list[dict[str, Any]]) -> dict[IPv4Network, str]:
    return {subnet: f"network {raw['Name']}" for raw in networks for subnet in _subnets(raw)}


def _subnets(raw: dict[str, Any]) -> list[IPv4Network]:
    configured = (raw.get("IPAM") or {}).get("Config") or ()
    return [IPv4Network(c["Subnet"]) for c in configured if ":" not in c.get("Subnet", ":")]
