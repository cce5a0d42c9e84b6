"""Rebooting nodes of a seat, and knowing when their start-up is over."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from barelab.backends.base import NodeRef
from barelab.grading.access import Access
from barelab.support.errors import CouldNotTell
from barelab.support.wait import until

BOOT_S = 30.0
_AT_ONCE = 8
# Asks again for as long as process 1 does not answer yet, which in here costs little.
_BOOTED = """
until systemctl is-system-running --wait 2>&1 | grep -Eqx 'running|degraded|maintenance'; do
    sleep 0.05
done
"""


def reboot(access: Access, nodes: Iterable[str]) -> None:
    """Reboot nodes side by side and return when the start-up of each has come to an end.

    Raises:
        CouldNotTell: one was not up within `BOOT_S` seconds.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda node: _reboot(access, access.ref(node)), nodes))


def _reboot(access: Access, ref: NodeRef) -> None:
    access.backend.restart_node(ref)
    if until(lambda: _booted(access, ref), BOOT_S) is None:
        raise CouldNotTell(f"{ref.node} was rebooted and is not up after {BOOT_S:g} s")


def _booted(access: Access, ref: NodeRef) -> bool:
    try:
        return access.backend.run(ref, ("sh", "-c", _BOOTED), timeout_s=BOOT_S).exit_code == 0
    except CouldNotTell:
        return False
