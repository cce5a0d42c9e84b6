"""Images of roles: a script run in the parent's container, then committed.

Not a Dockerfile: a company's CA bundle, proxies and mirror can so reach the build and leave no
trace in any layer, and it works without BuildKit on every engine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from barelab.backends import archive, company
from barelab.backends.base import ImageSpec, SeatRef
from barelab.backends.docker import labels, owners
from barelab.backends.docker.call import Call
from barelab.backends.docker.client import BUILD_S
from barelab.backends.docker.talk import Frames
from barelab.support.errors import CouldNotTell

if TYPE_CHECKING:
    from docker import APIClient

_FOLDER = "/build"
_KEPT_LINES = 15
# An image takes over its container's labels: emptied, or whatever runs from it would count as ours.
_LABELS = f'LABEL {labels.IMAGE}={{role}} {labels.LAB}="" {labels.SEAT}="" {labels.BUILD}=""'


def build_image(
    client: APIClient,
    spec: ImageSpec,
    parent: str,
    owner: SeatRef,
    on_line: Callable[[str], None],
) -> None:
    """Build one image from its parent, in a container that the owner's census counts.

    Raises:
        CouldNotTell: the script failed; the message ends with its last lines.
    """
    container = client.create_container_from_config(
        client.create_container_config(
            parent,
            command=["sleep", str(int(BUILD_S))],
            labels={**labels.of_seat(owner), labels.BUILD: spec.tag},
            host_config=client.create_host_config(
                init=True, network_mode="host", security_opt=["apparmor=unconfined"]
            ),
        )
    )["Id"]
    try:
        client.start(container)
        _run_script(client, container, spec, on_line)
        known = owners.of_container(client, container)
        repository, _, tag = spec.tag.rpartition(":")
        client.commit(
            container,
            repository,
            tag,
            changes=f"{_LABELS.format(role=spec.role)} {known.as_labels()}",
            conf={"Cmd": ["/sbin/init"]},
        )
    finally:
        client.remove_container(container, force=True, v=True)


def _run_script(
    client: APIClient, container: str, spec: ImageSpec, on_line: Callable[[str], None]
) -> None:
    _must(client, container, spec.tag, ["mkdir", "-p", _FOLDER], on_line)
    client.put_archive(container, _FOLDER, archive.pack_tree(spec.sources, company.files()))
    environment = {
        "BUILD": _FOLDER,
        "DEBIAN_FRONTEND": "noninteractive",
        **company.environment(_FOLDER),
    }
    variables = [f"{name}={value}" for name, value in environment.items()]
    script = f"{_FOLDER}/install.sh"
    _must(client, container, spec.tag, ["env", *variables, "sh", script], on_line)
    _must(client, container, spec.tag, ["rm", "-rf", _FOLDER], on_line)


def _must(
    client: APIClient,
    container: str,
    tag: str,
    command: list[str],
    on_line: Callable[[str], None],
) -> None:
    frames = Frames(client, Call(container, command))
    frames.feed(b"")
    lines: list[str] = []
    deadline = time.monotonic() + BUILD_S
    try:
        for _, data in frames.read(deadline):
            for line in data.decode(errors="replace").splitlines():
                lines.append(line)
                on_line(line)
        code = frames.exit_code(deadline)
    finally:
        frames.close()
    if code:
        told = "\n  ".join(lines[-_KEPT_LINES:])
        raise CouldNotTell(
            f"{tag} could not be made: install.sh ended with exit code {code} "
            "(without a network, `barelab bundle load FILE` brings every image); "
            f"its last lines:\n  {told}"
        )
