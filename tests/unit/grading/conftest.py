"""A small lab on a backend that exists in memory only."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from barelab.backends.base import (
    NetworkSeen,
    NodeRef,
    NodeSeen,
    NodeState,
    Output,
    SeatRef,
    Snapshot,
)
from barelab.grading.access import Access
from barelab.model.app import App, Request, Site
from barelab.model.lab import Lab, Network, Node

OWNER = SeatRef("tiny", "default")
MADE = "2026-01-31T12:00:00.123456789Z"
READ = Request("portal", "GET", "/api/{key}/", {}, None, (200,), 404)
APP = App(
    path=Path("app"),
    title="Tiny",
    requirements="requirements.lock",
    wsgi="tiny.wsgi",
    celery=None,
    static_url="/static/",
    static_root_env="STATIC_ROOT",
    media_url="/media/",
    media_root_env="MEDIA_ROOT",
    sites={"portal": Site("portal", "Portal", "/", "newest", None)},
    health="/health/",
    live="/live/",
    environment={},
    environment_lines={},
    secrets={},
    commands={},
    write=READ,
    read=READ,
    counts=READ,
)
LAB = Lab(
    name="tiny",
    path=Path("labs/tiny.yaml"),
    title="Tiny",
    summary="",
    networks=(Network("public", False),),
    nodes=(
        Node("web1", "web1", ("nginx",), ("public",)),
        Node("probe", "probe", ("probe",), ("public",)),
    ),
    front="web1",
    sites=("portal",),
    talks=(),
    roles={},
    app=APP,
    choices={},
    options={},
)


class FakeStream:
    """Answers questions of the probe by a function."""

    def __init__(self, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self._answer = answer
        self.closed = False

    def ask(self, line: bytes, timeout_s: float) -> bytes:
        return json.dumps(self._answer(json.loads(line))).encode()

    def close(self) -> None:
        self.closed = True


class FakeBackend:
    """Nodes that always say the same, and a list of what was done to them."""

    name = "fake"

    def __init__(self) -> None:
        self.states = dict.fromkeys(("web1", "probe"), NodeState.RUNNING)
        self.probe: Callable[[dict[str, Any]], dict[str, Any]] = lambda _: {"status": 200}
        self.says: Callable[[str, tuple[str, ...]], Output] = lambda *_: Output(
            0, b"running\n", b""
        )
        self.files: dict[str, bytes] = {}
        self.done: list[tuple[str, ...]] = []
        self.sight: Callable[[str], dict[str, Any]] = lambda _: {}
        self.blind = b""
        self.changed: dict[str, tuple[str, ...]] = {}
        self.streams: list[FakeStream] = []

    def observe(self, _: SeatRef | None = None) -> Snapshot:
        nodes = tuple(
            NodeSeen(
                NodeRef(OWNER, n), n, s, "", {"public": f"10.0.0.{i}"}, {}, MADE, "", 1, 0, False
            )
            for i, (n, s) in enumerate(self.states.items())
        )
        net = NetworkSeen(OWNER, "public", "n1", IPv4Network("10.0.0.0/24"), "00" * 32)
        return Snapshot((net,), nodes, (), frozenset(), {}, frozenset())

    def run(self, ref: NodeRef, command: Any, **_: Any) -> Output:
        self.done.append((ref.node, *command))
        return self.says(ref.node, tuple(command))

    def stream(self, ref: NodeRef, command: Any) -> FakeStream:
        self.streams.append(FakeStream(lambda question: self.probe(question)))
        return self.streams[-1]

    def beside(self, ref: NodeRef, program: str) -> FakeStream:
        def ran(asked: dict[str, Any]) -> dict[str, Any]:
            none = {"init": "/usr/lib/systemd/systemd", "altered": [], "mounted": []}
            seen = {**none, "services": {}, **self.sight(ref.node)}
            return {
                "exit_code": 1 if self.blind else 0,
                "stdout": base64.b64encode(json.dumps(seen).encode()).decode(),
                "stderr": base64.b64encode(self.blind).decode(),
                "cut": False,
                "nonce": asked["nonce"],
            }

        self.streams.append(FakeStream(ran))
        return self.streams[-1]

    def changes(self, ref: NodeRef) -> tuple[str, ...]:
        return self.changed.get(ref.node, tuple(self.files))

    def restart_node(self, ref: NodeRef) -> None:
        self.done.append(("restart", ref.node))

    def fetch(self, ref: NodeRef, path: str, cap_bytes: int) -> bytes:
        return self.files[path]


@pytest.fixture
def backend() -> FakeBackend:
    """Return a backend whose nodes run."""
    return FakeBackend()


@pytest.fixture
def access(backend: FakeBackend) -> Iterator[Access]:
    """Yield the ways into a seat of that backend."""
    with Access(LAB, OWNER, backend) as ways:  # type: ignore[arg-type]
        yield ways
