"""What this machine lacks to run labs, and what would bring it: pure, from facts."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from enum import Enum

from barelab.backends.installing import apt_get

_DEBIAN = frozenset({"debian", "ubuntu"})
_MAKER = "mmdebstrap"
_FEDORA = "sudo dnf install moby-engine && sudo systemctl enable --now docker"
_DNF = frozenset({"fedora", "rhel", "centos"})


class Engine(Enum):
    """How the engine is, seen from the user."""

    ANSWERS = "answers"
    DENIED = "denied"
    STOPPED = "stopped"
    NAMED_AWAY = "named-away"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What matters of this machine. `distribution` holds ID and ID_LIKE of os-release.

    `base` is whether the base image is there or can be had; None where no engine can tell yet.
    `lacking` names packages that the engine needs beside its own.
    """

    system: str
    distribution: frozenset[str]
    engine: Engine
    base: bool | None
    root: bool
    sudo: bool
    systemd: bool
    lacking: tuple[str, ...] = ()
    engine_name: str = ""


@dataclass(frozen=True, slots=True)
class Install:
    """Install packages by apt-get."""

    packages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Start:
    """Start the engine that is installed, through systemd or by hand."""

    systemd: bool


@dataclass(frozen=True, slots=True)
class Refuse:
    """Nothing that we may or can do helps; `message` says what does."""

    message: str


Step = Install | Start | Refuse


def plan(host: HostFacts) -> tuple[Step, ...]:
    """Return the steps to take now; none when labs can run. After a start, look and plan again."""
    match host.engine:
        case Engine.ANSWERS:
            return () if host.base is not False else _base_maker(host)
        case Engine.DENIED:
            return (Refuse(_DENIED),)
        case Engine.NAMED_AWAY:
            return (Refuse(_NAMED_AWAY.format(host.engine_name)),)
        case Engine.STOPPED if host.root or host.sudo:
            return (Start(host.systemd),)
        case Engine.STOPPED:
            return (Refuse("the container engine is installed but not running: start it as root"),)
    if host.system != "Linux" or not host.distribution & _DEBIAN:
        return (Refuse(_elsewhere(host)),)
    packages = ("docker.io", *host.lacking)
    return (_installation(host, packages), Start(host.systemd))


def packages(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Return the packages that the steps install."""
    return tuple(p for step in steps if isinstance(step, Install) for p in step.packages)


def question(steps: tuple[Step, ...]) -> str:
    """Return what to ask the user before the steps are taken: one question for all of them."""
    names = packages(steps)
    if any(isinstance(step, Start) for step in steps):
        return (
            f"There is no container engine here. Install the packages {', '.join(names)} and start "
            f"it (and {_MAKER}, if no image registry can be reached)?"
        )
    return (
        "No image registry can be reached, and no tool to make the base image is here. "
        f"Install the package {', '.join(names)}?"
    )


def command(packages: tuple[str, ...], *, root: bool) -> list[str]:
    """Return the command that installs packages."""
    return [*([] if root else ["sudo"]), *apt_get(packages)]


def unasked(steps: tuple[Step, ...], *, root: bool) -> str:
    """Return the message for a user who cannot be asked and has not said yes."""
    line = shlex.join(command(packages(steps), root=root))
    return f"something is missing on this machine, and nobody can be asked: `{line}`, or give --yes"


def _base_maker(host: HostFacts) -> tuple[Step, ...]:
    if host.system == "Linux" and host.distribution & _DEBIAN:
        return (_installation(host, (_MAKER,)),)
    return (
        Refuse(
            f"no image registry can be reached, and {_MAKER} is not here to make the base image: "
            "install it, or load a bundle with `barelab bundle load FILE`"
        ),
    )


def _installation(host: HostFacts, packages: tuple[str, ...]) -> Step:
    if host.root or host.sudo:
        return Install(packages)
    return Refuse(
        f"missing: {', '.join(packages)}; as root: {shlex.join(command(packages, root=True))}"
    )


def _elsewhere(host: HostFacts) -> str:
    if host.system == "Darwin":
        return (
            "no container engine: install Docker Desktop or Colima (`brew install colima docker`)"
        )
    if host.system != "Linux":
        return "barelab runs in Linux: `wsl --install -d Debian`, then start it there (WSL 2)"
    if host.distribution & _DNF:
        return f"no container engine: `{_FEDORA}`"
    return "no container engine: install Docker Engine 20.10 or later from your distribution"


_DENIED = (
    "you may not use the container engine of this machine: "
    "`sudo usermod -aG docker $USER`, then `newgrp docker`, and try again"
)
_NAMED_AWAY = "the engine that {} names does not answer: start it, or unset that to use another one"
