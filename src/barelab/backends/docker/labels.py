"""The labels that say what is ours, and the names that follow from them."""

from __future__ import annotations

from barelab.backends.base import NodeRef, SeatRef

LAB = "barelab.lab"
SEAT = "barelab.seat"
NODE = "barelab.node"
NETWORK = "barelab.network"
KEY = "barelab.key"
OPTION = "barelab.option."
SPEC = "barelab.spec"
BUILD = "barelab.build"
WAITS = "barelab.waits"
IMAGE = "barelab.image"
USERS = "barelab.users"
GROUPS = "barelab.groups"


def of_seat(owner: SeatRef) -> dict[str, str]:
    """Return the labels of everything that the seat owns."""
    return {LAB: owner.lab, SEAT: owner.seat}


def owner_of(labels: dict[str, str] | None) -> SeatRef | None:
    """Return the seat that labels name, or None where they are not ours."""
    if not labels or not labels.get(LAB) or not labels.get(SEAT):
        return None
    return SeatRef(labels[LAB], labels[SEAT])


def network_name(owner: SeatRef, network: str) -> str:
    """Return the engine's name of a seat's network. Dots part lab and seat: names hold none."""
    return f"barelab.{owner.lab}.{owner.seat}.{network}"


def node_name(ref: NodeRef) -> str:
    """Return the engine's name of a node."""
    return network_name(ref.owner, ref.node)


def making_name(ref: NodeRef) -> str:
    """Return the engine's name of a node that will wait, until it is whole."""
    return node_name(ref) + ".new"
