"""`python -m barelab.bench.sleepers up|down LAB`: a lab's containers by the same calls, asleep."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

from barelab.backends.base import Backend, SeatRef
from barelab.backends.opening import open_backend
from barelab.launcher.act import maker, remover
from barelab.launcher.desire import Wish, desire
from barelab.launcher.execute import Act, execute
from barelab.launcher.plan import CreateNode, Operation, plan_down, plan_up
from barelab.model.loading import load_lab, load_role
from barelab.render.nodes import BASE

_SEAT = "bench-asleep"


def main(action: str, lab: str) -> None:
    """Bring the lab's containers up, or take them down."""
    backend, owner = open_backend(), SeatRef(lab, _SEAT)
    seen = backend.observe()
    if action == "down":
        execute(plan_down(seen.of(owner)), remover(backend), lambda _event: None)
        return
    wish = desire(load_lab(lab), load_role(BASE), owner, seen)
    asleep = tuple(replace(node, systemd=False) for node in wish.desired.nodes)
    plan = plan_up(replace(wish.desired, nodes=asleep), seen.of(owner))
    execute(plan, _act(backend, wish, owner), lambda _event: None)


def _act(backend: Backend, wish: Wish, owner: SeatRef) -> Act:
    otherwise = maker(backend, wish.files, owner)

    def act(step: Operation, tell: Callable[[str], None]) -> None:
        if isinstance(step, CreateNode):
            backend.create_node(step.spec, ())
        else:
            otherwise(step, tell)

    return act


if __name__ == "__main__":
    main(*sys.argv[1:])
