"""From facts to items: pure."""

from __future__ import annotations

from collections.abc import Callable

from barelab.launcher.doctor import judge_engine as e
from barelab.launcher.doctor import judge_machine as m
from barelab.launcher.doctor.facts import Facts, Item

_JUDGES: tuple[Callable[[Facts], Item], ...] = (
    e.engine,
    e.runc,
    e.published_ports,
    e.systemd,
    e.cgroups,
    m.inotify,
    m.memory,
    m.disk,
    m.addresses,
    m.ports,
    e.base_image,
    e.registry,
    m.vagrant,
    m.python,
    m.company,
)


def judge(facts: Facts) -> tuple[Item, ...]:
    """Return every item, in the order in which it is shown."""
    return tuple(judge(facts) for judge in _JUDGES)
