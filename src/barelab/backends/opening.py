"""Choosing a backend, in one place."""

from __future__ import annotations

from barelab.backends.base import Backend
from barelab.support.errors import UsageError

NAMES = ("docker",)


def open_backend(name: str = "docker") -> Backend:
    """Return the backend of that name.

    Raises:
        UsageError: there is none.
        EngineAway: its engine does not answer.
    """
    if name == "docker":
        from barelab.backends.docker.backend import DockerBackend

        return DockerBackend()
    raise UsageError(f"no backend {name!r}; there is {', '.join(NAMES)}")
