"""Proving that a lab comes up on every kind of engine: each runs beside the machine's own."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from barelab.backends.base import Backend, NodeRef, SeatRef
from barelab.backends.docker.backend import DockerBackend
from barelab.backends.docker.engines import modern
from barelab.backends.docker.engines.spare import spare_engine
from barelab.backends.docker.image_store import ImageStore
from barelab.backends.docker.survey import survey
from barelab.launcher.prebuild import ensure_images
from barelab.launcher.up import Launcher
from barelab.model.lab import Lab
from barelab.support.errors import CouldNotTell

_SYS_ADMIN = 1 << 21
# Of PID 1, and of what the engine itself starts in a node.
_BOUNDS = ("grep", "CapBnd", "/proc/1/status", "/proc/self/status")
_STATE = ("systemctl", "is-system-running", "--wait")
_BOOT_S = 90.0
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of engine: which programs, and on which control groups.

    Neither given, it is the engine that runs here.
    """

    title: str
    cgroups: int | None = None
    programs: Path | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """How a lab came up on an engine. `systemd` is what every node's systemd says of itself."""

    engine: str
    api: str
    cgroups: str
    recipe: str
    up_s: str
    systemd: str
    sys_admin: str


def kinds(with_modern: bool, say: Say) -> tuple[Kind, ...]:
    """Return the kinds that can run here; a modern engine is built where it is wanted."""
    here = (Kind("this machine's"), Kind("the same, alone with cgroup v2", 2))
    if not with_modern:
        return here
    programs = modern.build(say)
    return (*here, Kind(f"moby {modern.VERSION}, cgroup v2", 2, programs, modern.OPTIONS))


def try_lab(kind: Kind, lab: Lab, say: Say) -> Result:
    """Bring a lab up on an engine of that kind, look at its nodes, and take it down.

    Raises:
        CouldNotTell: the engine does not start, or the lab does not get ready.
    """
    own = ImageStore()
    tags = ensure_images([lab], DockerBackend(), own, say)
    if kind == Kind(kind.title):
        return _bring_up(kind, lab, say)
    with (
        spare_engine(cgroups=kind.cgroups, programs=kind.programs, options=kind.options) as spare,
        _named(spare.host),
    ):
        say(f"{kind.title}: loading {len(tags)} images")
        ImageStore().load(own.stream(tags), lambda _line: None)
        return _bring_up(kind, lab, say)


def _bring_up(kind: Kind, lab: Lab, say: Say) -> Result:
    backend, owner = DockerBackend(), SeatRef(lab.name, "engines")
    launcher = Launcher(backend, lambda _event: None, say)
    say(f"{kind.title}: bringing {lab.name} up")
    begun = time.monotonic()
    try:
        launcher.up(lab, owner)
        result = _look(kind, backend, owner, lab, time.monotonic() - begun)
    finally:
        launcher.down(owner)
    rest = backend.observe(owner)
    if rest.nodes or rest.networks or rest.builds:
        raise CouldNotTell(f"{kind.title}: something is left after down")
    return result


def _look(kind: Kind, backend: Backend, owner: SeatRef, lab: Lab, took_s: float) -> Result:
    nodes = [NodeRef(owner, node.name) for node in lab.visible()]
    states = {backend.run(n, _STATE, timeout_s=_BOOT_S).text for n in nodes}
    bounds = [
        int(bound, 16)
        for node in nodes
        for user in ("root", "ops")
        for bound in re.findall(r"CapBnd:\s*(\w+)", backend.run(node, _BOUNDS, user=user).text)
    ]
    found = survey()
    return Result(
        kind.title if kind.programs else f"{kind.title}: {found.facts.version}",
        ".".join(map(str, found.facts.api)),
        f"v{found.facts.cgroups}",
        found.recipe,
        f"{took_s:.1f}",
        ", ".join(sorted(states)),
        "yes" if any(bound & _SYS_ADMIN for bound in bounds) else "no",
    )


def table(results: Sequence[Result]) -> str:
    """Return the results as a Markdown table."""
    heads = [field.name.replace("_", " ") for field in fields(Result)]
    rows = [heads, ["---"] * len(heads), *(list(map(str, astuple(r))) for r in results)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


@contextmanager
def _named(host: str) -> Iterator[None]:
    before = os.environ.get("DOCKER_HOST")
    os.environ["DOCKER_HOST"] = host
    try:
        yield
    finally:
        del os.environ["DOCKER_HOST"]
        if before is not None:
            os.environ["DOCKER_HOST"] = before
