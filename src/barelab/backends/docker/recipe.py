"""How systemd runs as PID 1 without privilege, chosen by what the engine says of itself.

Measured on every kind of engine: docs/decisions/systemd-in-containers.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from barelab.backends.docker.client import EngineFacts
from barelab.support.errors import CouldNotTell

_OLDEST = (1, 41)
_WRITABLE_CGROUPS = (1, 48)

# The engine mounts the node's own cgroups read-only; systemd needs them writable. CAP_SYS_ADMIN
# allows the remount and is then dropped from the bounding set of PID 1 and all below it.
_REMOUNT = "mount -o remount,rw /sys/fs/cgroup; exec setpriv --bounding-set -sys_admin /sbin/init"
_WITHOUT = ("setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin")


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a node's container needs beside the common part."""

    name: str
    command: tuple[str, ...] = ("/sbin/init",)
    capabilities: tuple[str, ...] = ()
    security: tuple[str, ...] = ()
    binds: tuple[str, ...] = ()
    cgroupns: str = "private"

    def entering(self, command: Sequence[str], user: str) -> tuple[list[str], str]:
        """Return a command and its user as the engine is to start it in a node.

        What an engine starts does not descend from PID 1 and gets every capability that the
        container was made with: where those are more than PID 1 kept, it drops them first.
        """
        if not self.capabilities:
            return list(command), user
        switch = [] if user == "root" else ["--reuid", user, "--regid", user, "--init-groups"]
        return [*_WITHOUT, *switch, "--", *command], "root"


def choose(engine: EngineFacts) -> Recipe:
    """Return the recipe for an engine.

    Raises:
        CouldNotTell: none is known to work there; the message says why.
    """
    if engine.api < _OLDEST:
        raise CouldNotTell(
            f"engine {engine.version} is too old: 20.10 or later is needed; upgrade Docker Engine"
        )
    if engine.rootless and engine.cgroups == 1:
        raise CouldNotTell(
            "a rootless engine on cgroup v1 cannot run systemd: boot the host with "
            "systemd.unified_cgroup_hierarchy=1, or use a rootful engine"
        )
    if engine.cgroups == 1:
        return Recipe("bind", binds=("/sys/fs/cgroup:/sys/fs/cgroup:ro",), cgroupns="host")
    if engine.api >= _WRITABLE_CGROUPS:
        return Recipe("writable-cgroups", security=("writable-cgroups=true",))
    return Recipe("remount", ("sh", "-c", _REMOUNT), ("SYS_ADMIN",), ("apparmor=unconfined",))
