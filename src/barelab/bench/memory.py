"""What the nodes of a lab take of memory, once their sites have given pages for a while."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from barelab.backends.base import NodeRef, SeatRef
from barelab.backends.opening import open_backend
from barelab.bench.cases import Bench
from barelab.bench.contestants import SEAT, Barelab
from barelab.bench.figures import Figure, figure
from barelab.launcher.front import site_url
from barelab.launcher.probe import Probe
from barelab.launcher.status import site_of
from barelab.model.lab import Lab, Node
from barelab.model.loading import load_lab
from barelab.render.nodes import memory_mib
from barelab.support.errors import CouldNotTell

HEAD = ("node", "roles", "in use, MiB", "limit, MiB")
_PAGES = 100


@dataclass(frozen=True, slots=True)
class Used:
    """What a node had in use in each round, and its limit, in MiB."""

    node: Node
    mib: Figure
    limit_mib: int

    def row(self) -> tuple[str, str, str, str]:
        """Return the cells of the table."""
        return self.node.name, ", ".join(self.node.roles), str(self.mib), str(self.limit_mib)

    def as_json(self) -> dict[str, object]:
        """Return the object of `bench --memory --json`."""
        own = {"name": self.node.name, "roles": list(self.node.roles)}
        return {**own, "mib": self.mib.as_json(), "limit_mib": self.limit_mib}


def memory(bench: Bench) -> list[Used]:
    """Bring the lab up in each round, ask for pages of each of its sites, and look at the nodes."""
    ours, lab = Barelab(bench.lab), load_lab(bench.lab)
    rounds = []
    for number in range(bench.rounds):
        try:
            ours.up()
            rounds.append(_in_use(lab))
        finally:
            ours.down()
        bench.tell(f"round {number + 1}: {sum(rounds[-1]):.0f} MiB")
    return [
        Used(node, figure([found[place] for found in rounds]), memory_mib(lab, node))
        for place, node in enumerate(lab.nodes)
    ]


def markdown(used: Sequence[Used]) -> str:
    """Return the table as documents have it, with the sum."""
    rows = [HEAD, ("---", "---", "--:", "--:"), *(each.row() for each in used)]
    total = sum(each.mib.median for each in used)
    limit = sum(each.limit_mib for each in used)
    rows.append(("all", "", f"{total:.0f}", str(limit)))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _in_use(lab: Lab) -> list[float]:
    backend, owner = open_backend(), SeatRef(lab.name, SEAT)
    site = site_of(backend.observe(owner), owner)
    probe = Probe(backend, owner)
    try:
        for name in lab.sites:
            url = site_url(lab, name, lab.app.sites[name].page, site.ports.get("https"))
            front = next(iter(site.addresses[lab.front].values()))
            for _ in range(_PAGES):
                answer = probe.http(url, address=front, port=443)
                if not 200 <= answer.status < 400:
                    raise CouldNotTell(f"{url} gave {answer.told()}")
    finally:
        probe.close()
    return [backend.memory_in_use(NodeRef(owner, node.name)) / 2**20 for node in lab.nodes]
