"""One step of a plan, done: each a call to the backend."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from barelab.backends.base import Backend, NetworkSeen, SeatRef
from barelab.launcher.execute import Act
from barelab.launcher.plan import (
    BuildImage,
    CreateNetwork,
    CreateNode,
    JoinNetwork,
    Operation,
    Plan,
    Remove,
    ResumeNode,
    StartNode,
)
from barelab.support.locks import hold

if TYPE_CHECKING:
    from barelab.launcher.desire import Wish
    from barelab.render.file import File

Tell = Callable[[str], None]
FilesOf = Callable[[str], "list[File]"]


def remover(backend: Backend) -> Act:
    """Return what does the steps of a plan that only removes."""

    def act(step: Operation, _tell: Tell) -> None:
        assert isinstance(step, Remove)
        remove = (
            backend.remove_network if isinstance(step.thing, NetworkSeen) else backend.remove_node
        )
        remove(step.thing.id)

    return act


@contextmanager
def rendering(wish: Wish, plan: Plan) -> Iterator[FilesOf]:
    """Yield what gives the files of each node that the plan makes.

    They are rendered while the engine makes the networks, which takes it as long.
    """
    with ThreadPoolExecutor(1) as pool:
        made = [step.node for step in plan if isinstance(step, CreateNode)]
        files = {node: pool.submit(wish.files, node) for node in made}
        yield lambda node: files[node].result()


def maker(backend: Backend, files: FilesOf, owner: SeatRef) -> Act:
    """Return what does the steps of any plan; `files` gives those of each node it makes."""
    remove = remover(backend)

    def act(step: Operation, tell: Tell) -> None:
        match step:
            case Remove():
                remove(step, tell)
            case CreateNetwork():
                backend.create_network(step.spec)
            case BuildImage():
                _build(backend, step, owner, tell)
            case CreateNode():
                backend.create_node(step.spec, files(step.node))
            case StartNode():
                ports = [outside for _, outside in step.spec.published.values()]
                backend.start_node(step.spec.ref, ports)
            case ResumeNode():
                backend.resume_node(step.spec.ref)
            case JoinNetwork():
                address = step.spec.addresses[step.network]
                backend.join(step.spec.ref, step.network, address)

    return act


def _build(backend: Backend, step: BuildImage, owner: SeatRef, tell: Tell) -> None:
    name = "image-" + hashlib.sha256(step.spec.tag.encode()).hexdigest()[:16]
    with hold(name, lambda pid: tell(f"process {pid} builds it already; waiting for it")):
        if step.spec.tag not in backend.observe().images:
            backend.build_image(step.spec, owner, tell)


def builds_of(plan: Plan) -> tuple[BuildImage, ...]:
    """Return the image builds of a plan."""
    return tuple(step for step in plan if isinstance(step, BuildImage))
