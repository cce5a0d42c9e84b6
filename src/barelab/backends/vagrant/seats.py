"""What is kept of a seat beside its machines: what Vagrant reads, and the seat's secret."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from barelab.backends.base import NodeRef, SeatRef
from barelab.support.paths import state_dir

_SEAT, _NODES = "seat.json", "nodes"
_writing = threading.Lock()


def top() -> Path:
    """Return the folder of all seats, which may not be there."""
    return state_dir() / "vagrant"


def folder(owner: SeatRef) -> Path:
    """Return a seat's folder, which may not be there."""
    return top() / f"{owner.lab}.{owner.seat}"


def existing() -> list[SeatRef]:
    """Return the seats that have a folder."""
    found = (path.name.partition(".") for path in sorted(top().glob("*.*")) if path.is_dir())
    return [SeatRef(lab, seat) for lab, _, seat in found]


def read(owner: SeatRef) -> dict[str, Any]:
    """Return what is kept of a seat; nothing where it is gone or was being written."""
    return _json(folder(owner) / _SEAT)


def write(owner: SeatRef, changes: Mapping[str, Any]) -> None:
    """Keep more of a seat."""
    with _writing:  # by one thread: the seat's lock keeps other processes away
        write_seat(folder(owner), {**read(owner), **changes})


def write_seat(place: Path, said: Mapping[str, Any]) -> None:
    """Write what Vagrant reads of a seat into a folder, which is its user's alone."""
    (place / _NODES).mkdir(parents=True, exist_ok=True)
    place.chmod(0o700)
    _put(place / _SEAT, json.dumps(said, indent=1).encode())


def nodes(owner: SeatRef) -> Iterator[tuple[NodeRef, dict[str, Any]]]:
    """Yield each node that a seat has a file of, and what Vagrant reads there."""
    for path in sorted((folder(owner) / _NODES).glob("*.json")):
        if said := _json(path):
            yield NodeRef(owner, path.stem), said


def write_node(place: Path, node: str, said: Mapping[str, Any], files: bytes) -> None:
    """Keep a node that is to be made, and the tar of its files, in a seat's folder."""
    _put(place / _NODES / f"{node}.tar", files)
    _put(place / _NODES / f"{node}.json", json.dumps(said, indent=1).encode())


def settled(ref: NodeRef) -> str:
    """Return when a node's machine had its files, by its own clock; nothing while it has not."""
    path = _mark(ref)
    return path.read_text().strip() if path.is_file() else ""


def settle(ref: NodeRef, moment: str) -> None:
    """Note that a node's machine has its files."""
    _put(_mark(ref), moment.encode())


def forget_node(ref: NodeRef) -> None:
    """Remove what is kept of a node, Vagrant's part of it too."""
    place = folder(ref.owner)
    for path in (place / _NODES).glob(f"{ref.node}.*"):
        path.unlink(missing_ok=True)
    shutil.rmtree(place / ".vagrant" / "machines" / ref.node, ignore_errors=True)


def forget(owner: SeatRef) -> None:
    """Remove all that is kept of a seat."""
    forget_at(folder(owner))


def forget_at(place: Path) -> None:
    """Remove a seat's folder."""
    shutil.rmtree(place, ignore_errors=True)


def _mark(ref: NodeRef) -> Path:
    return folder(ref.owner) / _NODES / f"{ref.node}.settled"


def _json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_bytes()))
    except (OSError, ValueError):
        return {}


def _put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, for its owner alone."""
    new = path.with_name(f".{path.name}.new")
    new.touch(0o600)
    new.write_bytes(content)
    new.replace(path)
