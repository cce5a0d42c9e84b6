"""What a backend is: the one seam between barelab and what nodes run on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from ipaddress import IPv4Network
from pathlib import Path
from typing import Protocol

from barelab.render.file import File

DEFAULT_SEAT = "default"


@dataclass(frozen=True, slots=True, order=True)
class SeatRef:
    """One seat of one lab: what owns nodes and networks."""

    lab: str
    seat: str

    def __str__(self) -> str:
        return self.lab if self.seat == DEFAULT_SEAT else f"{self.lab} (seat {self.seat})"

    @property
    def option(self) -> str:
        """What a command line needs behind a lab or node to mean this seat."""
        return "" if self.seat == DEFAULT_SEAT else f" --seat {self.seat}"


@dataclass(frozen=True, slots=True, order=True)
class NodeRef:
    """One node of one seat."""

    owner: SeatRef
    node: str


class NodeState(Enum):
    """How a node is. `MADE` has never been started and may be half-made; `WAITING` is whole."""

    MADE = "made"
    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class NodeSeen:
    """A node that exists. `addresses` is by network name.

    `created_at` and `started_at` are the engine's own text, as in 2026-01-31T12:00:00.123456789Z.
    """

    ref: NodeRef
    id: str
    state: NodeState
    spec: str
    addresses: Mapping[str, str]
    ports: Mapping[str, int]
    created_at: str
    started_at: str
    pid: int
    restarts: int
    out_of_memory: bool


@dataclass(frozen=True, slots=True)
class NetworkSeen:
    """A network of a seat. `key` is the seat's master secret, from which all others are derived.

    `options` is how its lab's options were set when it was made.
    """

    owner: SeatRef
    network: str
    id: str
    subnet: IPv4Network
    key: str
    options: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class BuildSeen:
    """An image in the making, or what a killed build left."""

    owner: SeatRef
    id: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What exists, at one moment: everything of ours by label, and what of others is in the way.

    `taken` tells each occupied subnet with its owner's name, `published` all nodes' host ports.
    """

    networks: tuple[NetworkSeen, ...]
    nodes: tuple[NodeSeen, ...]
    builds: tuple[BuildSeen, ...]
    images: frozenset[str]
    taken: Mapping[IPv4Network, str]
    published: frozenset[int]

    def of(self, owner: SeatRef) -> Snapshot:
        """Return the part of this snapshot that the seat owns, images and what is in the way."""
        return Snapshot(
            tuple(n for n in self.networks if n.owner == owner),
            tuple(n for n in self.nodes if n.ref.owner == owner),
            tuple(b for b in self.builds if b.owner == owner),
            self.images,
            self.taken,
            self.published,
        )

    @property
    def key(self) -> str:
        """The master secret of the seat that this is a snapshot of; empty where it has no network.

        Of several seats, it is of one of them.
        """
        return next((network.key for network in self.networks if network.key), "")

    def owners(self) -> tuple[SeatRef, ...]:
        """Return every seat that owns something, sorted."""
        found = {n.owner for n in self.networks} | {n.ref.owner for n in self.nodes}
        return tuple(sorted(found | {b.owner for b in self.builds}))


@dataclass(frozen=True, slots=True)
class Room:
    """What the machine that nodes run on has left; None where that cannot be told from here.

    `inotify_limit` is how many inotify instances its root user may have.
    """

    memory_bytes: int | None
    disk_bytes: int | None
    disk_path: str
    inotify_limit: int | None


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """A network to be made."""

    owner: SeatRef
    network: str
    subnet: IPv4Network
    internal: bool
    key: str
    options: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ImageSpec:
    """An image to be built: `script` runs in `parent` and finds `sources` below its build folder.

    `parent` is none for the first of a chain, which starts from the bare Debian root.
    `sources` maps names below the build folder to files or folders of the host.
    """

    tag: str
    role: str
    parent: str | None
    sources: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """A node to be made. `published` maps a port's name to (the node's port, 127.0.0.1's port).

    One that `waits` is not started with the others, but by whoever first has a program run in it.
    """

    ref: NodeRef
    image: str
    spec: str
    systemd: bool
    memory_bytes: int
    addresses: Mapping[str, str]
    hosts: Mapping[str, str]
    published: Mapping[str, tuple[int, int]]
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """What a command in a node printed and how it ended; `cut` if it printed more than the cap."""

    exit_code: int
    stdout: bytes
    stderr: bytes
    cut: bool = False

    @property
    def text(self) -> str:
        """The standard output as text, without the last newline."""
        return self.stdout.decode(errors="replace").rstrip("\n")


Sink = Callable[[bytes], object]


class Stream(Protocol):
    """A program in a node that answers each line with a line."""

    def ask(self, line: bytes, timeout_s: float) -> bytes:
        """Send one line and return the next line of the answer.

        Raises:
            CouldNotTell: no answer within the time.
            Gone: the program has ended.
        """
        ...

    def close(self) -> None:
        """End the program."""
        ...


class Backend(Protocol):
    """Nodes, networks and images, and ways to look into them. Every call may raise EngineAway."""

    name: str
    # Where nodes listen for the backend itself.
    own_ports: frozenset[int]
    # Whether each node has a kernel of its own.
    machines: bool
    # Whether the probe waits for its first question: it then costs a start, and `up` none.
    late_probe: bool

    @property
    def at_once(self) -> int:
        """How many nodes are worth making side by side."""
        ...

    def of(self, owner: SeatRef) -> Backend:
        """Return the backend that a seat is on: itself, but where several are seen as one."""
        ...

    def observe(self, owner: SeatRef | None = None) -> Snapshot:
        """Return one snapshot of what exists. Changes nothing.

        With `owner`, of what this seat owns, and nothing of images or of what is in the way: that
        takes no longer where many seats are up.
        """
        ...

    def room(self) -> Room:
        """Return what is left for nodes. Changes nothing."""
        ...

    def build_image(self, spec: ImageSpec, owner: SeatRef, on_line: Callable[[str], None]) -> None:
        """Build an image, telling its output line by line."""
        ...

    def create_network(self, spec: NetworkSpec) -> None:
        """Make a network. Raises SubnetTaken when the subnet is occupied by now."""
        ...

    def create_node(self, spec: NodeSpec, files: Iterable[File]) -> None:
        """Make a node with its files, not started. Raises NotOurs where its name is taken."""
        ...

    def start_node(self, ref: NodeRef, ports: Iterable[int]) -> None:
        """Start a node. Raises PortTaken when one of its published ports is occupied by now."""
        ...

    def keep(self, owner: SeatRef) -> None:
        """Remember a seat's nodes as they are, new and ready, where that makes `renew` possible."""
        ...

    def renew(self, owner: SeatRef) -> bool:
        """Bring all nodes of a seat back to how they were kept; False where that cannot be done.

        They run on from that moment, with today's clock.
        """
        ...

    def restart_node(self, ref: NodeRef) -> None:
        """Reboot a node and return once it runs again."""
        ...

    def switch_off(self, ref: NodeRef) -> None:
        """Take a node's power: every process of it ends at once. Nothing where it is off."""
        ...

    def pause_node(self, ref: NodeRef) -> None:
        """Freeze every process of a node. Nothing where they are frozen."""
        ...

    def resume_node(self, ref: NodeRef) -> None:
        """Let the processes of a frozen node go on. Nothing where they do."""
        ...

    def cut(self, ref: NodeRef, network: str) -> None:
        """Pull a node's cable to a network. Nothing where it is not in."""
        ...

    def join(self, ref: NodeRef, network: str, address: str) -> None:
        """Connect a node with a network under the address. Nothing where it is."""
        ...

    def memory_in_use(self, ref: NodeRef) -> int:
        """Return the bytes of memory that a node holds, less those of files that it can drop."""
        ...

    def killed_for_memory(self, ref: NodeRef) -> int:
        """Return how often, of late, processes of a node were killed for want of memory."""
        ...

    def remove_node(self, id_: str) -> None:
        """Remove a node or a left-over build with all that it holds; no error when it is gone."""
        ...

    def remove_network(self, id_: str) -> None:
        """Remove a network; no error when it is gone."""
        ...

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
        """Run a command in a node. Raises CouldNotTell when it does not end within the time."""
        ...

    def beside(self, ref: NodeRef, program: str) -> Stream:
        """Start a Python program that sees a node's processes, network and files.

        It runs with what the probe's image has. The node's own programs and libraries have no part
        in it; the node's files are below /proc/1/root. A reboot of the node ends it.
        """
        ...

    def changes(self, ref: NodeRef) -> tuple[str, ...]:
        """Return the paths in which a node's files differ from its image's; takes up to 1 s."""
        ...

    def pass_through(
        self,
        ref: NodeRef,
        command: Sequence[str],
        user: str,
        stdin: bytes,
        out: Sink,
        err: Sink,
    ) -> int:
        """Run a command in a node, hand its output on as it comes, and return its exit code.

        Where the command is not there, that is 127, and 126 where it cannot be executed. What a
        sink raises, and an interruption, ends the command.
        """
        ...

    def stream(self, ref: NodeRef, command: Sequence[str]) -> Stream:
        """Start a program in a node that answers line by line."""
        ...

    def attach(self, ref: NodeRef, command: Sequence[str], user: str) -> int:
        """Connect the caller's terminal with a command in a node; return its exit code."""
        ...

    def fetch(self, ref: NodeRef, path: str, cap_bytes: int) -> bytes:
        """Return a tar of a file or folder of a node.

        Raises:
            CouldNotTell: it is missing or too large.
        """
        ...

    def put(self, ref: NodeRef, files: Iterable[File]) -> None:
        """Write files into a node."""
        ...
