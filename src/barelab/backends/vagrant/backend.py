"""The Vagrant backend: nodes are virtual machines that Vagrant makes of libvirt."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence

from barelab.backends.base import (
    ImageSpec,
    NetworkSpec,
    NodeRef,
    NodeSpec,
    Output,
    Room,
    SeatRef,
    Sink,
    Snapshot,
)
from barelab.backends.vagrant import (
    beside,
    driver,
    machines,
    names,
    observe,
    roots,
    seats,
    snapshots,
    virsh,
)
from barelab.backends.vagrant.ssh import PORT, SshStream, Way
from barelab.render.file import File
from barelab.render.vagrant import settling
from barelab.support import machine as host
from barelab.support.errors import CouldNotTell, SubnetTaken
from barelab.support.patience import stretch

_FETCH_S = 60.0
_NO_SPACE = "/var/lib/libvirt"


class VagrantBackend:
    """Nodes as virtual machines on this machine's hypervisor."""

    name = "vagrant"
    own_ports = frozenset({PORT})
    machines = True
    # Its machine boots for a minute, and is kept with the others' memory.
    late_probe = False
    # They wait for Vagrant and for each machine's boot more than they work.
    at_once = 8

    def __init__(self) -> None:
        virsh.virsh("version")
        stretch(driver.slowness())

    def of(self, owner: SeatRef) -> VagrantBackend:
        """Return itself."""
        return self

    def observe(self, owner: SeatRef | None = None) -> Snapshot:
        """Return one snapshot of what exists, or of what a seat owns."""
        return observe.observe(owner)

    def room(self) -> Room:
        """Return what this machine has left for others."""
        from pathlib import Path

        place = next(p for p in (Path(_NO_SPACE), Path("/")) if p.exists())
        return Room(host.memory_free_bytes(), host.disk_free_bytes(place), str(place), None)

    def build_image(self, spec: ImageSpec, owner: SeatRef, on_line: Callable[[str], None]) -> None:
        """Build the root of an image."""
        roots.build(spec, on_line)

    def create_network(self, spec: NetworkSpec) -> None:
        """Make a network that nothing leaves, and keep the seat's secret."""
        kept = {"secret": spec.key, "options": dict(spec.options)}
        seats.write(spec.owner, {**machines.describe(spec.owner), **kept})
        name = names.network(spec.owner, spec.network)
        place = next(spec.subnet.hosts())
        about = (
            f"<network><name>{name}</name><bridge stp='off' delay='0'/>"
            f"<ip address='{place}' netmask='{spec.subnet.netmask}'/></network>"
        )
        try:
            virsh.virsh("net-define", "/dev/stdin", stdin=about)
            virsh.virsh("net-start", name)
        except CouldNotTell as error:
            virsh.unless_gone("net-undefine", name)
            if "in use by" in str(error) or "already in use" in str(error):
                raise SubnetTaken(f"subnet {spec.subnet} is taken by now") from error
            raise

    def create_node(self, spec: NodeSpec, files: Iterable[File]) -> None:
        """Keep what a node's machine is made of; Vagrant makes it when it is started."""
        machines.prepare(spec, files)

    def start_node(self, ref: NodeRef, ports: Iterable[int]) -> None:
        """Start a node: a new one through Vagrant, with its files, one that was off as it is."""
        machines.start(ref, ports, self._way(ref))

    def keep(self, owner: SeatRef) -> None:
        """Take a snapshot of all machines of a seat, memory included, at one moment."""
        snapshots.keep(owner, {ref: self._way(ref) for ref, _ in seats.nodes(owner)})

    def renew(self, owner: SeatRef) -> bool:
        """Bring all machines of a seat back to their snapshots; False where one has none."""
        return snapshots.renew(owner, {ref: self._way(ref) for ref, _ in seats.nodes(owner)})

    def restart_node(self, ref: NodeRef) -> None:
        """Reboot a node: its systemd is asked to stop, then the machine starts anew."""
        machines.restart(ref, self._way(ref))

    def switch_off(self, ref: NodeRef) -> None:
        """Take a machine's power."""
        virsh.unless_gone("destroy", names.machine(ref))

    def pause_node(self, ref: NodeRef) -> None:
        """Freeze a machine's processor."""
        virsh.unless_gone("suspend", names.machine(ref))

    def resume_node(self, ref: NodeRef) -> None:
        """Let a frozen machine go on."""
        virsh.unless_gone("resume", names.machine(ref))

    def cut(self, ref: NodeRef, network: str) -> None:
        """Pull the cable of a machine's interface."""
        machines.plug(ref, network, "down")

    def join(self, ref: NodeRef, network: str, address: str) -> None:
        """Plug the cable of a machine's interface in again."""
        machines.plug(ref, network, "up")

    def memory_in_use(self, ref: NodeRef) -> int:
        """Return the bytes of memory that a machine's process holds on this one."""
        rows = virsh.virsh("dommemstat", names.machine(ref)).splitlines()
        told = dict(row.split()[:2] for row in rows if len(row.split()) == 2)
        return int(told.get("rss", 0)) * 1024

    def killed_for_memory(self, ref: NodeRef) -> int:
        """Return how many such lines the machine's kernel has written since its boot."""
        words = ("journalctl", "-k", "-o", "cat", "-g", "Out of memory: Killed process")
        return len(self.run(ref, words).text.splitlines())

    def remove_node(self, id_: str) -> None:
        """Remove a machine with its disk, and what is kept of it."""
        machines.remove(id_)

    def remove_network(self, id_: str) -> None:
        """Remove a network, and after a seat's last one what is kept of the seat."""
        machines.remove_network(id_)

    def run(
        self,
        ref: NodeRef,
        command: Sequence[str],
        *,
        user: str = "root",
        stdin: bytes = b"",
        timeout_s: float = 10.0,
        cap_bytes: int = 1 << 20,
    ) -> Output:
        """Run a command in a node."""
        return self._way(ref).run(
            command, user, stdin=stdin, timeout_s=timeout_s, cap_bytes=cap_bytes
        )

    def beside(self, ref: NodeRef, program: str) -> SshStream:
        """Start a program of ours in a node, from a disk that the node cannot write."""
        return beside.start(self._way(ref), ref, program)

    def changes(self, ref: NodeRef) -> tuple[str, ...]:
        """Return the paths of files that were changed since the node had its own."""
        return beside.changes(self._way(ref), ref)

    def pass_through(
        self,
        ref: NodeRef,
        command: Sequence[str],
        user: str,
        stdin: bytes,
        out: Sink,
        err: Sink,
    ) -> int:
        """Run a command in a node and hand its output on as it comes."""
        return self._way(ref).pass_through(command, user, stdin, out, err)

    def stream(self, ref: NodeRef, command: Sequence[str]) -> SshStream:
        """Start a program in a node that answers line by line."""
        return self._way(ref).stream(command, f"the program in {ref.node}")

    def attach(self, ref: NodeRef, command: Sequence[str], user: str) -> int:
        """Connect the caller's terminal with a command in a node."""
        return self._way(ref).attach(command, user)

    def fetch(self, ref: NodeRef, path: str, cap_bytes: int) -> bytes:
        """Return a tar of a file or folder of a node."""
        folder, _, name = path.rstrip("/").rpartition("/")
        command = ("tar", "-C", folder or "/", "-cf", "-", "--", name or ".")
        done = self.run(ref, command, timeout_s=_FETCH_S, cap_bytes=cap_bytes + (1 << 20))
        if done.cut or len(done.stdout) > cap_bytes + (1 << 20):
            raise CouldNotTell(f"{ref.node}:{path} is larger than {cap_bytes} bytes")
        if done.exit_code:
            raise CouldNotTell(f"{ref.node}:{path} does not exist")
        return done.stdout

    def put(self, ref: NodeRef, files: Iterable[File]) -> None:
        """Write files into a node."""
        tar = ("tar", "-C", "/", "-xpf", "-")
        done = self.run(ref, tar, stdin=settling(files), timeout_s=_FETCH_S)
        if done.exit_code:
            told = done.stderr.decode(errors="replace").strip()
            raise CouldNotTell(f"{ref.node} does not take the files: {told[-200:]}")

    @functools.cache  # noqa: B019 - one backend for a process
    def _way(self, ref: NodeRef) -> Way:
        return machines.way(ref)
