"""Is a seat ready: did its front door give a page with data from the database? If not, why?"""

from __future__ import annotations

import time

from barelab.backends.base import Backend, NodeRef, NodeState, SeatRef
from barelab.launcher.front import Front
from barelab.model.lab import Lab, Node
from barelab.render.nodes import memory_mib
from barelab.support.errors import BarelabError, NotReady, Overtaken
from barelab.support.patience import patient
from barelab.support.text import clean

_JOURNAL_LINES = 5
# How long is waited for the page until the nodes are looked at again.
_LOOK_S = 5.0


def wait_ready(backend: Backend, lab: Lab, owner: SeatRef, front: Front, timeout_s: float) -> None:
    """Return when the first site's page came through the front door with data from the database.

    Raises:
        NotReady: it did not within the time; the message names node, unit and its last lines.
        Overtaken: a node is gone.
    """
    timeout_s = patient(timeout_s)
    deadline = time.monotonic() + timeout_s
    answer = front.page(min(timeout_s, _LOOK_S))
    while not answer.matched and (left_s := deadline - time.monotonic()) > 0:
        there = {node.ref.node for node in backend.observe(owner).nodes}
        if not {node.name for node in lab.nodes} <= there:
            raise Overtaken(f"{owner} has lost a node")
        answer = front.page(min(left_s, _LOOK_S))
    if not answer.matched:
        told = (
            f"the page shows no data ({answer.status})" if answer.status == 200 else answer.told()
        )
        causes = _causes(backend, lab, owner)
        raise NotReady(f"{owner} is not ready after {timeout_s:g} s: {front.url}: {told}\n{causes}")


def _causes(backend: Backend, lab: Lab, owner: SeatRef) -> str:
    states = {node.ref.node: node for node in backend.observe(owner).nodes}
    lines = []
    for node in lab.visible():
        seen = states.get(node.name)
        if seen is None or seen.state is not NodeState.RUNNING:
            lines.append(f"  {node.name}: {seen.state.value if seen else 'missing'}")
            if seen and seen.out_of_memory:
                lines[-1] += ", killed for memory"
        else:
            ref = NodeRef(owner, node.name)
            failed = _failed_units(backend, lab, ref, node)
            lines += failed + (_memory(backend, lab, ref, node) if failed else [])
    return "\n".join(lines) or "  every unit of every node runs; see `barelab logs NODE`"


def _memory(backend: Backend, lab: Lab, ref: NodeRef, node: Node) -> list[str]:
    try:
        count = backend.killed_for_memory(ref)
    except BarelabError:
        return []
    if not count:
        return []
    size = f"the {memory_mib(lab, node)} MiB of the node did not suffice"
    return [f"  {node.name}: processes were killed for memory {count} times: {size}"]


def _failed_units(backend: Backend, lab: Lab, ref: NodeRef, node: Node) -> list[str]:
    units = [unit for role in node.roles for unit in lab.roles[role].units]
    found = []
    for unit in units:
        try:
            state = backend.run(ref, ["systemctl", "is-active", unit]).text
            if state == "active":
                continue
            journal = [
                "journalctl",
                "--no-pager",
                "-o",
                "cat",
                "-n",
                str(_JOURNAL_LINES),
                "-u",
                unit,
            ]
            last = clean(backend.run(ref, journal).text).splitlines()
        except BarelabError as error:
            state, last = "unknown", [str(error)]
        found.append(f"  {node.name}: {unit} is {state}; its last lines:")
        found += [f"    {line}" for line in last]
    return found
