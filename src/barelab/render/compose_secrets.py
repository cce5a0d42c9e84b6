"""Which secrets the seat's first container makes, and which of them each node takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from barelab.model.lab import Lab, Node
from barelab.render.compose_places import NET
from barelab.render.nodes import NodeRenderer

_STORED = {
    "password": "password/{}",
    "signing-key": "password/{}",
    "private-key": "tls/{}.key",
    "certificate": "tls/{}.crt",
    "former-certificate": "tls/{}.former.crt",
    "authority": "tls/authority.crt",
    "ssh-key": "ssh/{}",
    "ssh-public-key": "ssh/{}.pub",
    "ed25519-key": "ed25519/{}.key",
    "ed25519-public-key": "ed25519/{}.pub",
}


class Certificate(NamedTuple):
    """A certificate to be made: `alternative` is its subjectAltName as openssl writes it."""

    name: str
    names: tuple[str, ...]
    alternative: str


class LogIn(NamedTuple):
    """An account of a site, and where its password stands."""

    username: str
    site: str
    node: str
    path: str


def seat_words(renderer: NodeRenderer, nodes: Iterable[Node]) -> dict[str, Any]:
    """Return what seat.sh is rendered with: every secret of every node, once."""
    found = [(node, secret) for node in nodes for secret in renderer.secrets_of(node)]
    names: dict[str, dict[str, None]] = {kind: {} for kind in _STORED}
    certificates = {}
    for node, secret in found:
        name = renderer.secret_name(secret, node)
        names[secret.kind][name] = None
        if secret.kind == "certificate":
            certificates[name] = _certificate(name, renderer.names(secret, node))
    return {
        "passwords": list(names["password"] | names["signing-key"]),
        "ssh_keys": list(names["ssh-key"] | names["ssh-public-key"]),
        "ed25519_keys": list(names["ed25519-key"] | names["ed25519-public-key"]),
        "certificates": list(certificates.values()),
        "former": list(names["former-certificate"]),
    }


def secret_table(renderer: NodeRenderer, node: Node) -> bytes:
    """Return the node's secrets, a line each: owner, group, mode, place in the volume, path."""
    lines = []
    for secret in renderer.secrets_of(node):
        stored = _STORED[secret.kind].format(renderer.secret_name(secret, node))
        lines.append(f"{secret.owner} {secret.group} {secret.mode:04o} {stored} {secret.path}\n")
    return "".join(lines).encode()


def log_ins(renderer: NodeRenderer, lab: Lab) -> list[LogIn]:
    """Return the accounts of the lab's sites, each with where its password stands."""
    places: dict[str, tuple[str, str]] = {}
    for node in lab.visible():
        for secret in renderer.secrets_of(node):
            if secret.kind == "password":
                places.setdefault(secret.name, (node.name, secret.path))
    return [
        LogIn(account.username, account.site, *places[password])
        for account in lab.app.accounts.values()
        if (password := lab.app.secrets[account.password]) in places and account.site in lab.sites
    ]


def _certificate(name: str, names: tuple[str, ...]) -> Certificate:
    entries = (
        f"IP:$net{each.removeprefix(NET)}" if each.startswith(f"{NET}.") else f"DNS:{each}"
        for each in names
    )
    return Certificate(name, names, ",".join(entries))
