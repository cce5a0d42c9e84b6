"""Our own programs in a machine: from a disk that it cannot write, with its libraries not used.

What a container's engine gives from outside a machine does not: its kernel and the way in are the
node's own. docs/machines.md says what that means for grading.
"""

from __future__ import annotations

from barelab.backends.base import NodeRef
from barelab.backends.vagrant import boxes, names, seats, virsh
from barelab.backends.vagrant.ssh import SshStream, Way
from barelab.support.errors import CouldNotTell

_CHANGES_S = 30.0
_DISK = "vdb"
# In a mount namespace of its own: the node sees nothing of it, and it ends with the program.
_ENTER = """
set -e
n=0
until [ -b /dev/vdb ] || [ $n = 100 ]; do n=$((n + 1)); sleep 0.1; done
top=/run/machine-way-in/tools
mkdir -p "$top"
mount -t ext4 -o ro,noload /dev/vdb "$top"
for place in proc sys dev; do mount --rbind "/$place" "$top/$place"; done
for place in tmp run; do mount -t tmpfs tmpfs "$top/$place"; done
for place in hosts resolv.conf; do mount --bind "/etc/$place" "$top/etc/$place"; done
cd "$top"
exec chroot "$top" "$@"
"""
_CHANGES = """
import os, sys
since, top = float(sys.argv[1]), "/proc/1/root"
for folder in ("etc", "usr", "opt", "root", "home", "srv", "var"):
    for place, folders, files in os.walk(f"{top}/{folder}"):
        for name in (*files, *folders):
            path = os.path.join(place, name)
            try:
                if os.lstat(path).st_ctime > since:
                    print(path[len(top):])
            except OSError:
                pass
"""
_INSIDE = ("unshare", "--mount", "sh", "-c", _ENTER, "sh")


def start(way: Way, ref: NodeRef, program: str) -> SshStream:
    """Start a Python program with what the probe's image has."""
    _plug_tools(ref)
    command = (*_INSIDE, "python3", "-I", "-u", "-c", program)
    return way.stream(command, f"the program beside {ref.node}")


def changes(way: Way, ref: NodeRef) -> tuple[str, ...]:
    """Return the paths of files that changed since the node had its files, as its kernel says."""
    from datetime import datetime

    since = datetime.fromisoformat(seats.settled(ref)).timestamp()
    _plug_tools(ref)
    command = (*_INSIDE, "python3", "-I", "-c", _CHANGES, str(since))
    done = way.run(command, timeout_s=_CHANGES_S)
    if done.exit_code:
        told = done.stderr.decode(errors="replace").strip()[-200:]
        raise CouldNotTell(f"{ref.node}: its files cannot be compared: {told}")
    return tuple(done.text.splitlines())


def _plug_tools(ref: NodeRef) -> None:
    """Plug the disk of our programs into a machine that runs, where it is not yet."""
    name = names.machine(ref)
    if _DISK in virsh.virsh("domblklist", name).split():
        return
    disk = boxes.tools(str(seats.read(ref.owner)["tools"]))
    how = ("--targetbus", "virtio", "--mode", "readonly", "--live")
    virsh.virsh("attach-disk", name, disk, _DISK, *how)
