"""A role as typed data: what a node is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

# A former certificate is last year's: of the same key, and ended.
SecretKind = Literal[
    "password",
    "signing-key",
    "private-key",
    "certificate",
    "former-certificate",
    "authority",
    "ssh-key",
    "ssh-public-key",
    "ed25519-key",
    "ed25519-public-key",
]


@dataclass(frozen=True, slots=True)
class Secret:
    """A file of a node that is made per seat and never in an image.

    `name` tells secrets of one kind apart: all nodes of a seat get the same password,
    key or certificate for the same name. `{node}` in it stands for the node's own name.
    Where `for_roles` is not empty, only labs with a node of one of those roles have it.
    """

    path: str
    kind: SecretKind
    name: str
    owner: str
    group: str
    mode: int
    for_roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RolePage:
    """Pages for people, over plain HTTP on a port of the role's first node.

    The front door shows them by name; with `login` it asks for the operators' password first.
    Where `only` is not empty, it shows what begins with one of these paths, and `/` leads to the
    first of them.
    """

    title: str
    port: int
    login: bool
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """What a node is: a folder `images/ROLE/`.

    `ready` is a command that exits 0 in the node when its service answers. `systemd` is false
    for a node that runs no units (the probe). `forget` is a command that is run in the role's nodes
    before one that it `needs` is made anew: whatever they had put there is gone. `pages` are by
    the name that the front door shows them under. `inputs` are
    files outside the role's folder, relative to the content root, that its install.sh finds below
    `$BUILD/`.
    """

    name: str
    path: Path
    title: str
    units: tuple[str, ...]
    ports: Mapping[str, int]
    ready: str | None
    memory_mib: int
    needs: tuple[str, ...]
    forget: str | None
    inputs: tuple[str, ...]
    secrets: tuple[Secret, ...]
    pages: Mapping[str, RolePage]
    systemd: bool
