"""Making nodes and networks: each one call to the engine, or a few that only count together."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from barelab.backends import archive
from barelab.backends.base import NetworkSpec, NodeRef, NodeSpec
from barelab.backends.docker import labels, owners
from barelab.backends.docker.observe import PUBLISHED
from barelab.backends.docker.owners import Owners
from barelab.backends.docker.recipe import Recipe
from barelab.render.file import File
from barelab.support.errors import CouldNotTell, NotOurs, Overtaken, PortTaken, SubnetTaken
from barelab.support.wait import until

if TYPE_CHECKING:
    from docker import APIClient

_TMPFS = {"/run": "", "/run/lock": "", "/tmp": ""}  # noqa: S108
_PIDS = 1024
# An engine that removes many nodes at once is late with their endpoints now and then.
_RELEASE_S = 15.0
# So that `ss -p` and strace show root what they show on a machine: its own node's processes.
_CAPABILITIES = ("SYS_PTRACE",)
_LOG = {"Type": "json-file", "Config": {"max-size": "1m", "max-file": "1"}}


def create_network(client: APIClient, spec: NetworkSpec) -> None:
    """Make a bridge of a fixed subnet; not masqueraded, so nothing on it gets outside answers."""
    from docker.errors import APIError

    name = labels.network_name(spec.owner, spec.network)
    try:
        client.create_network(
            name,
            driver="bridge",
            internal=spec.internal,
            check_duplicate=True,
            ipam={"Driver": "default", "Config": [{"Subnet": str(spec.subnet)}]},
            options={"com.docker.network.bridge.enable_ip_masquerade": "false"},
            labels={
                **labels.of_seat(spec.owner),
                labels.NETWORK: spec.network,
                labels.KEY: spec.key,
                **{labels.OPTION + option: choice for option, choice in spec.options.items()},
            },
        )
    except APIError as error:
        text = str(error.explanation)
        if "overlap" in text:
            raise SubnetTaken(f"subnet {spec.subnet} is taken by now") from error
        if "already exists" in text:
            if any(labels.owner_of(n["Labels"]) == spec.owner for n in client.networks([name])):
                raise Overtaken(f"a network {name} is there by now") from error
            raise NotOurs(
                f"a network {name} exists and is not ours; remove or rename it"
            ) from error
        raise


def remove_node(client: APIClient, id_: str) -> None:
    """Remove a container with its volumes; no error when it is gone, or goes meanwhile."""
    from docker.errors import APIError, NotFound

    with suppress(NotFound):
        try:
            client.remove_container(id_, force=True, v=True)
        except APIError as error:
            if error.status_code != 409:  # 409: its removal is already under way
                raise
            client.wait(id_, condition="removed")


def remove_network(client: APIClient, id_: str) -> None:
    """Remove a network; no error when it is gone.

    Raises:
        NotOurs: somebody's container is on it; the message names it.
        CouldNotTell: the engine does not let go of it, with nothing on it.
    """
    if not until(lambda: _is_removed(client, id_), _RELEASE_S, every_s=0.1):
        raise CouldNotTell(f"the engine keeps network {id_[:12]}, with nothing on it; restart it")


def _is_removed(client: APIClient, id_: str) -> bool:
    from docker.errors import APIError, NotFound

    try:
        client.remove_network(id_)
    except NotFound:
        return True
    except APIError as error:
        if "active endpoints" not in str(error.explanation):
            raise
        raw = client.inspect_network(id_)
        users = ", ".join(sorted(user["Name"] for user in raw["Containers"].values()))
        if not users:  # those of a container that has just been removed
            return False
        raise NotOurs(
            f"network {raw['Name']} is used by {users}, not ours: "
            f"`docker network disconnect {raw['Name']} NAME`, then try again"
        ) from error
    return True


def create_node(client: APIClient, spec: NodeSpec, files: Iterable[File], recipe: Recipe) -> None:
    """Make a node's container with its networks and files.

    Not started, it counts as half-made: one that waits has its own name once it is whole.
    """
    from docker.errors import APIError

    name = labels.making_name(spec.ref) if spec.waits else labels.node_name(spec.ref)
    body = _body(client, spec, recipe)
    try:
        id_ = client.create_container_from_config(body, name)["Id"]
    except APIError as error:
        if error.status_code == 409:
            raise _in_the_way(client, spec.ref, name) from error
        raise
    for network in list(spec.addresses)[1:]:
        client.connect_container_to_network(
            id_,
            labels.network_name(spec.ref.owner, network),
            ipv4_address=spec.addresses[network],
        )
    write_files(client, id_, files, owners.of_image(client, spec.image))
    if spec.waits:
        _name(client, id_, spec.ref)


def _name(client: APIClient, id_: str, ref: NodeRef) -> None:
    from docker.errors import APIError

    name = labels.node_name(ref)
    try:
        client.rename(id_, name)
    except APIError as error:
        if error.status_code == 409:
            raise _in_the_way(client, ref, name) from error
        raise


def _in_the_way(client: APIClient, ref: NodeRef, name: str) -> CouldNotTell:
    from docker.errors import NotFound

    try:
        marks = client.inspect_container(name)["Config"]["Labels"]
    except NotFound:  # asked for by a killed `up`, and not listed yet; or gone again
        return Overtaken(f"a container {name} comes or goes")
    if labels.owner_of(marks) == ref.owner and marks.get(labels.NODE) == ref.node:
        return Overtaken(f"a container {name} is there by now")
    return NotOurs(f"a container {name} exists and is not ours; remove or rename it")


def _body(client: APIClient, spec: NodeSpec, recipe: Recipe) -> dict[str, Any]:
    first = next(iter(spec.addresses))
    host = client.create_host_config(
        tmpfs=_TMPFS,
        cap_add=[*_CAPABILITIES, *recipe.capabilities] if spec.systemd else [],
        security_opt=list(recipe.security) if spec.systemd else [],
        binds=list(recipe.binds) if spec.systemd else [],
        cgroupns=recipe.cgroupns,
        init=not spec.systemd,
        mem_limit=spec.memory_bytes,
        memswap_limit=spec.memory_bytes,
        pids_limit=_PIDS,
        extra_hosts=dict(spec.hosts),
        log_config=_LOG,
        dns=["127.0.0.1"],
        network_mode=labels.network_name(spec.ref.owner, first),
        port_bindings={
            inside: ("127.0.0.1", outside) for inside, outside in spec.published.values()
        },
    )
    return dict(
        client.create_container_config(
            spec.image,
            command=list(recipe.command) if spec.systemd else ["sleep", "infinity"],
            hostname=spec.ref.node,
            tty=spec.systemd,
            environment={"container": "docker"},
            stop_signal="SIGRTMIN+3" if spec.systemd else "SIGTERM",
            ports=[(inside, "tcp") for inside, _ in spec.published.values()],
            labels={
                **labels.of_seat(spec.ref.owner),
                labels.NODE: spec.ref.node,
                labels.SPEC: spec.spec,
                **({labels.WAITS: "yes"} if spec.waits else {}),
                **{PUBLISHED + key: str(port) for key, (_, port) in spec.published.items()},
            },
            host_config=host,
            networking_config={
                "EndpointsConfig": {
                    labels.network_name(spec.ref.owner, first): {
                        "IPAMConfig": {"IPv4Address": spec.addresses[first]},
                    }
                }
            },
        )
    )


def start_node(client: APIClient, ref: NodeRef, ports: Iterable[int]) -> None:
    """Start a node's container."""
    from docker.errors import APIError

    try:
        client.start(labels.node_name(ref))
    except APIError as error:
        text = str(error.explanation)
        if "already allocated" in text or "address already in use" in text:
            taken = next((port for port in ports if f":{port}" in text), 0)
            raise PortTaken(taken, f"port {taken} of 127.0.0.1 is taken by now") from error
        raise CouldNotTell(f"node {ref.node} does not start: {text}") from error


def write_files(
    client: APIClient, id_: str, files: Iterable[File], known: Owners | None = None
) -> None:
    """Write files into a container, by the owners' ids that its image has."""
    content = list(files)
    if not content:
        return
    if known is None or not all(known.knows(file) for file in content):
        known = owners.of_container(client, id_)
    client.put_archive(id_, "/", archive.pack(content, known.users, known.groups))
