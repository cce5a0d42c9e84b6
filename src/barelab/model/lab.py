"""A lab as typed data: its nodes, networks and sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from barelab.model.app import App
from barelab.model.names import PROBE
from barelab.model.role import Role, Secret

# The choices of an option that says whether nodes are there: its name is theirs, or their group's.
WITHOUT = "without"
PRESENCE = ("with", WITHOUT)


@dataclass(frozen=True, slots=True)
class Network:
    """One of a seat's networks; an internal one has no way out of the host."""

    name: str
    internal: bool


@dataclass(frozen=True, slots=True)
class Node:
    """One machine of a lab."""

    name: str
    group: str
    roles: tuple[str, ...]
    networks: tuple[str, ...]

    @property
    def hidden(self) -> bool:
        """True for the probe, which learners are not given."""
        return self.name == PROBE


@dataclass(frozen=True, slots=True)
class Page:
    """A supporting node's pages, which the front door shows as a site of that name."""

    name: str
    title: str
    node: str
    port: int
    login: bool
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """An arrow of the lab's picture: who opens connections to whom, on which TCP port.

    `source` and `target` are groups or nodes; `source` may be `user`. An arrow is a connection that
    is used; whether others are refused is for the services, not for the network.
    """

    source: str
    target: str
    port: int


@dataclass(frozen=True, slots=True)
class Lab:
    """One architecture. `nodes` holds the visible nodes in the file's order, then the probe.

    `choices` are the ways in which each option can be set, the usual one first; `options` is how
    each is set.
    """

    name: str
    path: Path
    title: str
    summary: str
    networks: tuple[Network, ...]
    nodes: tuple[Node, ...]
    front: str
    sites: tuple[str, ...]
    talks: tuple[Talk, ...]
    roles: Mapping[str, Role]
    app: App
    choices: Mapping[str, tuple[str, ...]]
    options: Mapping[str, str]

    def node(self, name: str) -> Node:
        """Return the node of that name.

        Raises:
            KeyError: there is none.
        """
        return next(node for node in self.nodes if node.name == name)

    def with_role(self, role: str) -> tuple[Node, ...]:
        """Return the nodes that have the role, in the lab's order."""
        return tuple(node for node in self.nodes if role in node.roles)

    def visible(self) -> tuple[Node, ...]:
        """Return the nodes that learners are given."""
        return tuple(node for node in self.nodes if not node.hidden)

    def has_secret(self, secret: Secret) -> bool:
        """Return whether the lab's nodes get a secret of their roles."""
        return not secret.for_roles or any(map(self.with_role, secret.for_roles))

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages of its roles, each from the first node that has the role."""
        return tuple(
            Page(name, page.title, self.with_role(role)[0].name, page.port, page.login, page.only)
            for role in self.roles
            if self.with_role(role)
            for name, page in self.roles[role].pages.items()
        )

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names of its sites, then those of its pages."""
        return tuple(self.host(name) for name in (*self.sites, *(p.name for p in self.pages)))

    def url(self, site: str, port: int = 443) -> str:
        """Return the address of a site or page, without a path, behind that port."""
        return f"https://{self.host(site)}" + (f":{port}" if port != 443 else "")

    def host(self, site: str) -> str:
        """Return the host name of a site or page, as a browser asks for it."""
        return f"{site}.{self.name}.localhost"
