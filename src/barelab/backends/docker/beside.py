"""Looking at a node with our own programs: a container of the probe's image in its namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from barelab.backends.base import NodeRef
from barelab.backends.docker import labels
from barelab.backends.docker.client import translated
from barelab.backends.docker.recipe import Recipe
from barelab.backends.docker.talk import DockerStream, Reader
from barelab.model.names import PROBE

if TYPE_CHECKING:
    from docker import APIClient

# To read /proc/1/root of a process that has the same capability.
_CAPABILITIES = ["SYS_PTRACE"]
_MEMORY_BYTES = 128 << 20
_PIDS = 64
_ATTACHED = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}


class Beside(DockerStream):
    """A program of ours in a container of its own, which goes with it."""

    def __init__(self, client: APIClient, container: str, node: str) -> None:
        self._client, self._container = client, container
        attached = client.attach_socket(container, params=_ATTACHED)
        super().__init__(Reader(attached), f"the program beside {node}")

    @translated
    def close(self) -> None:
        """End the program and remove its container."""
        super().close()
        self._client.remove_container(self._container, force=True, v=True)


def start(client: APIClient, ref: NodeRef, program: str, recipe: Recipe) -> DockerStream:
    """Start a Python program beside a node.

    Its container counts as an image in the making, so that the next `up` or `down` removes what a
    killed call left.
    """
    node = f"container:{labels.node_name(ref)}"
    image = client.inspect_container(labels.node_name(NodeRef(ref.owner, PROBE)))["Image"]
    container = client.create_container_from_config(
        client.create_container_config(
            image,
            command=["python3", "-I", "-u", "-c", program],
            stdin_open=True,
            labels={**labels.of_seat(ref.owner), labels.BUILD: f"beside {ref.node}"},
            host_config=client.create_host_config(
                pid_mode=node,
                network_mode=node,
                cap_add=_CAPABILITIES,
                security_opt=[option for option in recipe.security if "apparmor" in option],
                mem_limit=_MEMORY_BYTES,
                pids_limit=_PIDS,
                log_config={"Type": "none", "Config": {}},
            ),
        )
    )["Id"]
    try:
        stream = Beside(client, container, ref.node)
        client.start(container)
    except BaseException:
        client.remove_container(container, force=True, v=True)
        raise
    return stream
