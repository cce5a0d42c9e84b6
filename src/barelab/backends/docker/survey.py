"""What an engine is and has left, for those who judge whether labs can run on it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from barelab.backends.base import Room, Snapshot
from barelab.backends.docker import base_image, observe, recipe
from barelab.backends.docker import client as engine
from barelab.backends.docker.client import EngineFacts, translated
from barelab.support import machine
from barelab.support.errors import CouldNotTell

if TYPE_CHECKING:
    from docker import APIClient

_PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class Survey:
    """An engine, looked at. `recipe` is how systemd would run, `refusal` why it would not."""

    facts: EngineFacts
    runc: str
    recipe: str
    refusal: str
    base_image: bool
    room: Room
    seen: Snapshot


def survey() -> Survey:
    """Return what the engine is and has.

    Raises:
        EngineAway: it does not answer.
    """
    client = engine.connect(_PATIENCE_S)
    facts = engine.facts(client)
    with ThreadPoolExecutor(3) as pool:
        runc = pool.submit(_runc, client)
        base = pool.submit(translated(base_image.present), client)
        seen = pool.submit(observe.observe, client)
    chosen, refusal = _recipe(facts)
    left = room(client, facts)
    return Survey(facts, runc.result(), chosen, refusal, base.result(), left, seen.result())


def room(client: APIClient, facts: EngineFacts) -> Room:
    """Return what the engine's machine has left for nodes.

    Looked up here where the engine runs on this machine and in no VM of its own; where not, only
    the memory that it has at all is known.
    """
    root = Path(facts.data_root)
    if not _is_here(client, facts):
        return Room(facts.memory_bytes, None, str(root), None)
    return Room(
        machine.memory_free_bytes(),
        machine.disk_free_bytes(root),
        str(root),
        machine.inotify_limit(),
    )


def _is_here(client: APIClient, facts: EngineFacts) -> bool:
    # docker-py tells a unix socket by this name. An engine in a VM shows its own kernel.
    local = str(client.base_url).startswith("http+docker://")
    return local and facts.kernel == _kernel() and Path(facts.data_root).exists()


def _kernel() -> str:
    import platform

    return platform.release()


@translated
def _runc(client: APIClient) -> str:
    parts = client.version().get("Components") or ()
    return next((str(part["Version"]) for part in parts if part.get("Name") == "runc"), "")


def _recipe(facts: EngineFacts) -> tuple[str, str]:
    try:
        return recipe.choose(facts).name, ""
    except CouldNotTell as error:
        return "", str(error)
