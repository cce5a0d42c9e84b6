"""The connection to the engine, and its failures in our words."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from barelab.backends.docker import endpoint
from barelab.support.errors import BarelabError, CouldNotTell, EngineAway, EngineDenied

if TYPE_CHECKING:
    from docker import APIClient

P = ParamSpec("P")
R = TypeVar("R")

QUICK_S = 10.0
SLOW_S = 120.0
BUILD_S = 1800.0

_TIMED_OUT = "timed out"
_INSTALL = "`barelab doctor` tells what is wrong, `barelab up LAB` offers to install one"
_RESTART = "where waiting does not help, restart it (`sudo systemctl restart docker`)"


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """What an engine says of itself; `api` is (major, minor)."""

    version: str
    api: tuple[int, int]
    cgroups: int
    rootless: bool
    architecture: str
    data_root: str
    security: tuple[str, ...]
    cpus: int
    memory_bytes: int
    kernel: str = ""


def connect(timeout_s: float) -> APIClient:
    """Return a client of the engine that the user's environment or docker context names.

    Where neither names one, of the first that answers in the usual places.

    Raises:
        EngineAway: nothing answers there.
    """
    with engine_errors():
        from docker import APIClient

        found = endpoint.find()
        client = APIClient(version=found.version, timeout=timeout_s, **found.arguments)
        _leave_open_what_is_in_use(client)
        # `attach_socket` sets no time itself, and would wait for ever for an engine that is frozen.
        client.request = functools.partial(client.request, timeout=timeout_s)
        return client


def _leave_open_what_is_in_use(client: APIClient) -> None:
    # docker-py has a pool of connections for each address asked, and closes the oldest of them
    # even as another thread is about to ask it: "Pool is closed" (docker/compose#3586). A pool
    # that nobody holds any more closes its connections itself.
    pools = getattr(client.get_adapter(client.base_url), "pools", None)
    if pools is not None:
        pools.dispose_func = None


def facts(client: APIClient) -> EngineFacts:
    """Return what the engine says of itself."""
    with engine_errors(), ThreadPoolExecutor(2) as pool:
        asked = pool.submit(client.version)
        info, version = client.info(), asked.result()
    major, minor = version["ApiVersion"].split(".")
    security = tuple(str(option) for option in info.get("SecurityOptions") or ())
    return EngineFacts(
        version=version["Version"],
        api=(int(major), int(minor)),
        cgroups=int(info.get("CgroupVersion") or 1),
        rootless=any("rootless" in option for option in security),
        architecture=info["Architecture"],
        data_root=info["DockerRootDir"],
        security=security,
        cpus=int(info["NCPU"]),
        memory_bytes=int(info["MemTotal"]),
        kernel=str(info.get("KernelVersion") or ""),
    )


@contextmanager
def engine_errors() -> Iterator[None]:
    """Turn the engine's and the connection's failures in the body into ours."""
    from docker.errors import APIError, DockerException
    from requests.exceptions import RequestException, Timeout

    try:
        yield
    except BarelabError:
        raise
    except APIError as error:
        raise CouldNotTell(f"the container engine refused: {error.explanation or error}") from error
    except (DockerException, RequestException, OSError) as error:
        if denied(error):
            raise EngineDenied(
                "you may not use the container engine of this machine: "
                "`sudo usermod -aG docker $USER`, then `newgrp docker`, and try again"
            ) from error
        why = _short(error)
        hangs = isinstance(error, Timeout) or why == _TIMED_OUT
        raise EngineAway(
            f"the container engine does not answer ({why}); {_RESTART if hangs else _INSTALL}"
        ) from error


def translated(function: Callable[P, R]) -> Callable[P, R]:
    """Wrap a function that calls the engine so that its failures come as ours."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with engine_errors():
            return function(*args, **kwargs)

    return wrapper


def denied(error: BaseException) -> bool:
    """Return whether an error comes from a socket that the user may not open."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, PermissionError) or "Permission denied" in str(seen):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _short(error: BaseException) -> str:
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return str(error).splitlines()[0] if str(error) else type(error).__name__
