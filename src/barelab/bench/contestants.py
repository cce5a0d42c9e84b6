"""Who brings the same lab up and down: barelab, docker compose, and containers that only sleep."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from barelab.bench.processes import barelab_command, run
from barelab.launcher.allocate import free_ports, free_subnet, host_routes
from barelab.support import machine
from barelab.support.errors import CouldNotTell

SEAT = "bench"
_PROJECT = "barelab-bench"
_SUBNETS = "10.96.0.0/12"
_PORTS = {"HTTP": 18080, "HTTPS": 18443}


class Contestant(Protocol):
    """One way to bring a lab up and down, each in one process; both return the seconds it took."""

    @property
    def name(self) -> str:
        """Who it is, in the report."""
        ...

    def up(self) -> float:
        """Bring the lab up, until it is ready."""
        ...

    def down(self) -> float:
        """Take it down, until nothing of it is left."""
        ...


@dataclass(frozen=True, slots=True)
class Barelab:
    """Our own command. `content` is another content root than the clone's."""

    lab: str
    content: Path | None = None
    name: str = "barelab"

    def command(self, *arguments: str, good: tuple[int, ...] = (0,)) -> tuple[float, str]:
        """Run one of our commands."""
        env = {"BARELAB_CONTENT": str(self.content)} if self.content else {}
        return run([*barelab_command(), *arguments], env=env, good=good)

    def up(self) -> float:
        """Bring the lab up, until its page answers with data."""
        return self.command("up", self.lab, "--seat", SEAT)[0]

    def down(self) -> float:
        """Take the lab down."""
        return self.command("down", self.lab, "--seat", SEAT)[0]


@dataclass(frozen=True, slots=True)
class Compose:
    """Plain docker compose with the lab's rendered folder."""

    folder: Path
    tool: tuple[str, ...]
    name: str = "docker compose"
    env: dict[str, str] = field(default_factory=lambda: free_places())

    def up(self) -> float:
        """Bring the lab up, until every health check passes: the front's asks for the page."""
        return self._run("up", "--wait", "--no-build", "--pull", "missing")

    def down(self) -> float:
        """Take the lab down with its volumes."""
        return self._run("down", "--volumes")

    def _run(self, *arguments: str) -> float:
        command = [*self.tool, "--project-name", _PROJECT, *arguments]
        return run(command, env=self.env, folder=self.folder)[0]


@dataclass(frozen=True, slots=True)
class Sleepers:
    """The fastest possible: the lab's containers with nothing in them but a sleep."""

    lab: str
    content: Path
    name: str = "containers that sleep"

    def up(self) -> float:
        """Start the containers."""
        return self._run("up")

    def down(self) -> float:
        """Remove the containers."""
        return self._run("down")

    def _run(self, action: str) -> float:
        module = "barelab.bench.sleepers"
        env = {"BARELAB_CONTENT": str(self.content)}
        return run([sys.executable, "-P", "-m", module, action, self.lab], env=env)[0]


def free_places() -> dict[str, str]:
    """Return the variables of a rendered compose file with addresses and ports that nobody has."""
    from ipaddress import IPv4Network

    from barelab.backends.opening import open_backend

    seen = open_backend().observe()
    net = free_subnet({**host_routes(), **seen.taken}, IPv4Network(_SUBNETS), 16)
    ports = free_ports(_PORTS, seen.published, machine.port_is_free)
    octets = str(net.network_address).rpartition(".0.0")[0]
    return {"BARELAB_NET": octets, **{f"BARELAB_{key}": str(p) for key, p in ports.items()}}


def images_of(compose: Compose) -> list[str]:
    """Return the images that a compose folder names."""
    command = [*compose.tool, "config", "--images"]
    return sorted(set(run(command, env=compose.env, folder=compose.folder)[1].split()))


def require_images(compose: Compose) -> None:
    """Return when the engine has every image that the compose folder names.

    Raises:
        CouldNotTell: one is missing: the folder is older than the content.
    """
    for image in images_of(compose):
        try:
            run(["docker", "image", "inspect", "--format", "{{.Id}}", image])
        except CouldNotTell as error:
            raise CouldNotTell(
                f"{compose.folder} names {image}, which barelab did not build: "
                f"`barelab render {compose.folder.name} --to compose` brings it up to date"
            ) from error
