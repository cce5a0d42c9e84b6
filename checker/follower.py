"""The replica of one master: it follows, is read, and takes no writes."""

from __future__ import annotations

import functools

from barelab.grading import Evidence, Subject, check, evidence
from barelab.grading.databases import PSQL, sql, write
from barelab.support.wait import until

LAG_S = 5.0
PAGES = 12
STREAMS = "SELECT status || ' ' || sender_host FROM pg_stat_wal_receiver"
SLOTS = "SELECT slot_name FROM pg_replication_slots WHERE slot_type = 'physical' AND active"
SCANS = "SELECT sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0)) FROM pg_stat_user_tables"


@check("The replica follows a master, and has what is written within seconds")
def follows(on: Subject) -> Evidence:
    """Writes through the front door, and waits for that place in its master's WAL."""
    masters = [node.name for node in on.lab.with_role("masters")]
    written, told = write(on), []
    for node in on.lab.with_role("follower"):
        status, _, master = sql(on, node.name, STREAMS).partition(" ")
        assert status == "streaming", f"{node.name} follows nobody"
        assert master in masters, f"{node.name} follows {master}, which is no master"
        place = sql(on, master, "SELECT pg_current_wal_lsn()")
        replayed = f"SELECT pg_last_wal_replay_lsn() >= '{place}'"
        came = until(functools.partial(_says, on, node.name, replayed), LAG_S, every_s=0.1)
        assert came, f"{node.name} has not replayed {place} of {master} after {LAG_S:g} s"
        slots = sql(on, master, SLOTS).split()
        assert node.name in slots, f"{master} keeps no WAL for {node.name}, but for {slots}"
        told.append(f"{node.name} replayed {place} of {master}")
    return evidence("; ".join(told), written)


@check("The replica takes no writes, and is stopped when its master is lost")
def takes_no_writes(on: Subject) -> Evidence:
    """Tries one, and looks for what would stop it."""
    written, seen = write(on), []
    for node in on.lab.with_role("follower"):
        said = on.run(node.name, *PSQL, "-c", "CREATE TABLE written_here ()")
        refused = "read-only transaction" in said.stderr.decode(errors="replace")
        assert said.exit_code and refused, f"{node.name} took a write"
        seen.append(on.beside(node.name, "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"))
        assert "follower/watch" in seen[-1].text, f"{node.name}: nobody looks after its master"
    return evidence("a write was refused, and its master is looked after", written, *seen)


@check("Pages are read from the replica")
def reads(on: Subject) -> Evidence:
    """Counts what it reads while the front page is asked for."""
    names = [node.name for node in on.lab.with_role("follower")]
    before = {name: int(sql(on, name, SCANS, "app")) for name in names}
    site = on.lab.sites[0]
    asked = on.ask_site(site, on.lab.app.sites[site].page, times=PAGES)
    assert asked.all_have(200), on.told(asked)

    def read() -> int:
        return sum(max(int(sql(on, name, SCANS, "app")) - before[name], 0) for name in names)

    # Each connection counts for itself, and tells it when it has been idle for a moment.
    more = until(lambda: read() or None, 15.0, every_s=0.5)
    assert more, f"{PAGES} pages, and {', '.join(names)} read nothing"
    return evidence(f"{PAGES} pages: {', '.join(names)} was read {more} times", asked)


def _says(on: Subject, node: str, statement: str) -> bool:
    return sql(on, node, statement) == "t"
