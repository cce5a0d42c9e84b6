"""Stops, continues or kills processes of a node from beside it; no program of the node has a part.

Runs in a container of the probe's image in the node's process namespace, with Debian's Python and
nothing else: `python3 -I -u -c SOURCE`. Answers lines of JSON. When its input ends, as it does when
whoever asked was killed, it continues what it stopped: no fault outlives its drill.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time


def table() -> dict[int, tuple[str, int]]:
    """Return each process's name and parent by its id."""
    found = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as stream:
                before, _, after = stream.read().rpartition(")")
            found[int(name)] = (before.partition("(")[2], int(after.split()[1]))
    return found


def main_of(process: str, seen: dict[int, tuple[str, int]]) -> int:
    """Return the process of that name whose parent has another one: a server's first."""
    named = [pid for pid, (name, _) in seen.items() if name == process]
    first = [pid for pid in named if seen.get(seen[pid][1], ("", 0))[0] != process]
    if not first:
        raise LookupError(f"no process {process} runs")
    return min(first)


def below(main: int, seen: dict[int, tuple[str, int]]) -> list[int]:
    """Return a process and all that descend from it, parents first."""
    found = [main]
    for pid in found:
        found += [child for child, (_, parent) in seen.items() if parent == pid]
    return found


def send(process: str, name: str, stopped: set[int]) -> dict[str, object]:
    """Kill a server's first process, or stop it and all below it."""
    seen = table()
    main = main_of(process, seen)
    pids = below(main, seen) if name == "SIGSTOP" else [main]
    stopped.update(pids if name == "SIGSTOP" else ())
    before = time.monotonic()
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.Signals[name])
    return {"pids": pids, "before": before, "after": time.monotonic()}


def resume(pids: set[int]) -> dict[str, object]:
    """Continue what was stopped, and tell how many were still there."""
    there = pids & table().keys()
    for pid in there:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    pids.clear()
    return {"there": len(there)}


def answer(asked: dict[str, str], stopped: set[int]) -> dict[str, object]:
    """Do what is asked."""
    if asked["do"] == "find":
        return {"pids": [main_of(asked["process"], table())]}
    if asked["do"] == "resume":
        return resume(stopped)
    if asked["do"] == "wake":
        seen = table()
        return resume(set(below(main_of(asked["process"], seen), seen)))
    return send(asked["process"], asked["signal"], stopped)


def main() -> None:
    """Answer until the input ends, and leave nothing stopped."""
    stopped: set[int] = set()
    try:
        for line in sys.stdin:
            try:
                told = answer(json.loads(line), stopped)
            except (LookupError, OSError) as error:
                told = {"error": str(error)}
            print(json.dumps(told), flush=True)
    finally:
        resume(stopped)


if __name__ == "__main__":
    main()
