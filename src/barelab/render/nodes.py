"""The files of a node: its roles' templates rendered with the lab, and the seat's secrets."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barelab.model.lab import Lab, Node
from barelab.model.role import Role, Secret
from barelab.render.file import File
from barelab.render.secrets import SeatSecrets
from barelab.render.templating import render, render_text

BASE = "base"
_SECRETS = "/etc/app/secrets"
_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
# Of images/iam: where the realm is that its files describe.
_REALM = "/realms/company"


@dataclass(frozen=True, slots=True)
class Site:
    """What a rendering knows beside the lab: where its nodes are and which ports are published.

    `host_keys` returns each node's public SSH key. It is called when a file is rendered, not
    before: deriving keys takes time that a look at a running seat has no use for.
    """

    seat: str
    addresses: Mapping[str, Mapping[str, str]]
    subnets: Mapping[str, str]
    ports: Mapping[str, int]
    host_keys: Callable[[], Mapping[str, str]] = dict


class NodeRenderer:
    """Renders every node of one seat."""

    def __init__(self, lab: Lab, base: Role, site: Site) -> None:
        self._lab, self._base, self._site = lab, base, site

    def files(self, node: Node) -> list[File]:
        """Return the node's files without its secrets; a later role's stands over base's."""
        found: dict[str, File] = {}
        for role in self.roles(node):
            for source in sorted((role.path / "files").rglob("*")):
                if source.is_file() and "__pycache__" not in source.parts:
                    file = self._file(role, node, source)
                    found[file.path] = file
        return list(found.values())

    def secrets(self, node: Node, secrets: SeatSecrets) -> list[File]:
        """Return the node's secret files."""
        return [
            File(
                secret.path,
                secrets.make(secret.kind, self.secret_name(secret, node), self.names(secret, node)),
                secret.mode,
                secret.owner,
                secret.group,
            )
            for secret in self.secrets_of(node)
        ]

    def secrets_of(self, node: Node) -> list[Secret]:
        """Return what secrets the node has in this lab."""
        return [
            secret
            for role in self.roles(node)
            for secret in role.secrets
            if self._lab.has_secret(secret)
        ]

    def roles(self, node: Node) -> Iterator[Role]:
        """Yield base and the node's roles."""
        yield self._base
        yield from (self._lab.roles[name] for name in node.roles)

    def secret_name(self, secret: Secret, node: Node) -> str:
        """Return the name under which a secret is derived."""
        return secret.name.replace("{node}", node.name)

    def names(self, secret: Secret, node: Node) -> tuple[str, ...]:
        """Return the names of a certificate: the front door's hosts for `site`, else the node's."""
        if secret.name == "site":
            return self._lab.hosts
        return (node.name, *self._site.addresses[node.name].values(), "localhost")

    def _file(self, role: Role, node: Node, source: Path) -> File:
        relative = source.relative_to(role.path / "files")
        mode = 0o755 if source.stat().st_mode & 0o100 else 0o644
        if source.suffix != ".j2":
            return File(f"/{relative}", source.read_bytes(), mode)
        made_by = f"barelab, from images/{role.name}/files/{relative}"
        text = render(source, self._variables(node, made_by))
        return File(f"/{relative.with_suffix('')}", text.encode(), mode)

    @functools.cached_property
    def _app_environment(self) -> dict[str, str]:
        return app_environment(self._lab, self._site.ports)

    def _variables(self, node: Node, made_by: str) -> dict[str, Any]:
        lab, site = self._lab, self._site
        return {
            "lab": lab,
            "node": node,
            "nodes": lab.visible(),
            "app": lab.app,
            "seat": site.seat,
            "addresses": site.addresses,
            "subnets": site.subnets,
            "ports": site.ports,
            "host_keys": site.host_keys(),
            "made_by": made_by,
            "memory_mib": memory_mib(lab, node),
            "app_environment": self._app_environment,
        }


def app_environment(lab: Lab, ports: Mapping[str, int]) -> dict[str, str]:
    """Return the variables that the application runs with, on any node."""
    kept = {s.path for role in lab.roles.values() for s in role.secrets if lab.has_secret(s)}
    words = {
        "allowed_hosts": [
            *(lab.host(site) for site in lab.sites),
            *(node.name for node in lab.visible()),
        ],
        "database": _database(lab),
        "assets": _assets(lab, ports),
        # Without workers nobody would do what stands in the queue.
        "broker": _service(lab, "redis") if lab.with_role("celery") else {},
        "cache": _cache(lab),
        "mail": _mail(lab),
        "identity": _identity(lab, ports),
        "search": _search(lab),
        "lab": lab,
    }
    return {
        name: render_text(value, words, lab.app.path / "app.yaml", lab.app.environment_lines[name])
        for name, value in lab.app.environment.items()
    } | {
        name: path
        for name, file in lab.app.secrets.items()
        if (path := f"{_SECRETS}/{file}") in kept
    }


def _assets(lab: Lab, ports: Mapping[str, int]) -> dict[str, str]:
    """Return where browsers find what the asset delivery gives out, where the lab has one."""
    if not lab.with_role("cdn"):
        return {}
    return {"url": lab.url("assets", ports.get("https", 443))}


def _service(lab: Lab, role: str) -> dict[str, str]:
    """Return where the first node with the role is, or nothing where the lab has none."""
    nodes = lab.with_role(role)
    return {"host": nodes[0].name} if nodes else {}


def _cache(lab: Lab) -> dict[str, object]:
    """Return where the lab's cache is, or nothing where it has none."""
    place = _service(lab, "cache")
    return {**place, "port": lab.roles["cache"].ports["cache"]} if place else {}


def _database(lab: Lab) -> dict[str, object]:
    servers = [node.name for node in lab.with_role("postgres")]
    masters = [node.name for node in lab.with_role("masters")]
    host = ",".join(masters or servers)
    # Of several, libpq finds the one that takes writes, whichever that is at the time.
    several = {"target_session_attrs": "read-write", "replica_host": ",".join(servers)}
    if masters:
        several["site_hosts"] = _own_first(lab.sites, masters)
    return {
        "host": host,
        "port": 5432,
        "name": "app",
        "user": "app",
        "sslmode": "verify-full",
        "sslrootcert": _AUTHORITIES,
        **(several if len(servers) > 1 else {}),
    }


def _own_first(sites: Sequence[str], masters: Sequence[str]) -> str:
    """Return for each site the masters in the order in which it asks them, one after another first.

    "portal=db1,db2 console=db2,db1"
    """
    starts = [number % len(masters) for number in range(len(sites))]
    turned = [",".join([*masters[start:], *masters[:start]]) for start in starts]
    return " ".join(f"{site}={hosts}" for site, hosts in zip(sites, turned, strict=True))


def _mail(lab: Lab) -> dict[str, str]:
    """Return where the application sends mail, and as whom, or nothing where it sends none."""
    domain = f"{lab.name}.localhost"
    server = _service(lab, "mail")
    return {**server, "user": f"billing@{domain}", "domain": domain} if server else {}


def _search(lab: Lab) -> dict[str, str]:
    """Return where the application finds by an index, and as whom."""
    # Without workers nobody would keep the index.
    server = _service(lab, "search") if lab.with_role("celery") else {}
    return {**server, "user": "app", "index": "app", "ca_file": _AUTHORITIES} if server else {}


def _identity(lab: Lab, ports: Mapping[str, int]) -> dict[str, str]:
    """Return how the application finds the lab's Keycloak; empty in a lab without.

    Browsers go by the front door, whose address tokens name as their issuer. The application
    goes to the node itself, by TLS: on the private network the front door has another port.
    """
    servers = lab.with_role("iam")
    if not servers:
        return {}
    page = next(iter(lab.roles["iam"].pages))
    issuer = lab.url(page, ports.get("https", 443)) + _REALM
    direct = f"https://{servers[0].name}:{lab.roles['iam'].ports['identity-tls']}{_REALM}"
    return {
        "issuer": issuer,
        "authorization_url": f"{issuer}/protocol/openid-connect/auth",
        "logout_url": f"{issuer}/protocol/openid-connect/logout",
        "token_url": f"{direct}/protocol/openid-connect/token",
        "keys_url": f"{direct}/protocol/openid-connect/certs",
        "client_id": "console",
        "ca_file": _AUTHORITIES,
    }


def memory_mib(lab: Lab, node: Node) -> int:
    """Return the memory that a node's roles need together, in MiB."""
    return sum(lab.roles[role].memory_mib for role in node.roles)
