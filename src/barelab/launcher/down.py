"""Taking a seat down. Loads nothing that only `up` needs: half of its time was loading."""

from __future__ import annotations

from collections.abc import Callable

from barelab.backends.base import Backend, SeatRef
from barelab.launcher.act import remover
from barelab.launcher.execute import Listener, execute
from barelab.launcher.ownership import owning
from barelab.launcher.plan import Plan, plan_down
from barelab.support.wait import until

# What a killed `up` had asked of the engine shows within this time.
_LATE_S = 1.0


def take_down(
    backend: Backend, owner: SeatRef, listen: Listener, say: Callable[[str], None]
) -> bool:
    """Remove everything that a seat owns; return whether there was anything."""
    anything = False
    with owning(owner, say) as left:
        while plan := _rest(backend, owner, _LATE_S if left else 0.0):
            anything = True
            execute(plan, remover(backend), listen)
    return anything


def _rest(backend: Backend, owner: SeatRef, late_s: float) -> Plan:
    def look() -> Plan | None:
        return plan_down(backend.observe(owner)) or None

    return until(look, late_s) or ()
