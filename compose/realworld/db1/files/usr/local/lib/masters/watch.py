#!/usr/bin/python3
"""Look every three seconds whether the other master's changes are taken over here, and tell.

The journal has it in words, the monitoring as figures.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import psycopg
from join import SLOTS, subscribe, unsubscribe
from places import ME, PEER
from servers import BEHIND, ask, last_conflict, until

FIGURES = Path("/var/lib/masters/masters.prom")
EVERY_S = 3.0
# The server tries again every two seconds, on a busy machine later. Who fails twice in so long does
# not get on; once is a connection that was lost.
QUIET_S = 30.0
OFTEN = 2
# Who was made anew keeps nothing for us, and has all tables when it has copied ours.
COPIED = "SELECT count(*) > 0 AND bool_and(srsubstate = 'r') FROM pg_subscription_rel"
STATE = """
    SELECT subenabled, pid IS NOT NULL, apply_error_count + sync_error_count
      FROM pg_subscription JOIN pg_stat_subscription USING (subname)
      JOIN pg_stat_subscription_stats USING (subname) WHERE relid IS NULL
"""


class Watch:
    """What was seen before."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, int]] = []
        self.stopped = False

    def look(self) -> None:
        """Look once, and write the figures."""
        try:
            state = ask(ME, STATE)
        except psycopg.Error:
            FIGURES.unlink(missing_ok=True)  # the server is off, which others tell
            return
        if not state:
            return
        ((enabled, works, errors),) = state
        now = time.monotonic()
        self.seen = [each for each in self.seen if now - each[0] < QUIET_S] + [(now, errors)]
        failing = errors - self.seen[0][1] >= OFTEN
        behind = self.behind()
        # An error while the other is off is that it is off, which others tell.
        self.tell(failing and behind is not None)
        write(
            {
                "masters_enabled": enabled,
                "masters_applying": works and not failing,
                "masters_stopped": self.stopped,
                "masters_errors_total": errors,
                "masters_peer_up": behind is not None,
                "masters_behind_bytes": max(behind or 0, 0),
            }
        )

    def behind(self) -> int | None:
        """Return how many bytes of WAL are still to come, or None where nobody says."""
        try:
            ((place, slots),) = ask(PEER, f"SELECT pg_current_wal_lsn(), ({SLOTS})", ME)
            if not slots and ask(PEER, COPIED)[0][0]:
                print(f"<4>{PEER} was made anew: taking over its changes from now on", flush=True)
                unsubscribe()
                subscribe(copy_data=False)
                return 0
            return int(ask(PEER, BEHIND, place, ME)[0][0]) if slots else 0
        except psycopg.Error:
            return None

    def tell(self, stopped: bool) -> None:
        """Say it once when it begins, and once when it is over."""
        if stopped and not self.stopped:
            # The server's line may be in the journal a moment later than in its figures.
            conflict = until(lambda: last_conflict(f"-{QUIET_S:g}s"), EVERY_S)
            told = conflict.told() if conflict else "see journalctl -t postgres"
            print(
                f"<3>changes of {PEER} are not taken over: {told}. Next: masters-state", flush=True
            )
        elif self.stopped and not stopped:
            print(f"changes of {PEER} are taken over again", flush=True)
        self.stopped = stopped


def write(figures: dict[str, object], path: Path = FIGURES) -> None:
    """Put figures where the node's exporter reads them, all at once."""
    fresh = path.with_suffix(".new")
    fresh.write_text("".join(f"{name} {float(value)}\n" for name, value in figures.items()))
    fresh.rename(path)


def main() -> None:
    """Go on for ever."""
    watch = Watch()
    while True:
        watch.look()
        time.sleep(EVERY_S)


if __name__ == "__main__":
    sys.exit(main())
