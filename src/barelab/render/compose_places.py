"""Where the nodes of a compose file are: default addresses and ports, which a variable moves."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple

from barelab.model.lab import Lab, Node
from barelab.render.nodes import Site

NET = "10.88"
HTTP, HTTPS = 8080, 8443
SEAT = "compose"
_PREFIX = 25
_FIRST_NODE = 2


class ComposeNetwork(NamedTuple):
    """A network with its subnet, as compose.yaml writes it."""

    name: str
    internal: bool
    subnet: str


def variable(name: str, default: str) -> str:
    """Return how compose.yaml writes a variable of ours with its default."""
    return f"${{BARELAB_{name}:-{default}}}"


class Places:
    """The default addresses and ports of a lab's visible nodes."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        subnets = IPv4Network(f"{NET}.0.0/16").subnets(new_prefix=_PREFIX)
        self._subnets = {network.name: next(subnets) for network in lab.networks}
        self.addresses = {node.name: dict(self._addresses(node)) for node in lab.visible()}

    def _addresses(self, node: Node) -> list[tuple[str, str]]:
        found = []
        for network, subnet in self._subnets.items():
            if network in node.networks:
                members = [n.name for n in self._lab.visible() if network in n.networks]
                number = _FIRST_NODE + members.index(node.name)
                found.append((network, str(IPv4Address(int(subnet.network_address) + number))))
        return found

    def site(self) -> Site:
        """Return what the rendering of nodes asks for."""
        subnets = {name: str(subnet) for name, subnet in self._subnets.items()}
        # Keys do not exist yet: start.sh writes them over these marks.
        marks = {name: f"@host-{name}@" for name in self.addresses}
        ports = {"http": HTTP, "https": HTTPS}
        return Site(SEAT, self.addresses, subnets, ports, lambda: marks)

    def networks(self) -> list[ComposeNetwork]:
        """Return the networks, their subnets with the variable that moves them."""
        return [
            ComposeNetwork(n.name, n.internal, self.moving(str(self._subnets[n.name])))
            for n in self._lab.networks
        ]

    def hosts(self) -> dict[str, str]:
        """Return the address of each node's name and of each site's host."""
        nodes = {name: p.get("private") or _first(p) for name, p in self.addresses.items()}
        front = _first(self.addresses[self._lab.front])
        return {**nodes, **dict.fromkeys(self._lab.hosts, front)}

    def published(self, node: Node) -> list[tuple[int, str]]:
        """Return the node's ports with the host's port, a variable, that each is published on."""
        if node.name != self._lab.front:
            return []
        known = {k: v for role in node.roles for k, v in self._lab.roles[role].ports.items()}
        wanted = {"http": HTTP, "https": HTTPS}
        return [
            (known[name], variable(name.upper(), str(port)))
            for name, port in wanted.items()
            if name in known
        ]

    def moving(self, text: str) -> str:
        """Return an address or subnet with the variable instead of the default range."""
        return variable("NET", NET) + text.removeprefix(NET)


def _first(place: dict[str, str]) -> str:
    return next(iter(place.values()))
