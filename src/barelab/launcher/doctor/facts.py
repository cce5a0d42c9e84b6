"""What doctor looks at and what it says, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Network

from barelab.backends.docker.survey import Survey
from barelab.launcher.needs import Needs


class State(Enum):
    """How an item is; `WARN` works but has a catch."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was looked at, what was found, and what to do about it."""

    name: str
    state: State
    found: str
    remedy: str = ""

    def as_json(self) -> dict[str, str]:
        """Return it as `doctor --json` prints it."""
        return {
            "name": self.name,
            "state": self.state.value,
            "found": self.found,
            "remedy": self.remedy,
        }


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that doctor judges; None where it could not be found out in time.

    `engine` is None where no engine answers, and `engine_problem` then says why. `busy` are the
    wanted ports that somebody listens on. `vagrant` is "" where it is not installed.
    """

    engine: Survey | None
    engine_problem: str
    registry: bool | None
    maker: str | None
    inotify_used: int | None
    pool: IPv4Network
    routes: Mapping[IPv4Network, str]
    ports: tuple[int, ...]
    busy: frozenset[int]
    vagrant: str | None
    hypervisors: tuple[str, ...]
    python: tuple[int, ...]
    mirrors: tuple[str, ...]
    ca_bundle: str
    proxies: tuple[str, ...]
    labs: tuple[Needs, ...]


def exit_code(items: Iterable[Item]) -> int:
    """Return 1 where something is bad, else 3 where something could not be told, else 0."""
    states = {item.state for item in items}
    return 1 if State.BAD in states else 3 if State.UNKNOWN in states else 0
