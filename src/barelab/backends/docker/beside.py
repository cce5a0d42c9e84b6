"""Looking at a node with our own programs: a container of the probe's image in its namespaces."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from barelab.backends.base import NodeRef, Output
from barelab.backends.docker import labels
from barelab.backends.docker.recipe import Recipe
from barelab.backends.docker.talk import Reader
from barelab.model.names import PROBE
from barelab.support.errors import CouldNotTell

if TYPE_CHECKING:
    from docker import APIClient

# To read /proc/1/root of a process that has the same capability.
_CAPABILITIES = ["SYS_PTRACE"]
_MEMORY_BYTES = 128 << 20
_PIDS = 64


def run(
    client: APIClient,
    ref: NodeRef,
    command: Sequence[str],
    recipe: Recipe,
    *,
    timeout_s: float,
    cap_bytes: int,
) -> Output:
    """Run a command to its end, or until it has printed more than the cap.

    Its container counts as an image in the making, so that the next `up` or `down` removes what a
    killed call left.

    Raises:
        CouldNotTell: it did not end within the time.
    """
    node = f"container:{labels.node_name(ref)}"
    image = client.inspect_container(labels.node_name(NodeRef(ref.owner, PROBE)))["Image"]
    container = client.create_container_from_config(
        client.create_container_config(
            image,
            command=list(command),
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
        return _ran(client, container, timeout_s, cap_bytes)
    except TimeoutError:
        raise CouldNotTell(
            f"`{command[0]}` beside {ref.node} did not end within {timeout_s:g} s"
        ) from None
    finally:
        client.remove_container(container, force=True, v=True)


def _ran(client: APIClient, container: str, timeout_s: float, cap_bytes: int) -> Output:
    deadline = time.monotonic() + timeout_s
    reader = Reader(client.attach_socket(container, params={"stdout": 1, "stderr": 1, "stream": 1}))
    try:
        client.start(container)
        out, err, cut = reader.collect(deadline, cap_bytes)
    finally:
        reader.close()
    return Output(-1 if cut else int(client.wait(container)["StatusCode"]), out, err, cut)
