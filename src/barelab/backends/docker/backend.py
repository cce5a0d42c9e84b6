"""The Docker backend: the Protocol's calls, each handed to the module that knows how.

What only some commands need is loaded when they call it: `down` and `status` begin sooner.
"""

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
from barelab.backends.docker import client as engine
from barelab.backends.docker import labels, node, observe, power, recipe, talk
from barelab.backends.docker.call import Call
from barelab.backends.docker.client import translated
from barelab.model.names import PROBE
from barelab.render.file import File
from barelab.support.errors import CouldNotTell

# A container is made and started for it, which a busy engine takes seconds for.
_BESIDE_S = 30.0


class DockerBackend:
    """Nodes as systemd containers on the engine that the user's environment names."""

    name = "docker"
    own_ports: frozenset[int] = frozenset()
    machines = False
    late_probe = True

    def __init__(self) -> None:
        self._client = engine.connect(engine.SLOW_S)

    @property
    def at_once(self) -> int:
        """As many as there are cores, and one: the first to boot then boots while others start."""
        return self.facts.cpus + 1

    @functools.cached_property
    def facts(self) -> engine.EngineFacts:
        """What the engine says of itself."""
        return engine.facts(self._client)

    @functools.cached_property
    def recipe(self) -> recipe.Recipe:
        """How systemd runs on this engine."""
        return recipe.choose(self.facts)

    def of(self, owner: SeatRef) -> DockerBackend:
        """Return itself."""
        return self

    @translated
    def observe(self, owner: SeatRef | None = None) -> Snapshot:
        """Return one snapshot of what exists, or of what a seat owns."""
        client = engine.connect(engine.QUICK_S)
        return observe.observe(client) if owner is None else observe.of_seat(client, owner)

    @translated
    def room(self) -> Room:
        """Return what the engine's machine has left for nodes."""
        from barelab.backends.docker import survey

        return survey.room(self._client, self.facts)

    @translated
    def build_image(self, spec: ImageSpec, owner: SeatRef, on_line: Callable[[str], None]) -> None:
        """Build an image; the first of a chain starts from the bare Debian root."""
        from barelab.backends.docker import base_image, build

        client = engine.connect(engine.BUILD_S)
        parent = spec.parent or base_image.ensure_root(client, on_line)
        build.build_image(client, spec, parent, owner, on_line)

    @translated
    def create_network(self, spec: NetworkSpec) -> None:
        """Make a network."""
        node.create_network(self._client, spec)

    @translated
    def create_node(self, spec: NodeSpec, files: Iterable[File]) -> None:
        """Make a node with its files."""
        node.create_node(self._client, spec, files, self.recipe)

    @translated
    def start_node(self, ref: NodeRef, ports: Iterable[int]) -> None:
        """Start a node."""
        node.start_node(self._client, ref, ports)

    def keep(self, owner: SeatRef) -> None:
        """Do nothing: no engine keeps the memory of containers, and new ones are there soon."""

    def renew(self, owner: SeatRef) -> bool:
        """Return False."""
        return False

    @translated
    def restart_node(self, ref: NodeRef) -> None:
        """Reboot a node."""
        self._client.restart(labels.node_name(ref), timeout=10)

    @translated
    def switch_off(self, ref: NodeRef) -> None:
        """Kill every process of a node at once."""
        power.switch_off(self._client, labels.node_name(ref))

    @translated
    def pause_node(self, ref: NodeRef) -> None:
        """Freeze every process of a node."""
        power.pause(self._client, labels.node_name(ref))

    @translated
    def resume_node(self, ref: NodeRef) -> None:
        """Let the processes of a frozen node go on."""
        power.resume(self._client, labels.node_name(ref))

    @translated
    def cut(self, ref: NodeRef, network: str) -> None:
        """Disconnect a node from a network."""
        power.cut(self._client, ref, network)

    @translated
    def join(self, ref: NodeRef, network: str, address: str) -> None:
        """Connect a node with a network under the address."""
        power.join(self._client, ref, network, address)

    @translated
    def memory_in_use(self, ref: NodeRef) -> int:
        """Return the bytes of memory that a node holds, less those of files that it can drop."""
        return observe.memory_in_use(self._client, labels.node_name(ref))

    @translated
    def killed_for_memory(self, ref: NodeRef) -> int:
        """Return how many such events of a node the engine remembers."""
        return observe.killed_for_memory(self._client, labels.node_name(ref))

    @translated
    def remove_node(self, id_: str) -> None:
        """Remove a container with its volumes."""
        node.remove_node(self._client, id_)

    @translated
    def remove_network(self, id_: str) -> None:
        """Remove a network."""
        node.remove_network(self._client, id_)

    @translated
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
        return talk.run(
            self._client,
            self._call(ref, command, user),
            stdin=stdin,
            timeout_s=timeout_s,
            cap_bytes=cap_bytes,
        )

    @translated
    def beside(self, ref: NodeRef, program: str) -> talk.DockerStream:
        """Start a program of ours in a container of the probe's image in a node's namespaces."""
        from barelab.backends.docker import beside

        return beside.start(engine.connect(_BESIDE_S), ref, program, self.recipe)

    @translated
    def changes(self, ref: NodeRef) -> tuple[str, ...]:
        """Return the paths in which a node's files differ from its image's."""
        return tuple(row["Path"] for row in self._client.diff(labels.node_name(ref)) or ())

    @translated
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
        from barelab.backends.docker import passing

        enter = functools.partial(self._call, ref)
        return passing.pass_through(
            self._client, enter, command, user, stdin=stdin, out=out, err=err
        )

    @translated
    def stream(self, ref: NodeRef, command: Sequence[str]) -> talk.DockerStream:
        """Start a program in a node that answers line by line."""
        frames = talk.Frames(self._client, self._call(ref, command, "root"))
        return talk.DockerStream(frames, f"the program in {ref.node}")

    @translated
    def attach(self, ref: NodeRef, command: Sequence[str], user: str) -> int:
        """Connect the caller's terminal with a command in a node."""
        from barelab.backends.docker import passing, terminal

        call = self._call(ref, [*passing.LIKE_A_SHELL, *command], user)
        return terminal.attach(self._client, call)

    @translated
    def fetch(self, ref: NodeRef, path: str, cap_bytes: int) -> bytes:
        """Return a tar of a file or folder of a node."""
        from docker.errors import NotFound

        try:
            chunks, _ = self._client.get_archive(labels.node_name(ref), path)
        except NotFound as error:
            raise CouldNotTell(f"{ref.node}:{path} does not exist") from error
        content = bytearray()
        for chunk in chunks:
            content += chunk
            if len(content) > cap_bytes:
                raise CouldNotTell(f"{ref.node}:{path} is larger than {cap_bytes} bytes")
        return bytes(content)

    @translated
    def put(self, ref: NodeRef, files: Iterable[File]) -> None:
        """Write files into a node."""
        node.write_files(self._client, labels.node_name(ref), files)

    def _call(self, ref: NodeRef, command: Sequence[str], user: str) -> Call:
        if ref.node == PROBE:
            node.start_node(self._client, ref, ())  # no more than a question where it runs
        entering, engine_user = self.recipe.entering(command, user)
        return Call(labels.node_name(ref), entering, engine_user, user)
