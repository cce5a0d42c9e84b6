"""Rebooting nodes of a seat, and knowing when their start-up is over."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from barelab.backends.base import NodeRef
from barelab.grading.access import Access
from barelab.support.errors import CouldNotTell
from barelab.support.wait import until

BOOT_S = 30.0
_STATE = ("systemctl", "is-system-running")
_AT_ONCE = 8
# Asks again for as long as process 1 does not answer yet, which in here costs little.
_BOOTED = """
until systemctl is-system-running --wait 2>&1 | grep -Eqx 'running|degraded|maintenance'; do
    sleep 0.05
done
"""


def reboot(access: Access, nodes: Iterable[str]) -> None:
    """Reboot nodes side by side and return when the start-up of each has come to an end.

    One whose start-up hangs is a node that runs, as its last repair left it: that is graded.

    Raises:
        CouldNotTell: process 1 of one does not answer; it was given twice `BOOT_S` seconds.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda node: _reboot(access, access.ref(node)), nodes))


def _reboot(access: Access, ref: NodeRef) -> None:
    access.backend.restart_node(ref)
    if until(lambda: _booted(access, ref), BOOT_S) or _boots(access, ref):
        return
    raise CouldNotTell(f"{ref.node} was rebooted and does not answer")


def _booted(access: Access, ref: NodeRef) -> bool:
    try:
        return access.backend.run(ref, ("sh", "-c", _BOOTED), timeout_s=BOOT_S).exit_code == 0
    except CouldNotTell:
        return False


def _boots(access: Access, ref: NodeRef) -> bool:
    try:
        return access.backend.run(ref, _STATE).text == "starting"
    except CouldNotTell:
        return False
