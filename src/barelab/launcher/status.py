"""How seats are: what the engine says of their nodes, and whether the front door shows data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from barelab.backends.base import Backend, NodeSeen, NodeState, SeatRef, Snapshot
from barelab.launcher.front import Front, site_url
from barelab.launcher.running import lab_of
from barelab.model.lab import Lab
from barelab.model.loading import lab_names
from barelab.model.names import PROBE
from barelab.render.nodes import Site
from barelab.render.secrets import SeatSecrets
from barelab.support.errors import BarelabError

_STARTING_S = 60.0


@dataclass(frozen=True, slots=True)
class SeatStatus:
    """One seat as it is now. `lab` is None where the lab's file is gone; `state` is JSON's word."""

    owner: SeatRef
    backend: str
    state: str
    lab: Lab | None
    sites: Mapping[str, str]
    nodes: tuple[NodeSeen, ...]

    def as_json(self) -> dict[str, object]:
        """Return the object of design.md."""
        return {
            "seat": self.owner.seat,
            "lab": self.owner.lab,
            "backend": self.backend,
            "state": self.state,
            "sites": dict(self.sites),
            "nodes": [
                {
                    "name": node.ref.node,
                    "roles": _roles(self.lab, node.ref.node),
                    "state": node.state.value,
                    "addresses": dict(node.addresses),
                    "id": node.id,
                }
                for node in self.nodes
                if node.ref.node != PROBE
            ],
        }


def statuses(backend: Backend, owners: Iterable[SeatRef] | None = None) -> list[SeatStatus]:
    """Return the status of the named seats, or of all that own something."""
    snapshot = backend.observe()
    return [_status(backend, snapshot.of(o), o) for o in (owners or snapshot.owners())]


def ready_status(backend: Backend, seen: Snapshot, owner: SeatRef) -> SeatStatus:
    """Return the status of a seat whose page has just been seen, without asking for it again."""
    return _status(backend, seen.of(owner), owner, "ready")


def site_of(seen: Snapshot, owner: SeatRef) -> Site:
    """Return where a seat's nodes are and which ports they have, from what exists alone."""
    ports = next((node.ports for node in seen.nodes if node.ports), {})
    return Site(
        owner.seat,
        {node.ref.node: node.addresses for node in seen.nodes},
        {network.network: str(network.subnet) for network in seen.networks},
        ports,
    )


def _status(backend: Backend, seen: Snapshot, owner: SeatRef, state: str = "") -> SeatStatus:
    lab = lab_of(owner, seen) if owner.lab in lab_names() else None
    site = site_of(seen, owner)
    urls = {}
    if lab is not None and site.ports:
        names = (*lab.sites, *(page.name for page in lab.pages))
        urls = {name: site_url(lab, name, "/", site.ports.get("https")) for name in names}
    state = state or _state(backend, lab, seen, site)
    return SeatStatus(owner, backend.of(owner).name, state, lab, urls, _in_order(lab, seen))


def _in_order(lab: Lab | None, seen: Snapshot) -> tuple[NodeSeen, ...]:
    names = [node.name for node in lab.nodes] if lab else []
    place = {name: number for number, name in enumerate(names)}
    return tuple(sorted(seen.nodes, key=lambda n: (place.get(n.ref.node, len(place)), n.ref)))


def _state(backend: Backend, lab: Lab | None, seen: Snapshot, site: Site) -> str:
    running = [node for node in seen.nodes if node.state is NodeState.RUNNING]
    if not running:
        return "stopped"
    names = {node.ref.node for node in running}
    if lab is None or any(node.name not in names for node in lab.visible()):
        return "degraded"
    if _answers(backend, lab, running[0].ref.owner, seen, site):
        return "ready"
    return "starting" if any(_age_s(node) < _STARTING_S for node in running) else "degraded"


def _answers(backend: Backend, lab: Lab, owner: SeatRef, seen: Snapshot, site: Site) -> bool:
    front = Front(backend, lab, owner, site, SeatSecrets(seen.key, lab.name).authority_pem)
    with suppress(BarelabError), closing(front):
        return front.page(0.0).matched
    return False


def _age_s(node: NodeSeen) -> float:
    started = datetime.fromisoformat(node.started_at[:19]).replace(tzinfo=UTC)
    return (datetime.now(UTC) - started).total_seconds()


def _roles(lab: Lab | None, name: str) -> list[str]:
    found = [node for node in lab.nodes if node.name == name] if lab else []
    return list(found[0].roles) if found else []
