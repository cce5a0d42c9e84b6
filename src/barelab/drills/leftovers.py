"""What a killed drill left in a seat: a load that may still run, and its journal, which is kept."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from barelab.backends.base import Backend, NodeRef, SeatRef
from barelab.drills import keeping
from barelab.drills.journal import WRITE, read_journal
from barelab.drills.metering import RUNS, end_load, journal_of
from barelab.model.names import PROBE

_LIST = ("sh", "-c", f"ls {RUNS} 2>/dev/null || true")


def pick_up(backend: Backend, owner: SeatRef, say: Callable[[str], None]) -> None:
    """End the load of a drill that was killed, or interrupted, and keep its journal; say so."""
    probe = NodeRef(owner, PROBE)
    for run in backend.run(probe, _LIST).text.split():
        folder = f"{RUNS}/{run}"
        end_load(backend, probe, folder)
        text = journal_of(backend, probe, folder)
        result = next((each for each in keeping.kept() if each.get("under_way") == run), None)
        name = result["name"] if result else "left"
        path = keeping.keep_journal(name, run, text)
        journal = read_journal(text.decode(errors="replace"))
        writes = list(journal.of(WRITE))
        good = sum(write.good for write in writes)
        told = f"it had attempted {len(writes)} writes, {good} were acknowledged; journal: {path}"
        if result:
            why = result["aborted"].partition(";")[0]
            keeping.keep(name, {**result, "aborted": f"{why}; {told}"})
        say(f"a drill in {owner} was not over: {told}")
        forget(backend, probe, folder)


def forget(backend: Backend, probe: NodeRef, folder: str) -> None:
    """Remove what a run left in the probe, once it is kept here."""
    backend.run(probe, ("sh", "-c", f"rm -rf {shlex.quote(folder)}"))
