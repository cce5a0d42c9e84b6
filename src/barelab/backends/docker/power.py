"""A node's power and cables, as somebody beside the machine has them in his hands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from barelab.backends.base import NodeRef
from barelab.backends.docker import labels
from barelab.support.wait import until

if TYPE_CHECKING:
    from docker import APIClient

# What the engine says where a node is already as it should be.
_OFF = "is not running"
_PAUSED, _RUNNING = "is already paused", "is not paused"
# On cgroup v1 a container that makes new processes all the time escapes the freezer now and then.
_MOVING, _FREEZING_S = "unable to freeze", 10.0
_CUT, _JOINED = "is not connected to", "already exists in network"


def switch_off(client: APIClient, container: str) -> None:
    """Kill every process of a container at once; also of a paused one."""
    with _fine(_OFF):
        client.kill(container)
        client.wait(container, condition="not-running")


def pause(client: APIClient, container: str) -> None:
    """Freeze a container."""
    with _fine(_PAUSED):
        if not until(lambda: _is_paused(client, container), _FREEZING_S):
            client.pause(container)


def _is_paused(client: APIClient, container: str) -> bool:
    from docker.errors import APIError

    try:
        client.pause(container)
    except APIError as error:
        if _MOVING in str(error.explanation):
            return False
        raise
    return True


def resume(client: APIClient, container: str) -> None:
    """Let a frozen container go on."""
    with _fine(_RUNNING):
        client.unpause(container)


def cut(client: APIClient, ref: NodeRef, network: str) -> None:
    """Disconnect a container from a network; its address is kept by nobody meanwhile."""
    name = labels.network_name(ref.owner, network)
    with _fine(_CUT):
        client.disconnect_container_from_network(labels.node_name(ref), name)


def join(client: APIClient, ref: NodeRef, network: str, address: str) -> None:
    """Connect a container with a network under the address that it had."""
    name = labels.network_name(ref.owner, network)
    with _fine(_JOINED):
        client.connect_container_to_network(labels.node_name(ref), name, ipv4_address=address)


@contextmanager
def _fine(already: str) -> Iterator[None]:
    from docker.errors import APIError

    try:
        yield
    except APIError as error:
        if already not in str(error.explanation):
            raise
