"""Where the container engine listens, and which version of its language we speak with it."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barelab.support.errors import EngineAway

# 20.10 speaks 1.41 and nothing newer; 29 and later speak nothing older than 1.44.
_SPOKEN = ((1, 44), (1, 41))
_ASKED_S = 5.0
_NAMING = (
    "DOCKER_HOST",
    "DOCKER_CONTEXT",
    "DOCKER_CONFIG",
    "DOCKER_CERT_PATH",
    "DOCKER_TLS_VERIFY",
)
_NOWHERE = (
    "there is no container engine in the usual places; "
    "`barelab doctor` tells what is wrong, `barelab up LAB` offers to install one"
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An engine that answered: how its client is made, and in which version it is spoken to."""

    arguments: Mapping[str, Any]
    version: str


def find() -> Endpoint:
    """Return the engine that the environment or docker context names, else the first to answer.

    Asked once in a process for the same environment; one question of about 3 ms.

    Raises:
        EngineAway: none is named and there is no socket in the usual places.
        OSError, docker.errors.DockerException, requests.exceptions.RequestException: none answered.
    """
    return _find(tuple(os.environ.get(name, "") for name in _NAMING))


@functools.cache
def _find(_environment: tuple[str, ...]) -> Endpoint:
    from docker.errors import DockerException

    arguments = named()
    if arguments:
        return _ask(arguments)
    failed: Exception | None = None
    for socket in sockets(os.environ, Path.home()):
        try:
            if socket.exists():
                return _ask({"base_url": f"unix://{socket}"})
        except (OSError, DockerException) as error:
            failed = failed or error
    raise failed or EngineAway(_NOWHERE)


def named() -> dict[str, Any]:
    """Return how to reach the engine that DOCKER_HOST or a docker context names, if any does."""
    from docker.context import ContextAPI
    from docker.context.config import get_current_context_name
    from docker.utils import kwargs_from_env

    arguments: dict[str, Any] = kwargs_from_env()
    if "base_url" in arguments:
        return arguments
    name = os.environ.get("DOCKER_CONTEXT") or get_current_context_name()
    context = ContextAPI.get_context(name) if name != "default" else None
    if context is None or not context.Host:
        return {}
    return {"base_url": context.Host, "tls": context.TLSConfig or False}


def sockets(environment: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    """Return where engines listen when nobody says otherwise, the likeliest first.

    The system's, a rootless one's, Docker Desktop's, Colima's.
    """
    runtime = environment.get("XDG_RUNTIME_DIR")
    return (
        Path("/var/run/docker.sock"),
        *([Path(runtime) / "docker.sock"] if runtime else []),
        home / ".docker/run/docker.sock",
        home / ".docker/desktop/docker.sock",
        home / ".colima/default/docker.sock",
    )


def _ask(arguments: Mapping[str, Any]) -> Endpoint:
    from docker import APIClient

    client = APIClient(version="1.41", timeout=_ASKED_S, **arguments)
    try:
        answer = client.get(f"{client.base_url}/_ping", timeout=_ASKED_S)
        answer.raise_for_status()
        return Endpoint(arguments, spoken(answer.headers.get("Api-Version", "")))
    finally:
        client.close()


def spoken(newest: str) -> str:
    """Return the version that we speak with an engine whose newest is `newest`, as in "1.41"."""
    major, _, minor = newest.partition(".")
    known = (int(major), int(minor)) if major.isdigit() and minor.isdigit() else _SPOKEN[-1]
    return "{}.{}".format(*next((v for v in _SPOKEN if v <= known), _SPOKEN[-1]))
