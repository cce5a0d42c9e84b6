"""From a lab and what exists to what is wanted: addresses, ports and images, nothing done yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network

from barelab.backends.base import NetworkSpec, NodeRef, NodeSpec, SeatRef, Snapshot
from barelab.launcher import images
from barelab.launcher.allocate import (
    addresses,
    free_ports,
    free_subnet,
    host_routes,
    pool,
)
from barelab.launcher.plan import Desired
from barelab.model.lab import Lab, Node
from barelab.model.role import Role
from barelab.render.file import File
from barelab.render.nodes import NodeRenderer, Site, memory_mib
from barelab.render.secrets import SeatSecrets, new_key
from barelab.support import machine

# Host ports that a first seat gets; a further seat gets the next free ones.
PORTS = {"http": 8080, "https": 8443}
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Wish:
    """A seat as it is wanted, and what renders its nodes' files."""

    lab: Lab
    desired: Desired
    renderer: NodeRenderer
    secrets: SeatSecrets
    site: Site

    def files(self, node: str) -> list[File]:
        """Return every file of a node, rendered now."""
        found = self.lab.node(node)
        return self.renderer.files(found) + self.renderer.secrets(found, self.secrets)


def desire(
    lab: Lab,
    base: Role,
    owner: SeatRef,
    seen: Snapshot,
    refused: Collection[int] = (),
    *,
    late_probe: bool = True,
) -> Wish:
    """Return what is wanted of a seat; what exists of it keeps its addresses, ports and key.

    `refused` are ports that turned out to be taken although they looked free.

    Raises:
        CouldNotTell: no subnet or no port is free.
    """
    own = seen.of(owner)
    key = own.key or new_key()
    subnets = _subnets(lab, own, seen)
    places = _addresses(lab, own, subnets)
    ports = _ports(lab, own, seen, refused)
    secrets = SeatSecrets(key, lab.name)
    subnet_texts = {name: str(subnet) for name, subnet in subnets.items()}
    names = [node.name for node in lab.visible()]
    site = Site(owner.seat, places, subnet_texts, ports, cache(lambda: secrets.host_keys(names)))
    hosts = {name: _preferred(place) for name, place in places.items() if name in _visible(lab)}
    networks = tuple(
        NetworkSpec(owner, network.name, subnets[network.name], network.internal, key, lab.options)
        for network in lab.networks
    )
    chains = {node.name: tuple(images.chain(lab, node, base)) for node in lab.nodes}
    nodes = tuple(
        NodeSpec(
            ref=NodeRef(owner, node.name),
            image=chains[node.name][-1].tag,
            spec=images.content_hash(lab, node, base, chains[node.name][-1].tag),
            systemd=all(lab.roles[role].systemd for role in node.roles),
            memory_bytes=memory_mib(lab, node) * _MIB,
            addresses=places[node.name],
            hosts={**hosts, **_site_hosts(lab, places)},
            published=_published(lab, node, ports),
            waits=node.hidden and late_probe,
        )
        for node in lab.nodes
    )
    return Wish(
        lab,
        Desired(networks, nodes, chains),
        NodeRenderer(lab, base, site),
        secrets,
        site,
    )


def _subnets(lab: Lab, own: Snapshot, seen: Snapshot) -> dict[str, IPv4Network]:
    found = {network.network: network.subnet for network in own.networks}
    taken = {**host_routes(), **seen.taken}
    for network in lab.networks:
        if network.name not in found:
            found[network.name] = free_subnet(taken, pool())
            taken[found[network.name]] = network.name
    return found


def _addresses(
    lab: Lab, own: Snapshot, subnets: Mapping[str, IPv4Network]
) -> dict[str, dict[str, str]]:
    kept = {node.ref.node: node.addresses for node in own.nodes}
    found: dict[str, dict[str, str]] = {node.name: {} for node in lab.nodes}
    for network in lab.networks:
        names = [node.name for node in lab.nodes if network.name in node.networks]
        known = {n: kept[n][network.name] for n in names if kept.get(n, {}).get(network.name)}
        for name, address in addresses(names, subnets[network.name], known).items():
            found[name][network.name] = address
    return found


def _ports(lab: Lab, own: Snapshot, seen: Snapshot, refused: Collection[int]) -> dict[str, int]:
    front = next((node for node in own.nodes if node.ref.node == lab.front), None)
    if front is not None and front.ports and not refused:
        return dict(front.ports)
    return free_ports(PORTS, {*seen.published, *refused}, machine.port_is_free)


def _published(lab: Lab, node: Node, ports: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    if node.name != lab.front:
        return {}
    inside = {name: port for role in node.roles for name, port in lab.roles[role].ports.items()}
    return {name: (inside[name], port) for name, port in ports.items() if name in inside}


def _site_hosts(lab: Lab, places: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    front = places[lab.front]
    return dict.fromkeys(lab.hosts, next(iter(front.values())))


def _preferred(place: Mapping[str, str]) -> str:
    return place.get("private") or next(iter(place.values()))


def _visible(lab: Lab) -> set[str]:
    return {node.name for node in lab.visible()}
