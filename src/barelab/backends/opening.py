"""Choosing a backend, in one place."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from barelab.backends.base import Backend, SeatRef
from barelab.support.errors import EngineAway, UsageError
from barelab.support.paths import state_dir

if TYPE_CHECKING:
    from barelab.backends.installing import Ask, Say

NAMES = ("docker", "vagrant")
# Where libvirt listens; there, machines may be left whose seat's folder is gone.
_LIBVIRT = (Path("/run/libvirt/libvirt-sock"), Path("/run/libvirt/virtqemud-sock"))


def open_backend(name: str | None = None) -> Backend:
    """Return the backend of that name; without one, what sees the seats of all of them.

    Raises:
        UsageError: there is none.
        EngineAway: its engine does not answer.
    """
    match name:
        case "docker":
            from barelab.backends.docker.backend import DockerBackend

            return DockerBackend()
        case "vagrant":
            from barelab.backends.vagrant.backend import VagrantBackend

            return VagrantBackend()
        case None:
            return _open_all()
    raise UsageError(f"no backend {name!r}; there is {', '.join(NAMES)}")


def ensure_host(name: str, yes: bool, ask: Ask | None, say: Say) -> None:
    """Return once a backend can be opened; what is missing for it is offered, and installed.

    Raises:
        UsageError: there is no such backend.
        CouldNotTell: refused, impossible here, or failed; the message says what to do.
    """
    if name == "docker":
        from barelab.backends.docker import install as docker

        docker.ensure_host(yes, ask, say)
    elif name == "vagrant":
        from barelab.backends.vagrant import install as machines

        machines.ensure_host(yes, ask, say)


def refuse_elsewhere(name: str, owner: SeatRef) -> None:
    """Return where a seat is on no other backend than the one of that name.

    Raises:
        UsageError: it is; a seat is on one.
    """
    for other in NAMES:
        if other == name or (other == "vagrant" and not _has_machines()):
            continue
        with suppress(EngineAway):
            if open_backend(other).observe(owner).owners():
                down = f"`barelab down {owner.lab}{owner.option}`"
                there = f"go on there with `--backend {other}`"
                raise UsageError(f"{owner} is up on {other}: {there}, or {down} first")


def _open_all() -> Backend:
    if not _has_machines():
        return open_backend("docker")
    from barelab.backends.joined import joined

    machines = open_backend("vagrant")
    try:
        return joined(open_backend("docker"), machines)
    except EngineAway:  # the rooms that have no containers
        return machines


def _has_machines() -> bool:
    """Return whether a seat may have machines; asks libvirt only where it runs."""
    if next((state_dir() / "vagrant").glob("*.*"), None) is not None:
        return True
    if not any(map(_answers, _LIBVIRT)):
        return False
    from barelab.backends.vagrant import names, virsh

    try:
        return names.PREFIX in virsh.virsh("list", "--all", "--name")
    except EngineAway:  # somebody's own libvirt, which this user may not use
        return False


def _answers(place: Path) -> bool:
    """Return whether somebody listens at a socket: a killed daemon leaves its own behind."""
    with socket.socket(socket.AF_UNIX) as asking, suppress(OSError):
        asking.connect(str(place))
        return True
    return False
