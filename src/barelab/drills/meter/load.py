"""Load at a set rate: each attempt begins when it is due, whatever became of those before."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .clock import Clock
from .journal import Journal
from .sending import ACKNOWLEDGED, UNKNOWN, Request, send

WRITE = "write"
# A read asks for what was acknowledged so long ago that a replica must have it.
_SETTLED_S = 2.0
_CLOCK_S = 1.0
_LOOK_S = 0.25
# Ten seconds of everything without an answer; more would only measure this program's memory.
_OUTSTANDING_S = 10.0


@dataclass(frozen=True)
class Plan:
    """What is sent how often. `first` is an id that is there already, for reads before a write."""

    run: str
    rates: Mapping[str, float]
    requests: Mapping[str, Request]
    first: str
    deadline_s: float
    quiet_s: float

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Plan:
        """Return the plan that the launcher sent."""
        requests = {kind: Request.of(each) for kind, each in raw["requests"].items()}
        return cls(
            run=raw["run"],
            rates=raw["rates"],
            requests=requests,
            first=raw["first"],
            deadline_s=raw["deadline_s"],
            quiet_s=raw["quiet_s"],
        )


class Load:
    """One run of the load; `heard` tells when the launcher was last heard, on the same clock."""

    def __init__(
        self,
        plan: Plan,
        trusted: ssl.SSLContext,
        journal: Journal,
        clock: Clock,
        heard: Callable[[], float | None] = lambda: None,
    ) -> None:
        self._plan, self._trusted, self._journal, self._clock = plan, trusted, journal, clock
        self._heard = heard
        self._under_way: set[asyncio.Task[None]] = set()
        self._there: deque[tuple[float, str]] = deque()
        self._newest = plan.first
        self.why = ""

    def stop(self, why: str = "stopped") -> None:
        """Begin no further attempt; those under way end."""
        self.why = self.why or why

    async def run(self) -> None:
        """Make load until `stop`, the deadline, or until the launcher was not heard for long."""
        began = self._clock.mono()
        self._journal.header(self._plan.run, rates=dict(self._plan.rates), pid=os.getpid())
        pacing = [
            asyncio.create_task(self._pace(kind, rate, began + number / len(self._plan.rates) / 10))
            for number, (kind, rate) in enumerate(self._plan.rates.items())
            if rate > 0
        ]
        await self._keep(began)
        for task in pacing:
            task.cancel()
        await asyncio.gather(*pacing, return_exceptions=True)
        await asyncio.gather(*self._under_way)
        self._journal.end(self.why)

    async def _keep(self, began: float) -> None:
        ticks = 0
        while not self.why:
            now = self._clock.mono()
            if now - began >= ticks * _CLOCK_S:
                self._journal.clock()
                ticks += 1
            heard = self._heard()
            if now - began > self._plan.deadline_s:
                self.stop("deadline")
            elif heard is not None and now - heard > self._plan.quiet_s:
                self.stop("launcher gone")
            await asyncio.sleep(_LOOK_S)

    async def _pace(self, kind: str, rate: float, began: float) -> None:
        number = 0
        while True:
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - self._clock.mono()))
            task = asyncio.create_task(self._attempt(kind, number, due))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            number += 1

    async def _attempt(self, kind: str, number: int, due: float) -> None:
        key = f"{self._plan.run}-{number}" if kind == WRITE else self._readable()
        begun = self._clock.mono()
        if len(self._under_way) > _OUTSTANDING_S * sum(self._plan.rates.values()):
            self._journal.attempt(kind, key, due, begun, UNKNOWN, 0, "not sent: too many wait")
            return
        outcome, status, why = await send(self._trusted, self._plan.requests[kind], key)
        self._journal.attempt(kind, key, due, begun, outcome, status, why)
        if kind == WRITE and outcome == ACKNOWLEDGED:
            self._there.append((self._clock.mono(), key))

    def _readable(self) -> str:
        while self._there and self._clock.mono() - self._there[0][0] >= _SETTLED_S:
            self._newest = self._there.popleft()[1]
        return self._newest
