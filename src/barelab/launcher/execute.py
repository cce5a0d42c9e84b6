"""Walking a plan: independent steps at once; the first failure stops what has not begun."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import Enum

from barelab.launcher.plan import Operation, Plan
from barelab.support.errors import BarelabError
from barelab.support.failpoints import failpoint
from barelab.support.wait import until

WORKERS = 8
# How long steps under way are waited for after an interruption; only a build takes longer.
LAST_S = 5.0


class Phase(Enum):
    """Where a step is."""

    BEGUN = "begun"
    TOLD = "told"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a step; `seconds` since it began."""

    phase: Phase
    operation: Operation
    text: str = ""
    seconds: float = 0.0


Listener = Callable[[Event], None]
Act = Callable[[Operation, Callable[[str], None]], None]


def execute(
    plan: Plan,
    act: Act,
    listen: Listener,
    workers: int = WORKERS,
    hasten: Callable[[], None] = lambda: None,
) -> None:
    """Do every step of the plan, each after those that it names, the plan's first first.

    `hasten` ends steps that take minutes. It is called after an interruption, again and again
    until the steps under way have ended, at most `LAST_S` seconds long.

    Raises:
        BarelabError: the first failure; steps under way were waited for, the rest was not begun.
    """
    waiting = {step.key: step for step in plan}
    running: dict[Future[None], Operation] = {}
    # Kept by the steps themselves: an interruption may come before `running` knows of one.
    under_way: set[str] = set()
    pool, interrupted = ThreadPoolExecutor(workers), False
    try:
        while waiting or running:
            free = [s for s in waiting.values() if not _blocked(s, waiting, running)]
            # No more than can begin now: what becomes free meanwhile may come before the others.
            for step in free[: workers - len(running)]:
                del waiting[step.key]
                running[pool.submit(_do, step, act, listen, under_way)] = step
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                del running[future]
                future.result()
    except KeyboardInterrupt:
        interrupted = True
        raise
    finally:
        pool.shutdown(wait=not interrupted, cancel_futures=True)
        if interrupted:
            until(lambda: _hastened(under_way, hasten), LAST_S, every_s=0.2)


def _hastened(under_way: set[str], hasten: Callable[[], None]) -> bool:
    if under_way:
        hasten()
    return not under_way


def _blocked(
    step: Operation, waiting: dict[str, Operation], running: dict[Future[None], Operation]
) -> bool:
    under_way = {operation.key for operation in running.values()}
    return any(key in waiting or key in under_way for key in step.after)


def _do(step: Operation, act: Act, listen: Listener, under_way: set[str]) -> None:
    under_way.add(step.key)
    began = time.monotonic()
    try:
        listen(Event(Phase.BEGUN, step, step.cause))
        failpoint(f"before {step.key}")
        act(step, lambda text: listen(Event(Phase.TOLD, step, text, time.monotonic() - began)))
    except BarelabError as error:
        listen(Event(Phase.FAILED, step, str(error), time.monotonic() - began))
        raise
    else:
        failpoint(f"after {step.key}")
        listen(Event(Phase.DONE, step, "", time.monotonic() - began))
    finally:
        under_way.discard(step.key)
